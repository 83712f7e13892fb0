"""Tags, cards and keys: handing out, taking back, losing, finding and blocking them (rules.md C4)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("premises", __name__, url_prefix="/premises")
