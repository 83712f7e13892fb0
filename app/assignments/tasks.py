"""What time and the directory do to assignments: they end, lose their sponsor, and are told of before."""

from __future__ import annotations

from datetime import date, datetime

from app import clock
from app.assignments import queries, services
from app.assignments.models import Assignment
from app.db import db, transaction
from app.directory import damping, employment
from app.directory import services as directory
from app.directory.evidence import Evidence
from workflows import assignment_guard as rules
from workflows.case import EmploymentStatus
from workflows.directory_events import EmploymentEnded
from workflows.events import DIRECTORY, TIME

GONE = (EmploymentStatus.ENDED.value, EmploymentStatus.NOT_FOUND.value)
NOTICES = (5, 20)  # working days before the end; the nearest counts


def follow() -> int:
    """Look at each open assignment, in a transaction of its own; returns how many were moved. Safe to repeat.

    Also where the municipality has turned it off since: what was given ends all the same.
    """
    now, moved = clock.now(), 0
    for assignment_id in queries.open_ids():
        # It may take long: no row is held meanwhile.
        said = directory.lookup(queries.assignment(assignment_id).person, now)
        with transaction():
            one = db.session.get_one(Assignment, assignment_id, with_for_update=True, populate_existing=True)
            if one.ended_at is None:
                moved += follow_one(one, said, now)
    return moved


def follow_one(one: Assignment, evidence: Evidence, now: datetime) -> bool:
    """What is to be done about one, by what the directory says of the person at this moment; whether it was moved."""
    today = clock.local(now).date()
    if one.ends_on < today:
        services.end(one, reason="over", actor=TIME, now=now)
        return True
    if _account_is_gone(one, evidence, today):
        services.end(one, reason="account_gone", actor=DIRECTORY, now=now)
        return True
    return _follow_sponsor(one, now, today) or _remind(one, now, today)


def employment_ended(event: EmploymentEnded) -> None:
    """A sponsor who leaves is told of at once (a reaction)."""
    for one in queries.sponsored_by(event.person_id):
        services.sponsor_left(one, actor=event.actor, now=event.at)


def _account_is_gone(one: Assignment, evidence: Evidence, today: date) -> bool:
    """True when an account that could be used cannot any more. Unknown changes nothing."""
    if evidence.status is not EmploymentStatus.NOT_FOUND:
        return False
    was = one.account
    one.account, _expires = employment.other_account(evidence.accounts, today)
    return was == rules.USABLE and one.account != rules.USABLE and one.starts_on <= today


def _follow_sponsor(one: Assignment, now: datetime, today: date) -> bool:
    if one.sponsor.employment_status not in GONE or damping.open_sighting(one.sponsor_id) is not None:
        if one.vacant_since is not None:
            services.sponsor_back(one, actor=DIRECTORY, now=now)
            return True
        return False
    if one.vacant_since is None:
        return services.sponsor_left(one, actor=DIRECTORY, now=now)
    if one.suspended_at is None and clock.calendar().add(one.vacant_since, rules.SPONSOR_GRACE) <= today:
        services.suspend(one, actor=TIME, now=now)
        return True
    return False


def _remind(one: Assignment, now: datetime, today: date) -> bool:
    left = clock.calendar().between(today, one.ends_on)
    notice = next((days for days in NOTICES if left <= days), 0)
    if not notice or (one.reminded and one.reminded <= notice) or not clock.is_sending_time(now):
        return False
    services.remind(one, notice, actor=TIME, now=now)
    return True
