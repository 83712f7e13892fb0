"""What freeze windows do to the grants that wait: their due dates move, once, and back if a window ends early (G15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, func, select

from app import clock
from app.catalogue import freezing as windows
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.requests.models import AccessRequest
from app.requests.tasks import alone
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import freezing
from workflows.system_events import FreezeChanged

LOOKED_BACK_DAYS = 60  # a window that ended before that has moved what it was to move


@dataclass(frozen=True, slots=True)
class Stop:
    """Why an order cannot be granted today, the last day of that, and the working day from which it can."""

    reason: str
    last_day: date
    opens_on: date


def windows_changed(event: FreezeChanged) -> None:
    """Somebody added or ended a window, or the file says others (a reaction)."""
    settle(event.system_id, event.at)


def settle(system_id: int, now: datetime) -> int:
    """Give every waiting grant of a write level the due date that the windows say; returns how many moved.

    Each is counted from the date that it had without any window, so that repeating it moves nothing.
    """
    waiting = _stopped(select(Task), system_id).order_by(Task.id).with_for_update(of=Task)
    found = db.session.scalars(waiting).all()  # locked, so that of two who move one the other waits
    if not found:
        return 0
    today, calendar = clock.local(now).date(), clock.calendar()
    all_freezes = windows.freezes_of(system_id, min(clock.local(t.created_at).date() for t in found))
    moved = 0
    for task in found:
        made_on = clock.local(task.created_at).date()
        lasting = [f for f in all_freezes if f.last_day >= made_on]
        due = freezing.moved_due(task.due_unfrozen or task.due_on, lasting, today, calendar)
        moved += tasks.move_due(task, due, now=now)
    return moved


def stop(order: AccessRequest, today: date) -> Stop | None:
    """What stops the order from being granted today; None when nothing does. One statement for a level that writes."""
    if order.level.access == freezing.READ or order.kind in freezing.EXEMPT_KINDS:
        return None
    found = windows.freezes_of(order.level.system_id, today)
    window = freezing.covering(found, today)
    if window is None:
        return None
    return Stop(window.reason, window.last_day, freezing.opens_on(found, today, clock.calendar()))


def count_waiting(system_id: int) -> int:
    """How many grants wait that a window stops; one statement."""
    return db.session.scalar(_stopped(select(func.count(Task.id)), system_id)) or 0


def _stopped(columns: Select[Any], system_id: int) -> Select[Any]:
    """Open grant tasks that G15 is about."""
    joined = columns.join(AccessRequest, AccessRequest.id == Task.request_id)
    of_system = joined.join(AccessLevel, AccessLevel.id == AccessRequest.level_id)
    return of_system.where(
        AccessLevel.system_id == system_id,
        AccessLevel.access != freezing.READ,
        AccessRequest.kind.not_in(freezing.EXEMPT_KINDS),
        Task.status == "open",
        Task.kind == "grant",
    )


def follow_windows() -> int:
    """Plan the windows of the year ahead, and move what is late when one begins; how much was done. Safe to repeat."""
    now = clock.now()
    with transaction():
        done = windows.plan_all(now)
        since = clock.local(now).date() - timedelta(days=LOOKED_BACK_DAYS)
        systems = windows.systems_with_windows(since)
    return done + sum(alone(partial(settle, system_id, now), system=system_id) for system_id in systems)
