"""A register of the social services in K3: Olga owns it, and eight people use it. It is a Tuesday in November."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.catalogue.models import AccessLevel, System
from app.db import db, transaction
from app.directory.models import Person
from app.log_checks import queries, services
from app.log_checks import tasks as jobs
from app.log_checks.models import LogCheck
from app.log_checks.services import Said
from app.tasks.models import Task
from tests import people
from tests.auth.conftest import as_person
from tests.people import Town
from tests.requests.conftest import statements, town
from workflows.events import Actor
from workflows.log_check import DEVIATION, FINE

__all__ = ["as_person", "statements", "town"]
NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)
ACTION = "Chefen talar med personen, och behörigheten vilar."


@dataclass
class Register:
    """The system, its users, and what is done about its checks. ``eva`` is the board's manager."""

    town: Town
    system: System
    level: AccessLevel
    users: list[Person]

    def draw(self) -> LogCheck | None:
        """Run the job; the newest check, read anew."""
        jobs.draw()
        db.session.expire_all()
        return db.session.scalar(select(LogCheck).order_by(LogCheck.id.desc()).limit(1))

    def drawn(self) -> LogCheck:
        """October's check."""
        found = self.draw()
        assert found is not None
        return found

    def task(self, check: LogCheck) -> Task:
        """Its open task, as the database has it."""
        db.session.expire_all()
        found = queries.open_task(check.id)
        assert found is not None
        return found

    def asked(self, check: LogCheck) -> set[str]:
        """Given names of those whom it asks."""
        return {a.person.given_name for a in self.task(check).addressees if a.removed_at is None}

    def said(self, check: LogCheck, *results: str, **more: Any) -> Said:
        """Answers about the first of those who were drawn; about all, nothing to remark, when none is given."""
        given = results or (FINE,) * len(check.items)
        notes = {FINE: "", "": ""}
        answers = {
            item.id: (result, notes.get(result, "Sökte på en granne."))
            for item, result in zip(check.items, given, strict=False)
        }
        counts = {"colleague_cases": 0, "protected_cases": 1, "action": ACTION if DEVIATION in given else ""}
        return Said(answers, check.version, **(counts | more))

    def act(self, act: Callable[..., Any], check: LogCheck, who: Person, said: Said | None = None, **more: Any) -> None:
        """``who`` saves or signs."""
        with transaction():
            actor = Actor(who.id, "system_owner", **more)
            act(self.task(check), said or self.said(check), actor=actor, now=clock.now())
        db.session.expire_all()

    def sign(self, check: LogCheck, who: Person | None = None, said: Said | None = None) -> None:
        """Olga signs, unless somebody else does."""
        self.act(services.sign, check, who or self.town.olga, said)


@pytest.fixture(autouse=True)
def at_work() -> Iterator[time_machine.Traveller]:
    """A working hour of the first working days of November; tests move on from there."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def register(town: Town) -> Register:
    """Procapita with eight users since 2024, and an owner who is none of them."""
    with transaction() as session:
        system = people.system(session, "PRO-SOC", "Procapita", board="SN", confidentiality=3)
        level = people.level(session, system, "UTF", "Handläggare", profile="sensitive")
        people.appoint(session, "system_owner", town.olga, system)
        people.appoint(session, "board_manager", town.eva, board="SN")
        users = [people.person(session, f"Ulla{n} Svensson", town.library) for n in range(8)]
        for user in users:
            people.grant(session, user, level)
    return Register(town, system, level, users)


def log(name: str) -> list[AuditEvent]:
    """What is on record under a name, oldest first."""
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.event == name).order_by(AuditEvent.id)))
