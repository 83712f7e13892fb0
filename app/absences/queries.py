"""Reading who is away, and what of theirs rests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.absences.models import Absence
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import db
from app.directory import preceding
from app.directory.models import Person
from app.errors import NotFound
from app.grants import queries as grants
from app.grants.models import Grant, GrantSuspension
from workflows import flapping

REASON = "leave"


def absence(absence_id: int) -> Absence:
    """One leave with its person. Raises NotFound."""
    wanted = select(Absence).where(Absence.id == absence_id).options(joinedload(Absence.person))
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound()
    return found


def hold(absence_id: int) -> Absence:
    """The row, read anew and held until the commit."""
    return db.session.get_one(Absence, absence_id, with_for_update=True, populate_existing=True)


def under_way_of(person_id: int) -> Absence | None:
    """The person's leave that is not over, held; None where there is none."""
    wanted = select(Absence).where(Absence.person_id == person_id, Absence.ended_at.is_(None))
    return db.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def in_states(*states: str) -> Sequence[int]:
    """Ids of those that stand there."""
    return db.session.scalars(select(Absence.id).where(Absence.state.in_(states)).order_by(Absence.id)).all()


def seen_by(person_id: int, *, everything: bool) -> Sequence[Absence]:
    """The leaves under way of those whom the person leads, or of everybody; who asks something first."""
    wanted = select(Absence).join(Absence.person).where(Absence.ended_at.is_(None), Absence.person_id != person_id)
    if not everything:
        wanted = wanted.where(Person.manager_id == person_id)
    wanted = wanted.options(joinedload(Absence.person)).order_by(Absence.asked_on.nulls_last(), Absence.starts_on)
    return db.session.scalars(wanted.order_by(Absence.id)).all()


def dates_of_hr(person_id: int, today: date) -> tuple[date, date | None]:
    """First and last day of the leave by HR's file, as far as it tells of them; else from today, and no last day.

    Of several employments the person is away from all: the latest first day, and the earliest last.
    """
    person = db.session.get_one(Person, person_id)
    told = preceding.employments_of(person.employee_number) if preceding.decides("employment") else []
    away = [(one.leave_from, one.leave_to) for one in told if one.leave_from and one.leave_from <= today]
    here = [(first, last) for first, last in away if not last or last >= today]
    starts_on = max((first for first, _ in here), default=today)
    return starts_on, min((last for _, last in here if last), default=None)


def unfollowed() -> Sequence[int]:
    """Ids of those on leave who have no leave under way and hold something besides the base right."""
    under_way = select(Absence.id).where(Absence.person_id == Person.id, Absence.ended_at.is_(None)).exists()
    holds = (
        select(Grant.id)
        .join(AccessLevel, AccessLevel.id == Grant.level_id)
        .where(Grant.subject_id == Person.id, Grant.status.in_(grants.HELD), AccessLevel.is_base.is_(False))
        .exists()
    )
    wanted = select(Person.id).where(Person.employment_status == "on_leave", ~under_way, holds)
    return db.session.scalars(wanted.order_by(Person.id)).all()


def is_secret(grant: Grant) -> bool:
    """K3, sensitive or privileged."""
    return flapping.waits_for_nothing(grant.level.profile, catalogue.confidentiality_of(grant.level))


def held(person_id: int) -> Sequence[Grant]:
    """What the person holds besides the base right, with names."""
    found = grants.of_people([person_id])
    return [grant for grant in found if grant.status in grants.HELD and not grant.level.is_base]


def resting(person_id: int) -> frozenset[int]:
    """Ids of the person's rights that rest because of a leave."""
    wanted = select(GrantSuspension.grant_id).join(Grant, Grant.id == GrantSuspension.grant_id)
    here = Grant.subject_id == person_id, GrantSuspension.reason == REASON, GrantSuspension.ended_at.is_(None)
    return frozenset(db.session.scalars(wanted.where(*here, Grant.status == "suspended")))
