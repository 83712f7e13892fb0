"""Reading assignments, and the employment of those who have one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, joinedload

from app.assignments import turned_on
from app.assignments.models import Assignment
from app.db import db
from app.directory import employment
from app.directory.evidence import Evidence
from app.directory.models import Person
from app.errors import NotFound
from workflows import assignment_guard as rules
from workflows import case
from workflows.case import EmploymentStatus, Party


def assignment(assignment_id: int) -> Assignment:
    """One of them, ended ones too. Raises NotFound."""
    found = db.session.scalar(_all().where(Assignment.id == assignment_id))
    if found is None:
        raise NotFound()
    return found


def open_of(person_id: int) -> Assignment | None:
    """The assignment that the person has now, or None."""
    return db.session.scalar(_all().where(Assignment.person_id == person_id, Assignment.ended_at.is_(None)))


def open_ids() -> Sequence[int]:
    """Every assignment that has not ended."""
    return db.session.scalars(select(Assignment.id).where(Assignment.ended_at.is_(None)).order_by(Assignment.id)).all()


def sponsored_by(person_id: int) -> Sequence[Assignment]:
    """The open ones whose sponsor this is."""
    return db.session.scalars(_open().where(Assignment.sponsor_id == person_id)).all()


def seen_by(person_id: int, *, everything: bool) -> Sequence[Assignment]:
    """The open ones that the person answers for: as sponsor, or as the sponsor's manager; or all of them."""
    if everything:
        return db.session.scalars(_open()).all()
    sponsor = aliased(Person)
    wanted = _open().join(sponsor, sponsor.id == Assignment.sponsor_id)
    return db.session.scalars(
        wanted.where((Assignment.sponsor_id == person_id) | (sponsor.manager_id == person_id))
    ).all()


def under(known: Party, evidence: Evidence | None, today: date) -> tuple[Party, case.Assignment | None]:
    """The subject of an order as the rules see one who has an assignment, and the assignment.

    Never stronger than the directory (workflows/assignment_guard.py). ``evidence`` None: as the tables remember. The
    person as known, and None, where there is no assignment or the municipality has none.
    """
    if known.status is not EmploymentStatus.NOT_FOUND or not turned_on():
        return known, None
    held = open_of(known.id)
    if held is None:
        return known, None
    account, expires = (held.account, None) if evidence is None else employment.other_account(evidence.accounts, today)
    found = facts(held)
    status = rules.status_under(known.status, account, found, opted_in=True, today=today)
    ends_on = min(held.ends_on, expires) if expires else held.ends_on
    dates = {"starts_on": held.starts_on, "ends_on": ends_on, "employment_form": rules.FORM}
    return replace(known, status=status, **dates), found  # type: ignore[arg-type]  # each by its own type


def facts(held: Assignment) -> case.Assignment:
    """The assignment as G17 sees it."""
    status = EmploymentStatus(held.sponsor.employment_status)
    sponsor = Party(held.sponsor_id, held.sponsor.display_name, status, may_act=status is EmploymentStatus.ACTIVE)
    return case.Assignment(held.kind, sponsor, held.agreement_ref, held.starts_on, held.ends_on, held.confirmed_on)


def _all() -> Select[Assignment]:
    return select(Assignment).options(joinedload(Assignment.person), joinedload(Assignment.sponsor))


def _open() -> Select[Assignment]:
    return _all().where(Assignment.ended_at.is_(None)).order_by(Assignment.ends_on, Assignment.id)
