"""Internal control (rules.md C11): each system's profile, the control points, and the yearly report of 1 March."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("control", __name__, url_prefix="/control")
