"""What time does to emergencies, at any hour. Each job may run twice or late: what is done is not found again."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial

from app import clock
from app.db import transaction
from app.emergencies import emails
from app.grants import emergencies, emergency_control, emergency_queries
from app.requests.tasks import alone
from app.tasks import queries as tasks

MORNING = time(7, 0)
HEAD_START = timedelta(hours=2)  # whoever has just been asked is not reminded at once


def expire() -> int:
    """End every right whose moment has passed, also when it passed while nothing ran; returns how many."""
    now = clock.now()
    with transaction():
        due = emergency_queries.expired(now)
    return sum(alone(partial(emergencies.expire, emergency_id, now), emergency=emergency_id) for emergency_id in due)


def follow() -> int:
    """Note what is late, and remind the morning after; returns how much was done."""
    now = clock.now()
    with transaction():
        found = emergency_queries.open_ids()
    late = sum(alone(partial(emergency_control.watch, one, now), emergency=one) for one in found)
    return late + sum(alone(partial(_remind, one, now), emergency=one) for one in found)


def _remind(emergency_id: int, now: datetime) -> bool:
    """Remind once, the morning after it was granted, of what is not answered by then."""
    found = emergency_queries.held(emergency_id)
    if found.reminded_on is not None or now < _next_morning(found.granted_at):
        return False
    found.reminded_on = clock.local(now).date()
    asking = [t for t in tasks.open_of_grant(found.grant_id) if t.kind in emergency_control.KINDS]
    for task in asking:
        emails.reminded(task, now)
    return bool(asking)


def _next_morning(granted_at: datetime) -> datetime:
    """The next 07:00 on the municipality's clock, of any day: what is granted at night is asked about that morning."""
    after = clock.local(granted_at + HEAD_START)
    day = after.date() if after.time() < MORNING else after.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, clock.zone())
