"""MicroMarc, whose levels no group of the directory gives, on a Thursday."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app import clock
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.grants.models import Grant
from app.reconciliation.models import Finding
from app.userlists import mismatches, queries, services
from app.userlists.models import UserList
from tests import people
from tests.people import Town
from tests.requests.conftest import town
from workflows.events import Actor

__all__ = ["town"]
NOON = datetime(2026, 3, 5, 11, 0, tzinfo=UTC)
TODAY = NOON.date()
HEAD = "Anställningsnummer;Användarnamn;Roll;Status"
LONG_AGO = datetime(2026, 1, 7, 9, 0, tzinfo=UTC)


@dataclass
class Desk:
    """Carol hands in lists of MicroMarc: its desk, and the administrators, who have all that the desk has."""

    town: Town
    admin: AccessLevel

    def actor(self) -> Actor:
        """Carol, who manages it."""
        return Actor(self.town.carol.id, "system_manager")

    def upload(self, text: str | bytes, taken_on: date = TODAY, name: str = "konton.csv") -> UserList:
        """A draft."""
        content = text if isinstance(text, bytes) else text.encode()
        with transaction():
            given = {"taken_on": taken_on, "actor": self.actor(), "now": clock.now()}
            return services.upload(self.town.mic, name, content, **given)

    def apply(self, draft: UserList) -> dict[str, int] | None:
        """Use it."""
        with transaction():
            return services.apply(draft, actor=self.actor(), now=clock.now())

    def list(self, *rows: str, taken_on: date = TODAY) -> UserList:
        """A list that is used, of these rows under HEAD."""
        draft = self.upload("\n".join((HEAD, *rows)), taken_on)
        self.apply(draft)
        return draft

    def states(self) -> dict[str, str]:
        """The state of each account, and of each right without one by the person's name."""
        current = queries.current(self.town.mic.id)
        rows = mismatches.compared(current, clock.now()) if current else []
        db.session.rollback()
        return {row.login or row.name: row.verdict.state for row in rows}

    def grant(self, who: Any, level: AccessLevel | None = None, **more: Any) -> Grant:
        """A right since January."""
        with transaction() as session:
            return people.grant(
                session, who, level or self.town.disk, **{"granted_at": LONG_AGO, "source": "request", **more}
            )


@pytest.fixture
def time_machine_at() -> Iterator[Callable[[datetime], None]]:
    """Travels to a moment, until the test ends."""
    with ExitStack() as journeys:
        yield lambda moment: journeys.enter_context(time_machine.travel(moment, tick=False)) and None


@pytest.fixture
def desk(town: Town, time_machine_at: Callable[[datetime], None]) -> Desk:
    """It is noon on a Thursday."""
    time_machine_at(NOON)
    with transaction() as session:
        admin = people.level(session, town.mic, "ADM", "Administratör", profile="privileged", details={"k": 3})
        session.add(town.disk)
        town.disk.details = {**town.disk.details, "gives_less_than": ["ADM"]}
    return Desk(town, admin)


@pytest.fixture
def found() -> Callable[[], list[Finding]]:
    """The findings of lists, oldest first."""

    def read() -> list[Finding]:
        db.session.expire_all()
        wanted = select(Finding).where(Finding.type == queries.F13).order_by(Finding.id)
        return list(db.session.scalars(wanted))

    return read
