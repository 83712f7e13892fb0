"""Roles of the characters, at the services' level and in a browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.audit.models import AuditEvent
from app.db import db
from app.directory.models import Person
from app.notifications.models import OutboxMail
from tests.auth.conftest import as_person, token
from tests.requests.conftest import life, statements, town

__all__ = ["as_person", "life", "statements", "town"]

Post = Callable[..., TestResponse]


def mails(who: Person, template: str) -> Sequence[OutboxMail]:
    """What has been queued to somebody, by template."""
    wanted = select(OutboxMail).where(OutboxMail.recipient_id == who.id, OutboxMail.template == template)
    return db.session.scalars(wanted.order_by(OutboxMail.id)).all()


def logged(event: str) -> Sequence[AuditEvent]:
    """The log's events of that name, oldest first."""
    return db.session.scalars(select(AuditEvent).where(AuditEvent.event == event).order_by(AuditEvent.id)).all()


@pytest.fixture
def post() -> Post:
    """Send a form with the token of the page at ``of`` (the same address unless said)."""

    def post(browser: FlaskClient, path: str, *, of: str = "", **fields: Any) -> TestResponse:
        page = browser.get(of or path).text
        return browser.post(path, data={"csrf_token": token(page), **fields})

    return post
