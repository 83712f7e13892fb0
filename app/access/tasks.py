"""What time does to privileged access (rules.md C3). The job may run twice or late: what is done is not found again."""

from __future__ import annotations

from functools import partial

from app import clock
from app.access import queries, services
from app.db import transaction
from app.requests.tasks import alone
from workflows import quarters


def follow() -> int:
    """Tell coordinators of new rights, and make the quarter's list on its first working day; returns how much.

    From 07:00 of a working day. Quarters in which nothing ran are caught up, each with a list of its own.
    """
    now = clock.now()
    if not clock.is_sending_time(now):
        return 0
    with transaction():
        told = services.tell(now)
        due = quarters.due(queries.last_listed(), clock.local(now).date(), clock.calendar())
    return told + sum(alone(partial(services.make_list, day, now)) for day in due)
