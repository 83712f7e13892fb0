"""Texts that a process brings along in several languages."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import get_locale


def said(text: Mapping[str, str]) -> str:
    """The text in the reader's language, in Swedish where it has no other."""
    return text.get(str(get_locale() or "sv")[:2]) or text.get("sv", "")
