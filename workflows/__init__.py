"""The rules: pure functions over frozen values. No web, no database, no clock, no directory."""
