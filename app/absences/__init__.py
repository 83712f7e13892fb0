"""Long leaves: what is secret rests, the manager goes through the rest, and opens it on the return (rules.md C5)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("absences", __name__, url_prefix="/absences")
