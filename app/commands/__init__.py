"""What ``behorig`` can do; ``app/cli.py`` is the table of it."""
