"""What time does to packs and outages. Each job may run twice or late: what is done is not found again."""

from __future__ import annotations

from functools import partial

from app import clock
from app.db import transaction
from app.outages import declaring, packs, queries
from app.requests.tasks import alone


def renew_packs() -> int:
    """Print the editions anew that are a quarter old or name people who have changed; returns how many."""
    now = clock.now()
    with transaction():
        found = queries.current_pack_ids()
    return sum(alone(partial(packs.renew, pack_id, now), pack=pack_id) for pack_id in found)


def follow() -> int:
    """Tell of outages that have come to day 3 or 5; returns how many. Nobody is told before 07:00 of a working day."""
    now = clock.now()
    if not clock.is_sending_time(now):
        return 0
    with transaction():
        found = queries.lasting()
    return sum(alone(partial(declaring.follow, outage_id, now), outage=outage_id) for outage_id in found)
