"""When what the demonstration begins with has happened: in the mornings of working days."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from app import clock

FIRST_ACT = time(9, 10)
BETWEEN = timedelta(minutes=20)  # each act has a moment of its own


def before(now: datetime, working_days: int, number: int = 0) -> datetime:
    """In the morning of the day so many working days before ``now``; ``number`` parts what happened that day."""
    day = clock.local(now).date()
    for _ in range(working_days):
        day = clock.calendar().on_or_before(day - timedelta(days=1))
    return datetime.combine(day, FIRST_ACT, clock.zone()) + BETWEEN * number
