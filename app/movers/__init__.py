"""Movers: somebody changes unit, manager or title, and what the old work gave is decided about anew (rules.md C5)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("movers", __name__, url_prefix="/movers")
