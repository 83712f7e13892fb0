"""Ordering: the forms, the moves of an order, and its page. All pages are of one blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("requests", __name__, url_prefix="/requests")
