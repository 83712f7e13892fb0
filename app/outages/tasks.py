"""What time does to packs and outages. Each job may run twice or late: what is done is not found again."""

from __future__ import annotations

from functools import partial

from app import clock
from app.db import transaction
from app.outages import packs, queries
from app.requests.tasks import alone


def renew_packs() -> int:
    """Print the editions anew that are a quarter old or name people who have changed; returns how many."""
    now = clock.now()
    with transaction():
        found = queries.current_pack_ids()
    return sum(alone(partial(packs.renew, pack_id, now), pack=pack_id) for pack_id in found)
