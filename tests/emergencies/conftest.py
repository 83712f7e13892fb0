"""The characters, with a level of MicroMarc that may be had in an emergency."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from app import clock
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.directory import services as directory
from app.directory.models import Person
from app.emergencies import tasks as jobs
from app.grants import emergency_control as control
from app.grants import emergency_queries as queries
from app.grants.models import Emergency
from app.tasks import queries as tasks
from app.tasks.models import Task
from tests.auth.conftest import as_person
from tests.people import Town, level
from tests.requests.conftest import Life, employed, life, statements, town
from workflows.events import Actor

__all__ = ["as_person", "life", "statements", "town"]
WHY = "Låntagarna står i kö, och ingen annan kan lånedisken i kväll."


@pytest.fixture
def alarm(town: Town, monkeypatch: pytest.MonkeyPatch, frozen_time: time_machine.Traveller) -> AccessLevel:
    """A level of MicroMarc for emergencies. It is Monday 2 March 2026, 09:00, and the live look-up answers."""
    monkeypatch.setattr(directory, "lookup", lambda person, now: employed(person))
    with transaction() as session:
        return level(session, town.mic, "NOD", "Drift i nödläge", emergency_allowed=True)


class Night:
    """One night's emergency for Alice: Eva, who is Bob's manager, asks, and Carol grants."""

    def __init__(self, life: Life, alarm: AccessLevel) -> None:
        self.life, self.town, self.alarm = life, life.town, alarm

    def ask(self, by: Person | None = None, **more: Any) -> Any:
        """An order of emergency access that waits for somebody to grant it."""
        values = {
            "kind": "emergency",
            "level": self.alarm,
            "justification": WHY,
            "emergency_reason": "staffing",
            "incident_number": "INC-17",
            **more,
        }
        return self.life.order(values.pop("subject", self.town.alice), by or self.town.eva, **values)

    def granted(self, by: Person | None = None, **more: Any) -> Emergency:
        """Asked for, and granted by Carol."""
        order = self.ask(**more)
        self.life.answer(order, by or self.town.carol, "grant")
        found = queries.of_request(order.id)
        assert found is not None
        return found

    def task(self, found: Emergency, kind: str) -> Task:
        """The open task of that kind about the emergency's right."""
        (task,) = [t for t in tasks.open_of_grant(found.grant_id) if t.kind == kind]
        return task

    def asked(self, found: Emergency, kind: str) -> set[str]:
        """Given names of those whom the task of that kind asks."""
        return {a.person.given_name for a in self.task(found, kind).addressees if a.removed_at is None}

    def judge(self, found: Emergency, who: Person, approved: bool = True, reason: str = "") -> None:
        """``who`` answers afterwards."""
        with transaction():
            task = self.task(found, "emergency_approval")
            control.judge(task, approved, reason, actor=Actor(who.id, "line_manager"), now=clock.now())

    def follow_up(self, found: Emergency, who: Person, misused: bool = False) -> None:
        """``who`` says what the log showed."""
        said = control.FollowedUp(
            "Loggen 2 mars, 14 poster.", "Bara lån och återlämningar.", "Fler behöver nivån.", misused
        )
        with transaction():
            task = self.task(found, "emergency_followup")
            control.follow_up(task, said, actor=Actor(who.id, "system_owner"), now=clock.now())


@pytest.fixture
def night(life: Life, alarm: AccessLevel) -> Night:
    """Emergencies for Alice."""
    return Night(life, alarm)


@pytest.fixture
def later(frozen_time: time_machine.Traveller) -> Callable[..., None]:
    """Moves the clock, runs both jobs, and forgets what the session has read."""

    def later(to: datetime | None = None, **delta: float) -> None:
        frozen_time.move_to(to or clock.now() + timedelta(**delta))
        jobs.expire()
        jobs.follow()
        db.session.expire_all()

    return later
