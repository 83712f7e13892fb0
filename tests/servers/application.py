"""The application as the tests use it, and the browser without scripts that asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.config import Settings
from app.db import db
from app.directory.ldap_gateway import current_gateway


class Client(FlaskClient):
    """Sends each request in a context of its own, as a server does, and not in the test's.

    Otherwise the request would find the test's ``g`` and its session with all that was loaded before.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """As FlaskClient; what the test has written is committed first."""
        db.session.commit()
        return Context().run(super().open, *args, **kwargs)


@contextmanager
def applications() -> Iterator[Callable[[Settings], Flask]]:
    """Makes an application once for each settings, and closes their connections at the end."""
    made: dict[Settings, Flask] = {}

    def application_for(settings: Settings) -> Flask:
        if settings not in made:
            made[settings] = create_app(settings)
            made[settings].test_client_class = Client
        return made[settings]

    yield application_for
    for application in made.values():
        with application.app_context():
            db.engine.dispose()
            current_gateway().close()
