"""Copied accounts: a generator that plants them, and how well they are found."""
