"""The monthly check of the logs of sensitive systems (rules.md C3, IK-08); the rules are in workflows/log_check.py."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("log_checks", __name__, url_prefix="/log-checks")
