"""What the worker runs for this room."""

from __future__ import annotations

import structlog

from app import clock
from app.db import db, transaction
from app.userlists import mismatches, queries, services
from app.userlists.models import CURRENT, UserList

log = structlog.get_logger(__name__)


def follow() -> int:
    """Drop drafts that nobody came back to, and judge each fresh list by the rights of today; how many were judged.

    Each list in a transaction of its own: one that fails does not take the others with it.
    """
    now = clock.now()
    with transaction():
        forgotten = queries.forgotten(now - services.KEPT_FOR)
        fresh = queries.fresh(clock.today())
    for list_id in forgotten:
        with transaction():
            services.forget(list_id, now)
    for list_id in fresh:
        with transaction():
            kept = db.session.get_one(UserList, list_id)
            if kept.state == CURRENT:
                moved = mismatches.judge(kept, now)
                log.info("list_judged", system=kept.system_id, list=list_id, moved=moved)
    return len(fresh)
