"""The town, where Alice holds a desk and a secret level beside her account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select, text

from app import clock
from app.db import db, transaction
from app.directory.models import DirectoryAccount, DirectorySnapshot, Person
from app.grants.models import Grant
from app.leavers.models import Leaver
from app.tasks.models import Task
from tests.appointments.conftest import Post, post
from tests.auth.conftest import as_person
from tests.people import Town, appoint, grant, level, system
from tests.requests.conftest import life, statements, town
from workflows.events import Actor

__all__ = ["Post", "as_person", "life", "post", "statements", "town"]


@dataclass(frozen=True, slots=True)
class Held:
    """Alice's rights: the account, the desk (K2), and a secret one."""

    base: Grant
    desk: Grant
    secret: Grant


@pytest.fixture
def held(town: Town) -> Held:
    """What Alice holds."""
    with transaction() as session:
        care = system(session, "CARE", "Procapita", board="KTN", confidentiality=3)
        for role, who in (("system_owner", town.olga), ("system_manager", town.carol), ("system_manager", town.sam)):
            appoint(session, role, who, care)
        secret = grant(session, town.alice, level(session, care, "SOC", "Socialtjänst", profile="sensitive"))
        desk = grant(session, town.alice, town.disk)
        base = session.scalar(select(Grant).where(Grant.subject_id == town.alice.id, Grant.level_id == town.base.id))
    return Held(base, desk, secret)


@pytest.fixture
def hr(town: Town) -> Person:
    """Dan works with personnel."""
    with transaction() as session:
        appoint(session, "hr", town.dan)
    return town.dan


def by(who: Person, role: str = "line_manager") -> Actor:
    """Somebody acts."""
    return Actor(who.id, role)


def due(right: Grant) -> date | None:
    """When the open removal of the right is due."""
    wanted = select(Task.due_on).where(Task.grant_id == right.id, Task.kind == "revoke", Task.status == "open")
    return db.session.scalar(wanted)


def the_one(who: Person) -> Leaver:
    """The person's latest end."""
    db.session.expire_all()
    found = db.session.scalar(select(Leaver).where(Leaver.person_id == who.id).order_by(Leaver.id.desc()))
    assert found is not None
    return found


def removed(who: Person) -> None:
    """Everything that is to be removed has been, now."""
    with transaction() as session:
        done = "UPDATE access_grant SET status = 'revoked', revoked_at = :now WHERE subject_id = :id"
        session.execute(text(done), {"now": clock.now(), "id": who.id})


def account(who: Person, *, enabled: bool = True) -> DirectoryAccount:
    """The person's account, as the last reading saw it."""
    with transaction() as session:
        found = DirectoryAccount(
            object_guid=f"guid-{who.id}", person_id=who.id, employee_number=who.employee_number, dn=f"CN={who.id}",
            login=who.login, enabled=enabled, employee_type="anställd", seen_at=clock.now(), attributes={},
        )  # fmt: skip
        session.add(found)
    return found


def snapshot() -> None:
    """A reading of the whole directory, now."""
    with transaction() as session:
        session.add(DirectorySnapshot(server="test", started_at=clock.now(), finished_at=clock.now(), people=1))
