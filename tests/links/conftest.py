"""Tasks with people to ask, on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db, transaction
from app.directory.models import Person
from app.links import services as links
from app.links.models import DecisionLink
from app.tasks.models import Task

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@dataclass
class Desk:
    """Makes what a link is bound to, and links."""

    app: Flask
    people: list[int] = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)

    def person(self) -> int:
        with transaction() as session:
            number = len(self.people)
            person = Person(employee_number=f"link-{number}", display_name=f"Person {number}")
            session.add(person)
            session.flush()
            self.people.append(person.id)
            return person.id

    def task(self) -> int:
        with transaction() as session:
            task = Task(kind="manager_approval", created_at=NOW, due_on=date(2026, 11, 27))
            session.add(task)
            session.flush()
            self.tasks.append(task.id)
            return task.id

    def make(self, task_id: int, person_id: int, *, round: int = 1, version: int = 2) -> str:
        terms = links.Terms(task_id, person_id, round, version, expires_at=NOW + timedelta(days=20))
        with transaction():
            return links.make(terms, now=NOW)

    def link(self, token: str) -> DecisionLink:
        db.session.rollback()
        found = links.find(token)
        assert found is not None
        return found

    def stored(self) -> list[DecisionLink]:
        db.session.rollback()
        return list(db.session.scalars(select(DecisionLink)))


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)
