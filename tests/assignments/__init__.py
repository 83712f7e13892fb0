"""Assignments of people without employment."""
