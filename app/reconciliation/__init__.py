"""Findings: where what somebody has differs from what was decided (rules.md C13). So far of paper orders (C12)."""
