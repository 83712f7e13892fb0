"""Every page of the product, by room."""

from __future__ import annotations

from flask import Flask

from app.auth.views import bp as auth
from app.catalogue.views import bp as catalogue
from app.decisions.views import bp as decisions
from app.holdings.views import bp as grants
from app.home.views import bp as home
from app.requests.views import bp as requests
from app.systems.views import bp as systems

BLUEPRINTS = (home, auth, catalogue, requests, decisions, grants, systems)


def init_app(app: Flask) -> None:
    """Register the rooms' blueprints."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
