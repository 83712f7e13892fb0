"""A town with a directory that was read this morning; Alice, Carol and Olga have MicroMarc. A Tuesday in November."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.directory.models import DirectorySnapshot, Person
from app.grants.models import Grant
from app.notifications.models import OutboxMail
from app.reviews import answering, opening
from app.reviews.answering import Said
from app.reviews.models import ReviewCampaign, ReviewItem, ReviewPart
from app.reviews.opening import Scope
from tests import people
from tests.appointments.conftest import Post, post
from tests.auth.conftest import as_person
from tests.people import Town
from tests.requests.conftest import statements, town
from workflows.events import Actor

__all__ = ["Post", "as_person", "post", "statements", "town"]
NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
REASON = "Årets granskning av systemet."
BECAUSE = "Driften behöver någon på plats."


@dataclass
class Desk:
    """MicroMarc is reviewed: a standard level of Alice, Carol and Bob, and the administration of Carol."""

    town: Town
    admin: people.AccessLevel
    rights: dict[str, Grant]

    def open(self, kind: str = "system", of: int | None = None, **more: Any) -> ReviewCampaign:
        """A review that is open."""
        actor = Actor(self.town.coordinator.id, "infosec_coordinator")
        with transaction():
            scope = Scope(kind, of if of is not None else self.town.mic.id)
            made = opening.plan(scope, reason=REASON, on=clock.today(), actor=actor, now=clock.now())
            return opening.begin(made, actor=actor, now=clock.now(), **more)

    def part(self, of: ReviewCampaign, who: Person) -> ReviewPart:
        """What somebody has of it."""
        db.session.expire_all()
        found = select(ReviewPart).where(ReviewPart.campaign_id == of.id, ReviewPart.reviewer_id == who.id)
        return db.session.scalars(found).one()

    def answer(self, of: ReviewCampaign, who: Person, by: Person | None = None, **said: str) -> int:
        """Answers about rights by name: ``alice="keep"``."""
        given = {self.rights[name].id: (verdict, BECAUSE) for name, verdict in said.items()}
        return self.say(of, who, Said(given, seconds=20), by)

    def say(self, of: ReviewCampaign, who: Person, said: Said, by: Person | None = None) -> int:
        """As a page sends them."""
        part = self.part(of, who)
        with transaction():
            return answering.save(part, said, actor=Actor((by or who).id, "reviewer"), now=clock.now())

    def item(self, of: ReviewCampaign, name: str) -> ReviewItem:
        """One right of it, as the database has it."""
        db.session.expire_all()
        return db.session.get_one(ReviewItem, (of.id, self.rights[name].id))

    def right(self, name: str) -> Grant:
        """The right itself, as the database has it."""
        db.session.expire_all()
        return db.session.get_one(Grant, self.rights[name].id)


@pytest.fixture(autouse=True)
def at_work() -> Iterator[time_machine.Traveller]:
    """A working hour; tests move on from there."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(town: Town) -> Desk:
    """Bob leads Alice and Carol, Eva leads Bob and Olga."""
    with transaction() as session:
        read(session, NOW)
        admin = people.level(session, town.mic, "ADM", "Administratör", profile="privileged")
        rights = {
            "alice": people.grant(session, town.alice, town.disk),
            "carol": people.grant(session, town.carol, town.disk),
            "bob": people.grant(session, town.bob, town.disk),
            "admin": people.grant(session, town.carol, admin),
        }
    return Desk(town, admin, rights)


def read(session: Any, at: datetime) -> None:
    """The directory was read."""
    session.add(DirectorySnapshot(server="dc1", started_at=at - timedelta(minutes=5), finished_at=at, people=10))
    session.flush()


def log(name: str) -> list[AuditEvent]:
    """What is on record under a name, oldest first."""
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.event == name).order_by(AuditEvent.id)))


def mails(what: str) -> list[tuple[int | None, dict[str, Any]]]:
    """Who is told, and of what."""
    found = select(OutboxMail).where(OutboxMail.template == "review_told").order_by(OutboxMail.id)
    return [(m.recipient_id, m.data) for m in db.session.scalars(found) if m.data["what"] == what]
