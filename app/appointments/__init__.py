"""Who stands in for whom, who may order for others, and how a role goes from one to the next (rules.md C9, C14)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("appointments", __name__)
