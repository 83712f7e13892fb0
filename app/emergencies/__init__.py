"""Emergency access: asking for it, its hours, and the list of all of them (rules.md C7)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("emergencies", __name__, url_prefix="/emergencies")
