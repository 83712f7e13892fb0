"""Deciding, after login or from a mail's link: both are pages of one blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("decisions", __name__)
