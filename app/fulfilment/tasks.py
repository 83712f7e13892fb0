"""What the worker runs for this room."""

from __future__ import annotations

from collections import Counter

import structlog
from flask import current_app
from sqlalchemy import select

from app import clock
from app.config import Settings
from app.db import db, transaction
from app.fulfilment import services, writing
from app.fulfilment.models import DirectoryWrite

TURNED_OFF = "turned_off"
log = structlog.get_logger(__name__)


def write_waiting() -> int:
    """Do what waits, until the rate is reached or the directory is away; how many were confirmed.

    Where the setting has been turned off, what waits becomes people's tasks.
    """
    settings: Settings = current_app.extensions["settings"]
    if not settings.ldap_write:
        return _hand_over_all()
    outcomes: Counter[str] = Counter()
    while outcome := writing.write_next(clock.now()):
        outcomes[outcome] += 1
        if outcome == "directory_unavailable":
            break
    if outcomes:
        log.info("directory_written", **outcomes)
    return outcomes["done"]


def _hand_over_all() -> int:
    with transaction():
        waiting = db.session.scalars(select(DirectoryWrite.id).where(DirectoryWrite.status == "waiting")).all()
    for write_id in waiting:
        with transaction():
            services.hand_over(db.session.get_one(DirectoryWrite, write_id), clock.now(), reason=TURNED_OFF)
    return 0
