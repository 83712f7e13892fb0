"""An order's life at the services' level: the directory's answers are given as evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.db import db, transaction
from app.directory.evidence import Evidence
from app.directory.models import Person
from app.requests import definitions, queries, services
from app.requests.models import AccessRequest
from app.requests.services import Push
from app.tasks import queries as tasks
from app.tasks.models import Task
from tests.people import Town, municipality
from workflows.case import EmploymentStatus
from workflows.events import Actor


@pytest.fixture
def town(app: Flask) -> Town:
    """The characters, committed, and the installed definitions stored."""
    with transaction() as session:
        found = municipality(session)
        definitions.store(clock.now())
    return found


def employed(person: Person, status: EmploymentStatus = EmploymentStatus.ACTIVE) -> Evidence:
    """What the directory would say of ``person``."""
    return Evidence(person.id, person.employee_number, status, "test", clock.now())


class Life:
    """Orders for the characters and answers to their tasks, each in a transaction of its own."""

    def __init__(self, town: Town) -> None:
        self.town = town

    def order(self, subject: Person, by: Person | None = None, **values: Any) -> AccessRequest:
        """A sent order; MicroMarc's desk unless ``values`` say otherwise."""
        orderer = by or subject
        status = values.pop("status", EmploymentStatus.ACTIVE)
        given = {
            "subject": subject,
            "level": self.town.disk,
            "valid_from": clock.today(),
            "valid_to": None,
            "justification": "Ska hjälpa låntagare i lånedisken under våren.",
            **values,
        }
        if given["level"].profile == "privileged":
            given.setdefault("answers", {"admin_account": f"adm-{subject.login}"})
            given["valid_to"] = given["valid_to"] or clock.today() + timedelta(days=180)
        with transaction():
            order = services.draft(given, orderer_id=orderer.id, now=clock.now())
            services.submit(order, self._push(orderer, "orderer", employed(subject, status)))
        return order

    def answer(self, order: AccessRequest, who: Person, verdict: str, **more: Any) -> Task:
        """``who`` answers the order's open task."""
        task = self.open_task(order)
        assert task is not None
        status = more.pop("status", EmploymentStatus.ACTIVE)
        with transaction():
            queries.hold(order.id)
            push = self._push(who, "test", employed(order.subject, status), **more)
            services.decide(order, task, verdict, push)
        return task

    def open_task(self, order: AccessRequest) -> Task | None:
        """Whatever is asked about the order now."""
        return tasks.open_about(request_id=order.id)

    def asked(self, order: AccessRequest) -> set[str]:
        """Given names of those who are asked now."""
        task = self.open_task(order)
        return {a.person.given_name for a in task.addressees if a.removed_at is None} if task else set()

    @staticmethod
    def _push(who: Person, role: str, evidence: Evidence, **more: Any) -> Push:
        return Push(Actor(who.id, role), clock.now(), evidence, **more)


@pytest.fixture
def life(town: Town) -> Life:
    """Orders and answers."""
    return Life(town)


@pytest.fixture
def statements(app: Flask) -> Iterator[Callable[[], int]]:
    """Counts the SQL statements from here on."""
    from sqlalchemy import event

    seen: list[str] = []

    def note(_c: Any, _cu: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield lambda: len(seen)
    event.remove(db.engine, "before_cursor_execute", note)
