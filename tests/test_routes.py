"""Every page has a guard, and reading a page changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app import clock
from app.auth.marks import guard_of
from app.config import Settings
from app.db import db
from app.permissions import TABLE
from tests.people import Town, municipality

FILES = ("static", "bootstrap.static")
WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "MERGE")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A municipality that has opted in to everything: then every page is there."""
    return settings.model_copy(update={"assignments": True})


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """What is sent to the database."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_every_route_has_a_guard(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - set(FILES)
    assert {name for name in endpoints if guard_of(app.view_functions[name]) is None} == set()


def test_every_open_route_says_why_and_every_other_names_a_permission(app: Flask) -> None:
    marks = [guard for view in app.view_functions.values() if (guard := guard_of(view))]
    assert all(guard.permission in TABLE if guard.permission else len(guard.reason) > 10 for guard in marks)


def test_stranger_sees_only_open_pages(app: Flask, client: Any) -> None:
    for path, endpoint in pages(app):
        guard = guard_of(app.view_functions[endpoint])
        status = client.get(path, buffered=True).status_code
        assert guard is not None
        assert (status == 302) == bool(guard.permission), path


def test_no_page_writes(app: Flask, db_session: Any, statements: list[str]) -> None:
    town = municipality(db_session)
    paths = [*pages(app), *pages_of(town)]
    for person in (town.alice, town.bob, town.carol, town.administrator):
        browser = app.test_client()
        with browser.session_transaction() as session:
            session.update(person_id=person.id, method="test", since=clock.now().timestamp())
        db_session.commit()
        statements.clear()
        for path, _ in paths:
            assert browser.get(path, buffered=True).status_code < 500, path
        assert statements
        assert [s for s in statements if s.lstrip().upper().startswith(WRITES) or "FOR UPDATE" in s.upper()] == []
        statements.clear()


def pages(app: Flask) -> list[tuple[str, str]]:
    """Address and endpoint of every GET route without parameters."""
    return [
        (rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    ]


def pages_of(town: Town) -> list[tuple[str, str]]:
    """Some pages about something."""
    return [
        (f"/requests/new/{town.disk.id}", "requests.new"),
        ("/finns-inte", ""),
    ]
