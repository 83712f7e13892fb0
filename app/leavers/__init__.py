"""Who leaves: known in advance, seen in the directory, told by the manager, or at once (rules.md C6)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("leavers", __name__, url_prefix="/leavers")
