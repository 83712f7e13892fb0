"""Tests of the systems room."""
