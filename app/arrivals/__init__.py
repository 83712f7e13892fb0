"""Newcomers without a base order: shown to their manager, who orders it or says that it is not needed (rules.md C1)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("arrivals", __name__, url_prefix="/arrivals")
