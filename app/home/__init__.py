"""The start page, the accessibility statement, and what the machines ask for."""
