"""Who is logged in and what every view demands.

from app.auth import act_as, current_person, needs, public
"""

from __future__ import annotations

from flask import Flask

from app.auth.guards import needs, public, redirect_to_login
from app.auth.session import act_as, current_person, load_viewer, person_or_none, same_site

__all__ = [
    "act_as",
    "current_person",
    "init_app",
    "needs",
    "person_or_none",
    "public",
    "redirect_to_login",
    "same_site",
]


def init_app(app: Flask) -> None:
    """Know the person before every request; how long a login lasts is in ``security``."""
    app.before_request(load_viewer)
