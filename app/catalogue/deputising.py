"""Who acts in whose place, from when to when (rules.md W16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from app.catalogue.appointing import check_employed, check_longest, check_period
from app.catalogue.models import Deputyship
from app.db import db
from app.directory.models import Person
from app.errors import NotAllowed, NotFound
from app.events import publish
from workflows.events import Actor
from workflows.role_events import DeputyEnded, DeputyNamed

DEPUTY_MONTHS = 12


@dataclass(frozen=True, slots=True)
class NewDeputy:
    """``deputy_id`` shall act for ``person_id``; ``absence`` as in Deputyship."""

    person_id: int
    deputy_id: int
    valid_from: date
    valid_to: date
    absence: bool = True


def set_deputy(
    new: NewDeputy, *, actor: Actor, now: datetime, longest_months: int | None = DEPUTY_MONTHS
) -> Deputyship:
    """Name a deputy, for at most ``longest_months``.

    Raises NotFound, or NotAllowed: deputy_self, period, deputy_period, not_employed, deputy_already or deputy_chain,
    whose ``details`` name who is in the way, for whom, and when.
    """
    if new.person_id == new.deputy_id:
        raise NotAllowed("deputy_self", field="deputy_id")
    check_period(new.valid_from, new.valid_to)
    check_longest(new.valid_from, new.valid_to, longest_months, "deputy_period")
    _hold(new.person_id, new.deputy_id)
    check_employed(new.deputy_id, "deputy_id")
    _refuse("deputy_already", new, _same_pair(new))
    _refuse("deputy_chain", new, _chained(new))
    deputyship = Deputyship(**{name: getattr(new, name) for name in NewDeputy.__slots__})
    db.session.add(deputyship)
    db.session.flush()
    publish(DeputyNamed(*_told(deputyship), actor, now))
    return deputyship


def end_deputy(deputyship: Deputyship, *, last_day: date, reason: str, actor: Actor, now: datetime) -> None:
    """Let it end on ``last_day``, a local date; one that would not have had a day is taken away.

    The log keeps both. Raises NotAllowed(already_ended) for one that ends no later anyhow.
    """
    ends = db.session.scalar(select(Deputyship.valid_to).where(Deputyship.id == deputyship.id).with_for_update())
    if ends is None or ends <= last_day:  # somebody was first
        raise NotAllowed("already_ended", field="last_day")
    event = DeputyEnded(*_told(deputyship), actor, now, reason)
    if deputyship.valid_from > last_day:
        db.session.delete(deputyship)
    else:
        deputyship.valid_to = last_day
    db.session.flush()
    publish(event)


def end_deputies_of(person_id: int, *, reason: str, actor: Actor, now: datetime, today: date) -> int:
    """End whatever the person is deputy for, and every deputy of the person, from today on; how many they were."""
    theirs = or_(Deputyship.person_id == person_id, Deputyship.deputy_id == person_id)
    found = db.session.scalars(select(Deputyship).where(theirs, Deputyship.valid_to >= today)).all()
    for deputyship in found:
        end_deputy(deputyship, last_day=today - timedelta(days=1), reason=reason, actor=actor, now=now)
    return len(found)


def _hold(*person_ids: int) -> None:
    """Two who are named at the same instant would not see each other: a chain could come of it."""
    held = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update(key_share=True)
    if len(db.session.scalars(held).all()) < len(person_ids):
        raise NotFound()


def _same_pair(new: NewDeputy) -> ColumnElement[bool]:
    return and_(Deputyship.person_id == new.person_id, Deputyship.deputy_id == new.deputy_id)


def _chained(new: NewDeputy) -> ColumnElement[bool]:
    """The deputy has a deputy, or whoever names one is one."""
    return or_(Deputyship.person_id == new.deputy_id, Deputyship.deputy_id == new.person_id)


def _refuse(reason: str, new: NewDeputy, which: ColumnElement[bool]) -> None:
    in_the_way = (
        select(Deputyship)
        .options(joinedload(Deputyship.person), joinedload(Deputyship.deputy))
        .where(
            which,
            Deputyship.absence == new.absence,
            Deputyship.valid_from <= new.valid_to,
            Deputyship.valid_to >= new.valid_from,
        )
        .order_by(Deputyship.valid_from, Deputyship.id)
    )
    found = db.session.scalar(in_the_way.limit(1))
    if found is not None:
        raise NotAllowed(reason, field="deputy_id", deputyship=found)


def _told(deputyship: Deputyship) -> tuple[int, int, int, date, date, bool]:
    """What both events tell of it."""
    return (
        deputyship.id,
        deputyship.person_id,
        deputyship.deputy_id,
        deputyship.valid_from,
        deputyship.valid_to,
        deputyship.absence,
    )
