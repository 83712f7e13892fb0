"""Behörig: the web application. ``create_app`` reads as a table of contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application with everything wired. Raises SettingsError when the environment is not usable."""
    # Imported here, so that importing one room does not import the whole house, nor even Flask.
    from flask import Flask

    from app import auth, cli, config, db, errorpages, events, logs, reactions, routes, security, templating, worker

    settings = settings or config.load_settings()
    app = Flask(__name__)
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": settings.database_pool_size},
    )
    logs.init_app(app)
    db.init_app(app)
    security.init_app(app)
    templating.init_app(app)
    auth.init_app(app)
    events.wire(app, reactions.TABLE)
    worker.init_app(app)
    routes.init_app(app)
    errorpages.init_app(app)
    cli.init_app(app)
    return app
