"""A door system with zones, and people who carry its tags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.catalogue.models import AccessLevel, System, TimeSchedule, Zone
from app.db import db, transaction
from app.directory.models import Person
from app.grants.models import Grant
from app.notifications.models import OutboxMail
from app.premises import handing_out, programming, queries
from app.premises.handing_out import HandOver
from app.premises.models import Credential
from app.tasks import queries as tasks
from app.tasks.models import Task
from tests.auth.conftest import as_person
from tests.people import Town, appoint, grant, level, person, system
from tests.requests.conftest import town
from workflows.events import Actor

__all__ = ["as_person", "town"]
MAILBOX = "passersystem@exempel.se"


@dataclass(frozen=True, slots=True)
class Doors:
    """Vanderbilt: whom it has, what is ordered, and where its tags open."""

    system: System
    pass_: AccessLevel
    alarm: AccessLevel
    hand_out: AccessLevel
    office: Zone
    archive: Zone
    server: Zone
    school: Zone
    day: TimeSchedule
    night: TimeSchedule
    hugo: Person
    lena: Person


@pytest.fixture
def doors(town: Town) -> Doors:
    """Carol and Sam run it, Olga owns it, Hugo hands out; Lena answers for the premises of the town hall."""
    with transaction() as session:
        van = system(
            session, "VAN", "Vanderbilt", board="KTN", orderer_required=True, functional_mailbox=MAILBOX,
            details={"credential_prices": {"tag": 150}},
        )  # fmt: skip
        appoint(session, "system_owner", town.olga, van)
        for manager in (town.carol, town.sam):
            appoint(session, "system_manager", manager, van)
        physical = {"profile": "physical", "scope_kind": "zone"}
        hugo = person(session, "Hugo Vakt", town.library, title="Vaktmästare", manager=town.bob)
        lena = person(session, "Lena Lokal", town.library, title="Lokalansvarig", manager=town.eva)
        appoint(session, "zone_owner", lena, post="lokalansvarig_kommunhuset")
        utl = level(session, van, "UTL", "Utlämnare", details={"hands_out": True})
        for who in (hugo, lena):
            grant(session, who, town.base)
        grant(session, hugo, utl)
        zone = {"system_id": van.id, "owner_post": "lokalansvarig_kommunhuset", "board": "", "active": True}
        zones = [
            Zone(code="KOMHUS", name="Kommunhuset", kind="ordinary", **zone),
            Zone(code="ARKIV", name="Närarkivet", kind="archive", **zone),
            Zone(code="SERVER", name="Serverrummet", kind="server_room", **{**zone, "owner_post": "lokalansvarig_it"}),
            Zone(code="SKOLA", name="Björkskolan", kind="school", **{**zone, "board": "BUN"}),
        ]
        times = [
            TimeSchedule(system_id=van.id, code="KONTOR", name="Kontorstid", is_default=True),
            TimeSchedule(system_id=van.id, code="DYGNET", name="Dygnet runt", after_hours=True),
        ]
        session.add_all([*zones, *times])
        session.flush()
        return Doors(
            van, level(session, van, "PASS", "Passage", **physical), level(session, van, "LARM", "Larm", **physical),
            utl, *zones, *times, hugo, lena,
        )  # fmt: skip


class Desk:
    """Tags from the programming to the hand-back, each step in a transaction of its own."""

    def __init__(self, town: Town, doors: Doors) -> None:
        self.town, self.doors = town, doors

    def right(self, who: Person, level: AccessLevel | None = None, **more: Any) -> Grant:
        """A right to pass that waits for its tag."""
        with transaction() as session:
            given = {"status": "pending_activation", "scope": "Kommunhuset (Kontorstid)", **more}
            return grant(session, who, level or self.doors.pass_, **given)

    def programmed(self, who: Person, serial: str = "A-1", right: Grant | None = None) -> Credential:
        """A tag that waits to be handed out."""
        held = right or self.right(who)
        with transaction():
            return programming.make([held], serial, "tag", self.actor(self.town.carol), clock.now())

    def out(self, who: Person, serial: str = "A-1", right: Grant | None = None) -> Credential:
        """A tag that is handed out, and signed for on paper."""
        tag = self.programmed(who, serial, right)
        self.hand_over(tag, receipt="paper", receipt_note="Pärm 3")
        return tag

    def hand_over(self, tag: Credential, by: Person | None = None, **said: Any) -> None:
        """Hugo hands it out, unless somebody else does."""
        given = {"serial": tag.serial, "id_method": "id_card", "receipt": "screen", **said}
        self.do(handing_out.hand_over, tag, by or self.doors.hugo, HandOver(**given))

    def do(self, act: Callable[..., Any], tag: Credential, who: Person, *said: Any) -> Any:
        """``who`` does something with the tag."""
        with transaction():
            return act(tag, *said, actor=self.actor(who), now=clock.now())

    @staticmethod
    def actor(who: Person) -> Actor:
        """Somebody who acts."""
        return Actor(who.id, "test")


@pytest.fixture
def desk(town: Town, doors: Doors) -> Desk:
    """Where tags are handed out."""
    return Desk(town, doors)


def anew(tag: Credential) -> Credential:
    """The tag as the database has it."""
    db.session.rollback()
    db.session.expire_all()
    return queries.credential(tag.id)


def asked(tag: Credential) -> Task | None:
    """What is asked about the tag now."""
    task = tasks.task(anew(tag).task_id or 0)
    return task if task and task.status == "open" else None


def names(task: Task | None) -> set[str]:
    """Given names of those who are asked."""
    return {a.person.given_name for a in task.addressees if a.removed_at is None} if task else set()


def logged(like: str = "credential.%") -> list[str]:
    """The events of the log, in order."""
    wanted = select(AuditEvent.event).where(AuditEvent.event.like(like)).order_by(AuditEvent.id)
    return list(db.session.scalars(wanted))


def told() -> list[tuple[str, int]]:
    """What was told of tags, and to whom, in order."""
    mails = db.session.scalars(
        select(OutboxMail).where(OutboxMail.template == "credential_told").order_by(OutboxMail.id)
    )
    return [(mail.data["what"], mail.recipient_id or 0) for mail in mails]
