"""Reading emergencies: one, those that live, those whose time is out, and the figures of the yearly report (IK-05)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from app.catalogue.models import AccessLevel
from app.db import db
from app.errors import NotFound
from app.grants.models import Emergency, Grant

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """Of emergencies that were granted in a period. Medians are hours, None where there is nothing to count.

    ``lasted``: from grant to end. ``judged``: from grant to the manager's answer. ``late``: an answer came too late,
    or is missing after its day.
    """

    count: int
    lasted: float | None
    judged: float | None
    late: int
    deviations: int
    incidents: int


def emergency(emergency_id: int) -> Emergency:
    """The emergency with its people and level. Raises NotFound."""
    found = db.session.get(Emergency, emergency_id, options=_with_names())
    if found is None:
        raise NotFound()
    return found


def held(emergency_id: int) -> Emergency:
    """As ``emergency``, locked: of two acts at once the slower sees what the faster has stored. Raises NotFound.

    The right is locked first, as by whoever ends it: nobody waits for somebody who waits for them.
    """
    right = select(Grant.id).join(Emergency, Emergency.grant_id == Grant.id).where(Emergency.id == emergency_id)
    db.session.execute(right.with_for_update(of=Grant))
    wanted = select(Emergency).where(Emergency.id == emergency_id).with_for_update(of=Emergency)
    found = db.session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound()
    return found


def of_grant(grant_id: int) -> Emergency | None:
    """The emergency that a right is of; None for an ordinary right."""
    return db.session.scalar(select(Emergency).where(Emergency.grant_id == grant_id))


def of_request(request_id: int) -> Emergency | None:
    """The emergency that an order led to, with its people."""
    return db.session.scalar(select(Emergency).where(Emergency.request_id == request_id).options(*_with_names()))


def expired(now: datetime) -> Sequence[int]:
    """Those whose moment has passed and that have not ended, longest ago first."""
    wanted = select(Emergency.id).where(Emergency.ended_at.is_(None), Emergency.expires_at <= now)
    return db.session.scalars(wanted.order_by(Emergency.expires_at)).all()


def open_ids() -> Sequence[int]:
    """Those that are not closed."""
    return db.session.scalars(select(Emergency.id).where(Emergency.state == "open").order_by(Emergency.id)).all()


def alive_in(system_id: int) -> Sequence[Emergency]:
    """The live emergency rights of a system, the one that ends first first."""
    wanted = select(Emergency).join(Emergency.level).where(AccessLevel.system_id == system_id)
    wanted = wanted.where(Emergency.ended_at.is_(None)).options(*_with_names()).order_by(Emergency.expires_at)
    return db.session.scalars(wanted).all()


def listed(system_ids: Collection[int] | None, person_id: int) -> Sequence[Emergency]:
    """Emergencies in these systems, or that the person asked for; all where ``system_ids`` is None. Newest first."""
    wanted = select(Emergency).join(Emergency.level).options(*_with_names())
    if system_ids is not None:
        wanted = wanted.where(or_(AccessLevel.system_id.in_(system_ids), Emergency.orderer_id == person_id))
    return db.session.scalars(wanted.order_by(Emergency.id.desc()).limit(SHOWN)).all()


def has_ordinary(emergency: Emergency) -> bool:
    """True when the holder has an ordinary right to the same meanwhile, which is active."""
    mine, other = aliased(Grant), aliased(Grant)
    same = exists().where(
        mine.id == emergency.grant_id,
        other.subject_id == mine.subject_id,
        other.level_id == mine.level_id,
        other.scope == mine.scope,
        other.source != "emergency",
        other.status == "active",
    )
    return bool(db.session.scalar(select(same)))


def figures(first: datetime, last: datetime, system_id: int | None = None) -> Figures:
    """What the report says of emergencies granted from ``first`` up to, not including, ``last``; one statement."""
    granted = Emergency.granted_at >= first, Emergency.granted_at < last
    row = db.session.execute(
        select(
            func.count(),
            _median_hours(Emergency.ended_at),
            _median_hours(Emergency.approved_at),
            func.count().filter(_has("approval_late") | _has("follow_up_late")),
            func.count().filter(func.jsonb_array_length(Emergency.deviations) > 0),
            func.count().filter(Emergency.is_incident.is_(True)),
        )
        .select_from(Emergency)
        .join(Emergency.level)
        .where(*granted, *(() if system_id is None else (AccessLevel.system_id == system_id,)))
    ).one()
    return Figures(*row)


def _median_hours(moment: InstrumentedAttribute[datetime | None]) -> ColumnElement[float | None]:
    hours = func.extract("epoch", moment - Emergency.granted_at) / 3600
    return func.percentile_cont(0.5).within_group(hours)


def _has(code: str) -> ColumnElement[bool]:
    return Emergency.deviations.contains([code])


def _with_names() -> tuple[ORMOption, ...]:
    people = (Emergency.subject, Emergency.orderer, Emergency.granted_by)
    return (joinedload(Emergency.level).joinedload(AccessLevel.system), *map(joinedload, people))
