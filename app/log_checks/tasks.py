"""What time does to checks. The job may run twice or late: nothing is drawn twice, and no month is skipped."""

from __future__ import annotations

from functools import partial

from app import clock
from app.db import transaction
from app.log_checks import drawing, queries
from app.requests.tasks import alone
from workflows import log_check


def draw() -> int:
    """Draw the months that are over and not drawn, from 07:00 of a working day; returns how many."""
    now, today = clock.now(), clock.today()
    if not clock.is_sending_time(now):
        return 0
    with transaction():
        drawn = queries.months_drawn()
        due = [(s.id, month) for s in queries.systems() for month in log_check.months_due(drawn.get(s.id, ()), today)]
    return sum(alone(partial(drawing.draw, *one, now), system=one[0]) for one in due)
