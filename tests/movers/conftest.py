"""The town with a directory that says where everybody works, and rights of Alice's that a move asks about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db, transaction
from app.directory.answers import Answer
from app.directory.models import Person
from app.directory.synchronising import sync
from app.errors import DirectoryUnavailable
from app.grants.models import Grant
from app.movers import queries
from app.movers.models import Mover, MoverRow
from tests.appointments.conftest import Post, post
from tests.auth.conftest import as_person
from tests.directory.test_synchronising import Reading, account
from tests.people import Town, grant, level, person, system
from tests.requests.conftest import life, statements, town

__all__ = ["Post", "as_person", "life", "post", "statements", "town"]
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Directory(Reading):
    """Everybody as our tables have them, but for what is said of some; may be down for look-ups."""

    down = False

    def find_by_employee_number(self, number: str) -> Answer:
        if self.down:
            raise DirectoryUnavailable("directory_unavailable", cause="no route")
        return Answer("ldaps://reading", tuple(a for a in self.accounts if a.employee_number == number))

    def close(self) -> None:
        """Nothing is open."""


Says = Callable[..., Directory]


@pytest.fixture
def says(app: Flask, town: Town) -> Says:
    """Put a directory in place: everybody as at the first time, but for what is said of some.

    ``says((alice, {"unit_code": "BOU-TAL"}))``
    """
    first: dict[str, dict[str, Any]] = {}

    def says(*changes: tuple[Person, dict[str, Any]]) -> Directory:
        said = {who.employee_number: facts for who, facts in changes}
        people = db.session.scalars(select(Person).order_by(Person.id)).all()
        for who in people:
            first.setdefault(who.employee_number, _facts(who))
        made = Directory(*(account(p.id, **first[p.employee_number] | said.get(p.employee_number, {})) for p in people))
        db.session.rollback()
        app.extensions["directory"] = made
        return made

    return says


def _facts(who: Person) -> dict[str, Any]:
    return {
        "employee_number": who.employee_number,
        "display_name": who.display_name,
        "given_name": who.given_name,
        "surname": who.surname,
        "title": who.title,
        "mail": who.mail,
        "unit_code": who.unit.code if who.unit else "",
        "unit_name": who.unit.name if who.unit else "",
        "board": who.unit.board if who.unit else "",
        "manager_dn": dn(who.manager) if who.manager else "",
        "enabled": who.employment_status != "ended",
    }


def dn(who: Person) -> str:
    """As ``account`` makes it."""
    return f"CN=P{who.id},DC=x"


@pytest.fixture
def rektor(town: Town) -> Person:
    """Who leads the school."""
    with transaction() as session:
        return person(session, "Åsa O'Rektor", town.school, title="Rektor", manager=town.eva)


@pytest.fixture
def rights(town: Town) -> dict[str, Grant]:
    """Alice holds the base right, the desk (K2), and one of K3."""
    with transaction() as session:
        secret = system(session, "PRO", "Procapita", board="BUN", confidentiality=3)
        return {
            "desk": grant(session, town.alice, town.disk),
            "secret": grant(session, town.alice, level(session, secret, "BUN", "Handläggare", profile="sensitive")),
        }


def read(hours: int = 0) -> None:
    """A whole reading, so many hours after Monday 09:00 (before it, for less than none)."""
    with transaction():
        sync(MONDAY + hours * HOUR)


@pytest.fixture
def moved(says: Says, town: Town, rektor: Person, rights: dict[str, Grant]) -> Callable[[], Mover]:
    """Alice has moved to the school, and two readings have said so."""

    def moved(**facts: Any) -> Mover:
        says()
        read(-4)
        says((town.alice, to_school(rektor) | facts))
        read(-3)
        read(-2)
        return only()

    return moved


def to_school(rektor: Person, **more: Any) -> dict[str, Any]:
    """What the directory says of whoever works at the school."""
    where = {"unit_code": "BOU-TAL", "unit_name": "Tallskolan", "board": "BUN", "title": "Skolbibliotekarie"}
    return {**where, "manager_dn": dn(rektor), **more}


def only() -> Mover:
    """The one case that there is."""
    db.session.expire_all()
    return db.session.scalars(select(Mover)).one()


def row_of(one: Mover, right: Grant) -> MoverRow:
    """The case's row of that right."""
    return next(row for row in queries.rows_of(one.id) if row.grant_id == right.id)


def statuses(who: Person) -> dict[str, str]:
    """Status of each of somebody's rights, by level."""
    db.session.expire_all()
    return {g.level.code: g.status for g in db.session.scalars(select(Grant).where(Grant.subject_id == who.id))}


def cases() -> list[tuple[str, str]]:
    """Person and state of each case."""
    db.session.expire_all()
    return [(one.person.given_name, one.state) for one in db.session.scalars(select(Mover).order_by(Mover.id))]
