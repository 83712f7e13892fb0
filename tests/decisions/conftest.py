"""Decisions by people of a town that is in AD, with mails that are really sent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.audit.models import AuditEvent
from app.config import Settings
from app.db import db
from app.directory.models import Person
from app.notifications import tasks as outbox
from app.requests.models import AccessRequest
from tests.auth.conftest import as_person
from tests.people import Town
from tests.registered import Register
from tests.requests.conftest import Life, life, statements, town
from tests.servers.ad_admin import AdAdmin
from tests.servers.smtp import MailServer

__all__ = ["as_person", "life", "statements", "town"]

SUBJECTS = ("Alice Åkesson", "Bob Ek", "Carol Dahl", "Nina Ny")
LINK = re.compile(r"http://\S+(/d/[\w-]+)")
HIDDEN = re.compile(r'<input id="(?:nonce|csrf_token)" name="(nonce|csrf_token)" type="hidden" value="([^"]*)">')
APPROVE = {"verdict": "approve", "reviewed": "y"}
MailedTo = Callable[[Person], str]


def fingerprint() -> str:
    """Every row of every table, as one number."""
    db.session.rollback()
    names = db.session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).all()
    seen = hashlib.sha256()
    for name in names:
        rows = db.session.scalars(text(f'SELECT t::text FROM "{name}" t ORDER BY 1'))
        seen.update(f"{name}:{list(rows)}".encode())
    db.session.rollback()
    return seen.hexdigest()


def state(order: AccessRequest) -> str:
    """The order's state, read anew."""
    db.session.rollback()
    db.session.refresh(order)
    return order.state


def decision(order: AccessRequest, event: str) -> AuditEvent:
    """The one event of that name in the order's log."""
    found = select(AuditEvent).where(AuditEvent.request_id == order.id, AuditEvent.event == event)
    return db.session.scalars(found).one()


@pytest.fixture(scope="session")
def register(ad_admin: AdAdmin) -> Register:
    """Those about whom an order is made, employed in AD."""
    found = Register(ad_admin)
    for name in SUBJECTS:
        found.employ(name)
    return found


@pytest.fixture
def settings(settings: Settings, register: Register) -> Settings:
    """The directory is the part of AD that holds the town."""
    return settings.model_copy(update={"ldap_base": register.base})


@dataclass(slots=True)
class Reader:
    """A browser at the page of a link (or of a task); ``page`` is what it shows."""

    client: FlaskClient
    path: str
    page: TestResponse

    def hidden(self) -> dict[str, str]:
        """The page's hidden fields: the CSRF token and the nonce."""
        return dict(HIDDEN.findall(self.page.text))

    def post(self, **fields: str) -> TestResponse:
        """Send the form; a keyword with an empty value leaves the field out."""
        filled = {name: value for name, value in {**self.hidden(), **fields}.items() if value}
        answered = self.client.post(self.path, data=filled)
        if answered.status_code == 302 and answered.location == self.path:
            return self.client.get(self.path)  # as a browser does: the same address, read anew
        return answered


ReadPage = Callable[..., Reader]


@pytest.fixture
def read(app: Flask) -> ReadPage:
    """Open a page in a browser: a fresh one unless one is given."""

    def read(path: str, client: FlaskClient | None = None) -> Reader:
        browser = client or app.test_client()
        return Reader(browser, path, browser.get(path))

    return read


@pytest.fixture
def mailed(smtp: MailServer, app: Flask) -> MailedTo:
    """Send what waits; gives the path of the link in the newest mail to a person."""

    def mailed(person: Person) -> str:
        db.session.commit()
        outbox.send_due()
        body = smtp.to(person.mail)[-1].get_body(("plain",))
        assert body is not None
        found = LINK.search(body.get_content())
        assert found, body.get_content()
        return found[1]

    return mailed


@pytest.fixture
def order(life: Life, town: Town) -> AccessRequest:
    """Alice has ordered the desk of MicroMarc; Bob is asked."""
    return life.order(town.alice)


@pytest.fixture
def bobs_link(order: AccessRequest, town: Town, mailed: MailedTo) -> str:
    """The path in Bob's mail."""
    return mailed(town.bob)
