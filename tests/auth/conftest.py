"""A town, and people who are logged in without a directory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.config import Settings, load_settings
from app.directory.models import Person
from tests.people import Town, municipality

LogIn = Callable[[Person], FlaskClient]


@pytest.fixture
def town(db_session: Any) -> Town:
    """The characters."""
    return municipality(db_session)


@pytest.fixture
def as_person(app: Flask) -> LogIn:
    """A browser in which somebody is logged in since now."""

    def as_person(person: Person) -> FlaskClient:
        return logged_in(app, person.id)

    return as_person


def logged_in(app: Flask, person_id: int) -> FlaskClient:
    """A browser at ``app`` in which the person is logged in since now."""
    browser = app.test_client()
    with browser.session_transaction() as session:
        session.update(person_id=person_id, method="test", since=clock.now().timestamp())
        session.permanent = True
    return browser


@pytest.fixture
def demo_settings(settings: Settings) -> Settings:
    """The settings of a demonstration on this test's servers."""
    return load_settings(**{**settings.model_dump(), "mode": "demo"})


@pytest.fixture
def demo_client(application_for: Callable[[Settings], Flask], demo_settings: Settings, app: Flask) -> FlaskClient:
    """A browser at a demonstration."""
    return application_for(demo_settings).test_client()


def token(page: str) -> str:
    """The CSRF token in a page."""
    return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
