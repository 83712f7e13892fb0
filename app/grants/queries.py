"""Reading who has what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.by_key import ByKey
from app.catalogue.models import AccessLevel
from app.db import db
from app.grants.models import LIVE, Grant

HELD = ("pending_activation", "active", "suspended")
WITH_NAMES = (joinedload(Grant.level).joinedload(AccessLevel.system), joinedload(Grant.subject))
BY_ID = ByKey(Grant, "level.system", "subject.unit")


def grant(grant_id: int) -> Grant | None:
    """The grant with its level and subject, or None; no statement for one that this transaction has read already."""
    return BY_ID.get(grant_id)


def of_request(request_id: int) -> Grant | None:
    """The grant that an order led to, or None."""
    return db.session.scalar(select(Grant).where(Grant.request_id == request_id).options(*WITH_NAMES))


def of_people(person_ids: Sequence[int]) -> Sequence[Grant]:
    """Everything that these people hold or are about to lose, by system."""
    statement = (
        select(Grant)
        .join(Grant.level)
        .where(Grant.subject_id.in_(person_ids), Grant.status.in_(LIVE))
        .options(*WITH_NAMES)
        .order_by(AccessLevel.system_id, AccessLevel.position, Grant.id)
    )
    return db.session.scalars(statement).all()


def held_by(person_id: int) -> Sequence[Grant]:
    """What a person holds and nobody has ordered removed. Locked, so that two who end it wait for each other."""
    statement = select(Grant).where(Grant.subject_id == person_id, Grant.status.in_(HELD))
    return db.session.scalars(statement.order_by(Grant.id).with_for_update()).all()


def ended_before(today: date) -> Sequence[Grant]:
    """Rights, active, resting or not begun, whose last day has passed. Emergencies end by the hour, not here."""
    ended = Grant.status.in_(HELD), Grant.valid_to < today, Grant.source != "emergency"
    statement = select(Grant).where(*ended).order_by(Grant.id).limit(500)
    return db.session.scalars(statement).all()


def ending_within(today: date, until: date) -> Sequence[Grant]:
    """Active rights that end between the two days, soonest first."""
    ordinary = Grant.status == "active", Grant.source != "emergency"
    statement = select(Grant).where(*ordinary, Grant.valid_to >= today, Grant.valid_to <= until)
    return db.session.scalars(statement.order_by(Grant.valid_to).options(*WITH_NAMES)).all()


def of_system(system_id: int, limit: int = 200) -> Sequence[Grant]:
    """Live rights of a system, newest first."""
    statement = (
        select(Grant)
        .join(Grant.level)
        .where(AccessLevel.system_id == system_id, Grant.status.in_(LIVE))
        .options(*WITH_NAMES)
        .order_by(Grant.id.desc())
        .limit(limit)
    )
    return db.session.scalars(statement).all()


def ended_of(person_id: int, limit: int = 20) -> Sequence[Grant]:
    """What a person no longer holds, latest first."""
    statement = select(Grant).where(Grant.subject_id == person_id, Grant.status == "revoked").options(*WITH_NAMES)
    return db.session.scalars(statement.order_by(Grant.revoked_at.desc()).limit(limit)).all()


def counts_by_system(system_ids: Sequence[int]) -> dict[int, int]:
    """How many live rights each system has."""
    statement = (
        select(AccessLevel.system_id, func.count())
        .join(Grant, Grant.level_id == AccessLevel.id)
        .where(AccessLevel.system_id.in_(system_ids), Grant.status.in_(LIVE))
        .group_by(AccessLevel.system_id)
    )
    return {system_id: number for system_id, number in db.session.execute(statement)}
