"""What time does to tags. The job may run twice or late: what is done is not found again."""

from __future__ import annotations

from functools import partial

from app import clock
from app.db import transaction
from app.premises import handing_back, queries
from app.requests.tasks import alone


def follow() -> int:
    """Block what is not fetched or not handed back in time; returns how many tags. Nobody is told before 07:00."""
    now = clock.now()
    if not clock.is_sending_time(now):
        return 0
    with transaction():
        found = [*queries.not_fetched(clock.today()), *queries.outlived()]
    return sum(alone(partial(handing_back.follow, one, now), credential=one) for one in dict.fromkeys(found))
