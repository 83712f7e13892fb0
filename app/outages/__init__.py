"""Outages and the paper routine: numbered forms, their registration, and the count of every serial (rules.md C12)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("outages", __name__, url_prefix="/outages")
