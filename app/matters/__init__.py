"""Matters: what goes through a process and is no order, such as an integration between two systems (rules.md C10)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("matters", __name__, url_prefix="/matters")
