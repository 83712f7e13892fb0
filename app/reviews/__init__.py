"""Reviews of what people have (rules.md C8 W8); the rules are in workflows/access_review.py."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("reviews", __name__, url_prefix="/reviews")
