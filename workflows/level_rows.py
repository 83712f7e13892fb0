"""Rows that describe access levels in a form: what is wrong with them (rules.md C14)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

CODE = re.compile(r"[A-Z][A-Z0-9-]{0,29}")
PROFILES = ("basic", "standard", "sensitive", "privileged")
ACCESS = ("read", "write", "admin")


def fault(rows: Sequence[Mapping[str, str]]) -> str:
    """A reason code: level_incomplete, not_a_code, level_twice, admin_not_privileged; empty when all is well."""
    codes = [row.get("code", "").strip().upper() for row in rows]
    for code, row in zip(codes, rows, strict=True):
        chosen = row.get("profile") in PROFILES and row.get("access") in ACCESS
        if not code or not row.get("label", "").strip() or not chosen:
            return "level_incomplete"
        if not CODE.fullmatch(code):
            return "not_a_code"
        if row["access"] == "admin" and row["profile"] != "privileged":
            return "admin_not_privileged"
    return "level_twice" if len(set(codes)) < len(codes) else ""
