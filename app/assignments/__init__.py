"""Assignments: who has no employment and gets access all the same, with a sponsor and a hard end (rules.md C1, G17).

Off unless the municipality has opted in: then no page of the room is there.
"""

from __future__ import annotations

from flask import Blueprint, current_app

from app.errors import NotFound

bp = Blueprint("assignments", __name__, url_prefix="/assignments")


def turned_on() -> bool:
    """True where the municipality has opted in."""
    return bool(current_app.extensions["settings"].assignments)


@bp.before_request
def only_when_turned_on() -> None:
    """No page is there while it is off."""
    if not turned_on():
        raise NotFound()
