"""What time does to matters. Each job may run twice or late: what is done is not found again."""

from __future__ import annotations

from functools import partial

from app import clock
from app.db import transaction
from app.matters import conditions, ending, queries, renewing
from app.requests.tasks import alone


def follow() -> int:
    """Renew what runs out, rest what has, tell of conditions, end what is retired; returns how much was done.

    Nobody is told of anything before 07:00 of a working day.
    """
    now = clock.now()
    if not clock.is_sending_time(now):
        return 0
    with transaction():
        running_out, told = queries.with_end(clock.local(now).date()), queries.conditions_to_tell()
    done = sum(alone(partial(renewing.follow, matter_id, now), matter=matter_id) for matter_id in running_out)
    done += ending.follow(now)
    return done + sum(alone(partial(conditions.tell, one, now), condition=one) for one in told)
