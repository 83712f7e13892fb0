"""The whole directory into our tables, all or nothing (field.md B6: one nightly snapshot)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app
from sqlalchemy import func, select

from app import clock
from app.db import db
from app.directory import employment, staging
from app.directory.account import Account
from app.directory.answers import Answer
from app.directory.employment import Policy
from app.directory.evidence import Evidence, deciding_attributes
from app.directory.ldap_gateway import current_gateway
from app.directory.models import DirectorySnapshot, Person
from app.errors import BehorigError
from app.events import publish
from workflows.case import EmploymentStatus as Status
from workflows.events import EmploymentChanged

SYNC_LOCK = 7_215_001  # any number that no other advisory lock of ours has
MASS_LEAVE_SHARE, MASS_LEAVE_COUNT = 0.20, 10
EMPLOYED = (Status.ACTIVE, Status.ON_LEAVE)


class MassLeave(BehorigError):
    """So many people would end at once that a fault is likelier than the truth. Nothing was applied."""

    status, reason = 409, "mass_leave"


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync did. ``changed`` holds (person id, status before, status after)."""

    snapshot_id: int
    server: str
    accounts: int
    people: int
    added: int
    changed: tuple[tuple[int, str, str], ...]


def sync(now: datetime, *, accept_mass_leave: bool = False) -> SyncReport:
    """Read the whole directory and make our tables say the same.

    Nothing is applied when any of it cannot be read (DirectoryUnavailable), or when more than a fifth of the
    employed people, and more than ten, would end (MassLeave). Publishes EmploymentChanged for every known person
    whose status is another than before.
    """
    db.session.execute(select(func.pg_advisory_xact_lock(SYNC_LOCK)))
    answer = current_gateway().read_all()
    today = clock.local(now).date()
    people = _staged(answer.accounts, today)
    known, employed = _head_count()
    staging.stage(people.values(), whole=True)
    changed = staging.changes(now)
    if not accept_mass_leave:
        _refuse_mass_leave(changed, employed)
    staging.merge(now, today, whole=True)
    snapshot = _snapshot(answer, now, changed)
    for change in changed:
        accounts = people[change.employee_number].accounts if change.employee_number in people else ()
        evidence = _evidence_of(change, accounts, snapshot).as_json()
        publish(EmploymentChanged(change.id, change.before, change.after, evidence))
    total, _ = _head_count()
    moves = tuple((change.id, change.before, change.after) for change in changed)
    return SyncReport(snapshot.id, answer.server, len(answer.accounts), total, total - known, moves)


def _staged(accounts: Sequence[Account], today: date) -> dict[str, staging.Staged]:
    """The people behind the accounts, by employee number."""
    policy = Policy.from_settings(current_app.extensions["settings"])
    grouped: dict[str, dict[str, Account]] = {}
    for account in accounts:
        grouped.setdefault(account.employee_number, {})[account.object_guid] = account
    people = {}
    for number, by_guid in grouped.items():
        theirs = tuple(by_guid.values())
        employed = employment.status_of(theirs, policy, today)
        people[number] = staging.Staged(number, employed, employment.main_account(theirs, policy, today), theirs)
    return people


def _head_count() -> tuple[int, int]:
    """People in our tables, and how many of them are employed."""
    working = func.count().filter(Person.employment_status.in_([status.value for status in EMPLOYED]))
    known, employed = db.session.execute(select(func.count(), working).select_from(Person)).one()
    return known, employed


def _refuse_mass_leave(changed: Sequence[staging.Change], employed: int) -> None:
    leaving = [change for change in changed if change.before in EMPLOYED and change.after not in EMPLOYED]
    if len(leaving) > MASS_LEAVE_COUNT and len(leaving) > employed * MASS_LEAVE_SHARE:
        raise MassLeave(leaving=len(leaving), employed=employed)


def _snapshot(answer: Answer, started: datetime, changed: Sequence[staging.Change]) -> DirectorySnapshot:
    known, _ = _head_count()
    moves = dict(Counter(f"{change.before} -> {change.after}" for change in changed))
    snapshot = DirectorySnapshot(
        server=answer.server, started_at=started, finished_at=clock.now(), people=known, changes=moves
    )
    db.session.add(snapshot)
    db.session.flush()
    return snapshot


def _evidence_of(change: staging.Change, accounts: Sequence[Account], snapshot: DirectorySnapshot) -> Evidence:
    return Evidence(
        person_id=change.id,
        employee_number=change.employee_number,
        status=Status(change.after),
        reason=change.reason,
        looked_up_at=snapshot.started_at,
        server=snapshot.server,
        starts_on=change.starts_on,
        ends_on=change.ends_on,
        form=change.form,
        snapshot_id=snapshot.id,
        attributes=deciding_attributes(accounts),
    )
