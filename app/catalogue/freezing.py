"""Freeze windows of systems: planned from the catalogue's rules, added and ended by people (rules.md C0.3 G15)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.catalogue.models import FreezeWindow, System
from app.db import db
from app.errors import NotAllowed, NotFound
from app.events import publish
from workflows import freezing
from workflows.case import Freeze
from workflows.events import TIME, Actor, CatalogueLoaded
from workflows.system_events import FreezeChanged

PLANNED_DAYS = 400  # a year and what is needed to see past the next New Year
LONGEST_DAYS = 92  # a longer stop is no freeze window but a decision about the system
holds_until = func.least(FreezeWindow.last_day, FreezeWindow.ended_on - 1)  # NULL is left out by least()


@dataclass(frozen=True, slots=True)
class NewWindow:
    """A window to add. Local dates, both inclusive."""

    first_day: date
    last_day: date
    reason: str


def window(window_id: int) -> FreezeWindow:
    """The window. Raises NotFound."""
    found = db.session.get(FreezeWindow, window_id)
    if found is None:
        raise NotFound()
    return found


def windows_of(system_id: int, today: date) -> Sequence[FreezeWindow]:
    """The windows that hold today or later, earliest first, with whoever added them; one statement."""
    ahead = select(FreezeWindow).where(FreezeWindow.system_id == system_id, holds_until >= today)
    ahead = ahead.where(holds_until >= FreezeWindow.first_day).options(joinedload(FreezeWindow.created_by))
    return db.session.scalars(ahead.order_by(FreezeWindow.first_day, FreezeWindow.id)).all()


def freezes_of(system_id: int, since: date) -> tuple[Freeze, ...]:
    """The system's windows as the rules see them, those that have not ended before ``since``; one statement."""
    columns = select(FreezeWindow.first_day, holds_until, FreezeWindow.reason)
    held = columns.where(FreezeWindow.system_id == system_id, holds_until >= FreezeWindow.first_day)
    rows = db.session.execute(held.where(holds_until >= since).order_by(FreezeWindow.first_day))
    return tuple(Freeze(first, last, reason) for first, last, reason in rows)


def systems_with_windows(since: date) -> Sequence[int]:
    """Ids of the systems that have had a window since that day, or will."""
    return db.session.scalars(select(FreezeWindow.system_id).where(FreezeWindow.last_day >= since).distinct()).all()


def add(system: System, new: NewWindow, *, actor: Actor, now: datetime) -> FreezeWindow:
    """Freeze the system on those days. Raises NotAllowed: period, back_dated, freeze_too_long, reason_needed."""
    if new.last_day < new.first_day:
        raise NotAllowed("period", field="last_day")
    if new.first_day < clock.local(now).date():
        raise NotAllowed("back_dated", field="first_day")
    if (new.last_day - new.first_day).days >= LONGEST_DAYS:
        raise NotAllowed("freeze_too_long", field="last_day")
    if not new.reason.strip():
        raise NotAllowed("reason_needed", field="reason")
    added = FreezeWindow(
        system=system,
        first_day=new.first_day,
        last_day=new.last_day,
        reason=new.reason.strip(),
        source="person",
        created_at=now,
        created_by_id=actor.person_id,
    )
    db.session.add(added)
    db.session.flush()
    publish(FreezeChanged(system.id, "added", actor, now, added.reason, _told(added)))
    return added


def end(window_id: int, *, reason: str, actor: Actor, now: datetime) -> FreezeWindow:
    """Let the window hold no more, from today. Raises NotFound, or NotAllowed: already_ended, reason_needed."""
    ended = db.session.get(FreezeWindow, window_id, with_for_update=True, populate_existing=True)
    if ended is None:
        raise NotFound()
    today = clock.local(now).date()
    if ended.ended_on is not None or ended.last_day < today:
        raise NotAllowed("already_ended", field="end_reason")
    if not reason.strip():
        raise NotAllowed("reason_needed", field="end_reason")
    ended.ended_on, ended.ended_by_id, ended.end_reason = today, actor.person_id, reason.strip()
    db.session.flush()
    publish(FreezeChanged(ended.system_id, "ended", actor, now, ended.end_reason, _told(ended)))
    return ended


def catalogue_loaded(event: CatalogueLoaded) -> None:
    """A file says other things of some systems: their windows follow (a reaction)."""
    codes = (*event.added, *event.changed)
    found = db.session.scalars(select(System.id).where(System.code.in_(codes))).all()
    plan(found, actor=event.actor, now=event.at)


def plan(system_ids: Collection[int], *, now: datetime, actor: Actor = TIME) -> int:
    """Make windows of what the catalogue's rules say of the year ahead; returns how many systems got others.

    Repeating it changes nothing. A window that somebody ended stays ended. One that the file does not say any more
    ends by itself, and begins again if the file says it again.
    """
    changed = 0
    systems = db.session.scalars(select(System).where(System.id.in_(system_ids)).order_by(System.id)).all()
    today = clock.local(now).date()
    planned = _planned(system_ids, today)
    for system in systems:
        wanted = _wanted(system, today)
        known = {(w.first_day, w.last_day): w for w in planned if w.system_id == system.id}
        told = [*_begin(system, wanted, known, now), *_stop(wanted, known, today)]
        if told:
            db.session.flush()
            publish(FreezeChanged(system.id, "planned", actor, now, "", {"windows": told}))
            changed += 1
    return changed


def plan_all(now: datetime) -> int:
    """As ``plan``, for every system that is not retired."""
    return plan(db.session.scalars(select(System.id).where(System.lifecycle != "retired")).all(), now=now)


def _wanted(system: System, today: date) -> dict[tuple[date, date], Freeze]:
    until, calendar = today + timedelta(days=PLANNED_DAYS), clock.calendar()
    rules: Iterable[dict[str, Any]] = system.details.get("freeze", ())
    found = (f for rule in rules for f in freezing.planned(rule, today, until, calendar))
    return {(f.first_day, f.last_day): f for f in found}


def _planned(system_ids: Collection[int], today: date) -> Sequence[FreezeWindow]:
    ahead = FreezeWindow.last_day >= today
    from_file = FreezeWindow.source == "catalogue"
    return db.session.scalars(
        select(FreezeWindow).where(FreezeWindow.system_id.in_(system_ids), from_file, ahead).with_for_update()
    ).all()


Known = dict[tuple[date, date], FreezeWindow]


def _begin(system: System, wanted: dict[tuple[date, date], Freeze], known: Known, now: datetime) -> Iterable[Any]:
    """Windows that the file says and that are not there, or that it had left out for a while."""
    for key, freeze in wanted.items():
        row = known.get(key)
        if row is None:
            first, last = key
            row = FreezeWindow(system_id=system.id, first_day=first, last_day=last, source="catalogue", created_at=now)
            row.reason = freeze.reason
            db.session.add(row)
        elif row.ended_on is not None and row.ended_by_id is None:
            row.ended_on = None
        else:
            continue
        yield _told(row)


def _stop(wanted: Collection[tuple[date, date]], known: Known, today: date) -> Iterable[Any]:
    """Windows that the file does not say any more."""
    for key, row in known.items():
        if key not in wanted and row.ended_on is None:
            row.ended_on = today
            yield _told(row)


def _told(row: FreezeWindow) -> dict[str, str]:
    """The window in the log."""
    told = {"first_day": row.first_day.isoformat(), "last_day": row.last_day.isoformat()}
    return told | ({"ended_on": row.ended_on.isoformat()} if row.ended_on else {})
