"""How fast, and with how much memory, the whole directory comes into our tables (issue 4, "At size")."""
