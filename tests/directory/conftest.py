"""The directory's own parts: gateways to a real Samba AD."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.config import load_settings
from app.db import db
from app.directory.ldap_gateway import Gateway
from app.directory.models import Person
from tests.servers.ad_admin import AdAdmin
from workflows.directory_events import ReadingHeld
from workflows.events import EmploymentChanged

NUMBERS = count(1)


@dataclass
class Town:
    """The directory of one test, and what our room published about it."""

    gateway: Gateway
    events: list[EmploymentChanged]

    def moves(self) -> list[tuple[str, str]]:
        """The published changes of status, in order."""
        return [(event.before, event.after) for event in self.events]

    def person(self, number: str) -> Person:
        """The row of ``number``, read afresh."""
        db.session.expire_all()
        return db.session.scalars(select(Person).where(Person.employee_number == number)).one()


@pytest.fixture
def make_gateway(directory_settings: dict[str, Any]) -> Iterator[Callable[..., Gateway]]:
    """Makes gateways to the session's Samba; keyword arguments override settings."""
    made: list[Gateway] = []

    def make(**changes: Any) -> Gateway:
        given = {"mode": "test", "base_url": "http://localhost", "secret_key": "x" * 32}
        given |= {"database_url": "postgresql://nowhere"} | directory_settings | changes
        made.append(Gateway(load_settings(**given)))
        return made[-1]

    yield make
    for gateway in made:
        gateway.close()


@pytest.fixture
def gateway(make_gateway: Callable[..., Gateway]) -> Gateway:
    """A gateway as production has it: LDAPS, checked certificate, plain service account."""
    return make_gateway()


@contextmanager
def counted() -> Iterator[list[str]]:
    """The SQL statements that the block sends."""
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def place() -> str:
    """An OU of the test's own."""
    return f"Test{next(NUMBERS)}"


@pytest.fixture
def hire(ad_admin: AdAdmin, place: str) -> Callable[..., tuple[str, str]]:
    """Puts an employee into AD; gives the employee number and the DN."""

    def hire(name: str = "Alice Åberg", **attributes: str) -> tuple[str, str]:
        serial = next(NUMBERS)
        number = attributes.pop("employeeID", f"{serial:06d}")
        given, surname = name.split(" ", 1) if " " in name else (name, "")
        filled = {"displayName": name, "givenName": given, "sn": surname, "employeeType": "anställd"}
        wanted = {key: value for key, value in (filled | {"employeeID": number} | attributes).items() if value}
        return number, ad_admin.add_user(f"{name} {serial}", f"u{serial:06d}", unit=place, **wanted)

    return hire


@pytest.fixture
def town(
    app: Flask, place: str, ad_admin: AdAdmin, make_gateway: Callable[..., Gateway], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Town]:
    """The application reading an OU of its own; nothing follows from what it publishes."""
    gateway = make_gateway(ldap_base=ad_admin.add_unit(place))
    events: list[EmploymentChanged] = []
    monkeypatch.setitem(app.extensions, "directory", gateway)
    monkeypatch.setitem(app.extensions, "reactions", {EmploymentChanged: [events.append], ReadingHeld: []})
    yield Town(gateway, events)
    db.session.rollback()
