"""A municipality whose directory was read last night: MicroMarc's desk is a group, and so is a sensitive level."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.directory.groups import GroupReport
from app.directory.models import DirectoryAccount, DirectoryGroup, DirectoryMembership, DirectorySnapshot, Person
from app.reconciliation import judging
from app.reconciliation.models import Baseline, Finding, MembershipReading
from tests import people
from tests.people import Town
from tests.requests.conftest import town

__all__ = ["town"]
NIGHT = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)  # a Tuesday


@dataclass
class Directory:
    """What AD holds, and nights on which it is read: ``join`` and ``leave``, then ``read``."""

    town: Town
    journal: AccessLevel
    now: datetime = NIGHT

    def account(self, who: Person | None, **more: Any) -> str:
        """An account; its key."""
        number = who.employee_number if who else ""
        guid = more.pop("guid", f"guid-{number or 'nobody'}")
        columns: dict[str, Any] = {
            "dn": f"CN={guid}",
            "employee_type": "anställd",
            "seen_at": self.now,
            "attributes": {},
        }
        with transaction() as session:
            session.add(
                DirectoryAccount(
                    object_guid=guid, person_id=who.id if who else None, employee_number=number, **{**columns, **more}
                )
            )
        return guid

    def group(self, name: str) -> DirectoryGroup:
        """The group with this name, made when there is none."""
        found = db.session.scalar(select(DirectoryGroup).where(DirectoryGroup.name == name))
        if found is None:
            found = DirectoryGroup(object_guid=f"group-{name}", name=name, dn=f"CN={name}", seen_at=self.now)
            db.session.add(found)
            db.session.flush()
        return found

    def join(self, who: Person | str, name: str) -> None:
        """Somebody, or the account or group with this key, is put into a group."""
        guid = who if isinstance(who, str) else f"guid-{who.employee_number}"
        if not isinstance(who, str):
            known = select(DirectoryAccount.id).where(DirectoryAccount.object_guid == guid)
            is_known = db.session.scalar(known) is not None
            db.session.rollback()
            if not is_known:
                self.account(who)
        with transaction() as session:
            session.add(
                DirectoryMembership(
                    group_id=self.group(name).id, member_guid=guid, member_dn=f"CN={guid}", seen_at=self.now
                )
            )

    def leave(self, who: Person, name: str) -> None:
        """Somebody is taken out of a group; the next reading sees it."""
        with transaction():
            found = db.session.scalars(
                select(DirectoryMembership).where(
                    DirectoryMembership.group_id == self.group(name).id,
                    DirectoryMembership.member_guid == f"guid-{who.employee_number}",
                    DirectoryMembership.gone_at.is_(None),
                )
            ).one()
            found.gone_at = self.now + timedelta(days=1)

    def read(self, *, judge: bool = True, whole: bool = True) -> dict[str, int] | None:
        """A night passes; everything is read, and judged."""
        self.now += timedelta(days=1)
        with transaction() as session:
            if whole:
                session.add(
                    DirectorySnapshot(server="dc1", started_at=self.now, finished_at=self.now, people=0, changes={})
                )
                session.flush()
            members = session.query(DirectoryMembership).filter(DirectoryMembership.gone_at.is_(None)).count()
            groups = session.query(DirectoryGroup).count()
            judging.keep(GroupReport("dc1", groups, members, ()), self.now)
        return self.judge() if judge else None

    def judge(self) -> dict[str, int] | None:
        """The job."""
        with transaction():
            return judging.judge_latest(self.now)


@pytest.fixture
def unbased(town: Town) -> Directory:
    """Groups for the desk and for a sensitive level, read once; everybody has a manager; no baseline is taken."""
    with transaction() as session:
        session.add(town.disk)
        session.add(town.mic)
        town.disk.directory_group = "SYS-MIC-DISK"
        journal = people.level(
            session, town.mic, "JOUR", "Journal", profile="sensitive", directory_group="SYS-MIC-JOUR", details={"k": 3}
        )
        for who in (town.eva, town.dan, town.coordinator, town.administrator):
            session.add(who)
            who.manager_id = town.bob.id if who is not town.bob else town.eva.id
        session.add(town.eva)
    found = Directory(town, journal)
    with transaction():
        found.group("SYS-MIC-DISK")
        found.group("SYS-MIC-JOUR")
    found.read(judge=False)
    return found


@pytest.fixture
def directory(unbased: Directory) -> Directory:
    """The same, and a baseline in which nobody had anything."""
    with transaction() as session:
        reading = session.scalars(select(MembershipReading)).one()
        taken = {"taken_at": NIGHT, "taken_by_id": unbased.town.coordinator.id, "reason": "", "rights": 0, "people": 0}
        session.add(Baseline(reading_id=reading.id, **taken))
        reading.judged_at = NIGHT
    return unbased


@pytest.fixture
def findings(app: Any) -> Callable[..., list[Finding]]:
    """The findings of a type, or all, oldest first."""

    def read(type_: str = "") -> list[Finding]:
        wanted = select(Finding).order_by(Finding.id)
        return list(db.session.scalars(wanted.where(Finding.type == type_) if type_ else wanted))

    return read


def logged(finding_id: int) -> list[tuple[str, str]]:
    """How the finding has moved, as the log has it."""
    wanted = select(AuditEvent).where(AuditEvent.object_type == "finding", AuditEvent.object_id == finding_id)
    return [(e.state_from, e.state_to) for e in db.session.scalars(wanted.order_by(AuditEvent.id))]


@pytest.fixture
def time_machine_at() -> Iterator[Callable[[datetime], None]]:
    """Moves the clock to a moment, until the test ends."""
    travellers: list[time_machine.travel] = []

    def go(at: datetime) -> None:
        traveller = time_machine.travel(at, tick=False)
        traveller.start()
        travellers.append(traveller)

    yield go
    for traveller in reversed(travellers):
        traveller.stop()
