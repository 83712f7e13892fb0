"""An outbox on PostgreSQL, a post office, and people: Alice asks, Bob decides, Carol grants, Dan is not asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db, transaction
from app.directory.models import Person
from app.links.models import DecisionLink
from app.notifications import sending, services
from app.notifications.letter import About, Asked, Letter
from app.notifications.letters import task_asked
from app.notifications.models import OutboxMail
from app.notifications.sending import Outcome
from app.tasks.models import Task, TaskAddressee
from tests.notifications.post_office import PostOffice
from workflows.events import MailFailed

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ORDER = About(
    thing="request:12:1",
    case_number="BEH-2026-000123",
    system="MicroMarc",
    level="Lånedisk",
    url_path="/requests/BEH-2026-000123",
    subject_name="Alice Ångström",
)


@dataclass
class Outbox:
    """What a test does with the outbox, each step in a transaction of its own."""

    app: Flask
    office: PostOffice
    failures: list[MailFailed]
    people: dict[str, int] = field(default_factory=dict)

    def person(self, name: str, **facts: object) -> int:
        with transaction() as session:
            person = Person(
                employee_number=f"mail-{name}",
                display_name=name,
                **({"mail": f"{len(self.people)}@exempel.se", "employment_status": "active"} | facts),
            )
            session.add(person)
            session.flush()
            self.people[name] = person.id
        return self.people[name]

    def task(self, *asked: int, kind: str = "manager_approval", status: str = "open") -> int:
        with transaction() as session:
            task = Task(kind=kind, created_at=NOW, due_on=date(2026, 11, 27), status=status)
            task.addressees = [TaskAddressee(person_id=person, added_at=NOW) for person in asked]
            session.add(task)
            session.flush()
            return task.id

    def queue(self, *letters: Letter, now: datetime = NOW) -> int:
        """Returns how many of them are new."""
        before = len(self.rows())
        with transaction():
            services.queue_all(letters, now=now)
        return len(self.rows()) - before

    def ask(self, person_id: int, task_id: int) -> Letter:
        asked = Asked(
            task_id=task_id,
            kind="manager_approval",
            due_on=date(2026, 11, 27),
            lapses_on=date(2026, 12, 22),
            person_id=person_id,
            request_version=2,
        )
        letter = task_asked(asked, ORDER)
        self.queue(letter)
        return letter

    def send(self, *, after: timedelta = timedelta()) -> Outcome | None:
        return sending.send_next(NOW + after)

    def row(self, key: str) -> OutboxMail:
        db.session.rollback()
        return db.session.scalars(select(OutboxMail).where(OutboxMail.key == key)).one()

    def rows(self) -> list[OutboxMail]:
        db.session.rollback()
        return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))

    def links(self) -> list[DecisionLink]:
        db.session.rollback()
        return list(db.session.scalars(select(DecisionLink).order_by(DecisionLink.id)))


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with PostOffice() as running:
        yield running


@pytest.fixture
def outbox(app: Flask, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    """An empty outbox whose mails go to the post office; MailFailed goes to ``failures`` and nowhere else."""
    failures: list[MailFailed] = []
    here = {"base_url": "https://behorig.exempel.se", "smtp_host": "127.0.0.1", "smtp_port": office.port}
    monkeypatch.setitem(app.extensions, "settings", app.extensions["settings"].model_copy(update=here))
    monkeypatch.setitem(app.extensions, "reactions", {MailFailed: [failures.append]})
    monkeypatch.delitem(app.extensions, "celery", raising=False)
    return Outbox(app, office, failures)
