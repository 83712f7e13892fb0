"""The table of the processes."""
