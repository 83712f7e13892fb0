"""Registering, extending and ending assignments, and naming sponsors. Callers hold the transaction.

Who refuses raises NotAllowed with the field that it is about, or Conflict for what somebody else was first with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from app import clock
from app.assignments import queries, turned_on
from app.assignments.models import Assignment
from app.db import db, savepoint
from app.directory import queries as directory
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.events import publish
from workflows import assignment_guard as rules
from workflows.assignment_events import AssignmentMoved
from workflows.case import EmploymentStatus
from workflows.events import Actor
from workflows.personal_numbers import find_personnummer

WORKS_HERE = ("active", "on_leave", "future")
LONGEST_REF = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssignment:
    """What is registered. Dates are local and inclusive."""

    person: Person
    sponsor: Person
    kind: str
    unit_id: int
    agreement_ref: str
    starts_on: date
    ends_on: date


def register(wanted: NewAssignment, *, actor: Actor, now: datetime) -> Assignment:
    """The assignment; the sponsor is the person's line manager from now on.

    Raises NotAllowed: assignments_off, not_self, already_employed, assignment_former, agreement_ref_missing,
    personnummer, back_dated, and what G17 and ``may_sponsor`` say; Conflict(assignment_exists).
    """
    today = clock.local(now).date()
    _refuse(_of_person(wanted, actor), "number")
    may_sponsor(wanted.sponsor, wanted.person, actor)
    agreement = wanted.agreement_ref.strip()
    _refuse("personnummer" if find_personnummer(agreement) else "", "agreement_ref")
    _refuse("back_dated" if wanted.starts_on < today else "", "starts_on")
    made = Assignment(
        person_id=wanted.person.id,
        kind=wanted.kind,
        sponsor_id=wanted.sponsor.id,
        unit_id=wanted.unit_id,
        agreement_ref=agreement,
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
        confirmed_on=wanted.starts_on,
        registered_by_id=actor.person_id,
        registered_at=now,
        account=rules.NO_ACCOUNT,
        reminded=0,
        end_reason="",
    )
    made.person, made.sponsor = wanted.person, wanted.sponsor
    _refuse_what_g17_does(made, today)
    _store(made)
    wanted.person.manager_id = wanted.sponsor.id
    wanted.person.unit_id = wanted.person.unit_id or wanted.unit_id
    _moved(made, "registered", actor, now, data={"sponsor": made.sponsor_id, "kind": made.kind, "agreement": agreement})
    return made


def may_sponsor(sponsor: Person | None, person: Person, actor: Actor) -> None:
    """Nothing for an employed line manager who is not the person. Raises NotAllowed beside ``sponsor``."""
    if sponsor is None or sponsor.employment_status != EmploymentStatus.ACTIVE:
        raise NotAllowed("sponsor_not_employed", field="sponsor")
    if sponsor.id == person.id:
        raise NotAllowed("sponsor_is_subject", field="sponsor")
    led = (p for p in directory.reports_of(sponsor.id) if p.employment_status in WORKS_HERE)
    if not any(led):
        raise NotAllowed("sponsor_leads_nobody", field="sponsor")
    if actor.person_id == person.id:
        raise NotAllowed("not_self", field="sponsor")


def extend(one: Assignment, *, ends_on: date, actor: Actor, now: datetime) -> None:
    """The sponsor confirms it, for at most twelve months from today; before it has ended.

    Raises NotAllowed: not_later, assignment_too_long, sponsor_not_employed, not_self; Conflict(assignment_ended).
    """
    held, today = _held(one, actor), clock.local(now).date()
    if held.ends_on < today:
        raise Conflict("assignment_ended")
    if ends_on <= held.ends_on:
        raise NotAllowed("not_later", field="ends_on")
    if ends_on > rules.latest_end(today):
        raise NotAllowed("assignment_too_long", field="ends_on")
    if held.vacant_since is not None:
        raise NotAllowed("sponsor_not_employed", field="ends_on")
    before, held.ends_on, held.confirmed_on, held.reminded = held.ends_on, ends_on, max(today, held.starts_on), 0
    db.session.flush()
    _moved(held, "extended", actor, now, data={"before": before.isoformat()})


def name_sponsor(one: Assignment, sponsor: Person | None, *, actor: Actor, now: datetime) -> None:
    """Somebody else answers from now on; what rested for want of a sponsor can be used again.

    Raises NotAllowed as ``may_sponsor``, and same_sponsor; Conflict(assignment_ended).
    """
    held = _held(one, actor)
    may_sponsor(sponsor, held.person, actor)
    assert sponsor is not None
    if sponsor.id == held.sponsor_id:
        raise NotAllowed("same_sponsor", field="sponsor")
    before, held.sponsor_id = held.sponsor_id, sponsor.id
    held.person.manager_id = sponsor.id
    _answered_for(held)
    db.session.expire(held, ["sponsor"])
    _moved(held, "sponsor_named", actor, now, data={"before": before, "sponsor": sponsor.id})


def end(one: Assignment, *, reason: str, actor: Actor, now: datetime) -> None:
    """It is over, and every right with it. ``reason``: withdrawn, over, account_gone. Raises as ``extend``."""
    held = _held(one, actor)
    held.ended_at, held.end_reason, held.ended_by_id = now, reason, actor.person_id
    db.session.flush()
    _moved(held, "ended", actor, now, reason=reason)


def sponsor_left(one: Assignment, *, actor: Actor, now: datetime) -> bool:
    """Nobody answers for it any more; False when that was known."""
    if one.vacant_since is not None:
        return False
    one.vacant_since = clock.local(now).date()
    db.session.flush()
    _moved(one, "sponsor_left", actor, now, data={"sponsor": one.sponsor_id})
    return True


def sponsor_back(one: Assignment, *, actor: Actor, now: datetime) -> None:
    """The sponsor works here after all."""
    _answered_for(one)
    _moved(one, "sponsor_back", actor, now)


def suspend(one: Assignment, *, actor: Actor, now: datetime) -> None:
    """Nobody has taken over in time: the person's rights rest until somebody does."""
    one.suspended_at = now
    db.session.flush()
    _moved(one, "suspended", actor, now)


