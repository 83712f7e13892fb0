"""Toxic combinations: who has one, and the exemptions that two people approve (rules.md G13)."""