def remind(one: Assignment, left: int, *, actor: Actor, now: datetime) -> None:
    """It ends in ``left`` working days or less, and the sponsor is told."""
    one.reminded = left
    db.session.flush()
    _moved(one, "ending", actor, now, data={"working_days": left})


def _answered_for(one: Assignment) -> None:
    one.vacant_since = one.suspended_at = None
    db.session.flush()


def _of_person(wanted: NewAssignment, actor: Actor) -> str:
    if not turned_on():
        return "assignments_off"
    if actor.person_id == wanted.person.id:
        return "not_self"
    if wanted.person.employment_status in WORKS_HERE:
        return "already_employed"
    return "assignment_former" if wanted.person.employment_status == EmploymentStatus.ENDED else ""


FIELDS: Mapping[str, str] = {
    "agreement_ref_missing": "agreement_ref",
    "assignment_too_long": "ends_on",
    "assignment_over": "ends_on",
    "assignment_kind": "kind",
}


def _refuse_what_g17_does(made: Assignment, today: date) -> None:
    found = rules.assigned(queries.facts(made), opted_in=turned_on(), subject_id=made.person_id, today=today)
    _refuse(found.reason if not found.passed else "", FIELDS.get(found.reason, "sponsor"))


def _refuse(reason: str, field: str) -> None:
    if reason:
        raise NotAllowed(reason, field=field)


def _store(made: Assignment) -> None:
    try:
        with savepoint():
            db.session.add(made)
            db.session.flush()
    except IntegrityError as fault:
        if "uq_assignment_open" not in str(fault.orig):
            raise
        raise Conflict("assignment_exists") from fault


def _held(one: Assignment, actor: Actor) -> Assignment:
    """The row, held until the transaction ends. Raises Conflict(assignment_ended), NotAllowed(not_self)."""
    held = db.session.get_one(Assignment, one.id, with_for_update=True, populate_existing=True)
    if held.ended_at is not None:
        raise Conflict("assignment_ended")
    if actor.person_id == held.person_id:
        raise NotAllowed("not_self", field="ends_on")
    return held


def _moved(one: Assignment, what: str, actor: Actor, now: datetime, **more: Any) -> None:
    publish(AssignmentMoved(one.id, one.person_id, what, one.ends_on, actor, now, **more))
