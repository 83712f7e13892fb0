"""What the worker runs for this room."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import structlog
from flask import current_app

from app import clock
from app.db import transaction
from app.hr_feed import services

log = structlog.get_logger(__name__)


def take_drop() -> str:
    """Take the file that HR's system has written, once; then let everybody be judged by today's date.

    Returns what became of it: applied, held, refused, unchanged, absent, or nothing where no file is awaited.
    """
    path = current_app.extensions["settings"].hr_feed
    if not path:
        return ""
    became = _take(path)
    with transaction():
        services.judge_again(clock.now())
    return became


def _take(path: Path) -> str:
    try:
        content = path.read_bytes()
        written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        log.warning("hr_feed_unreadable", file=path.name, cause=type(error).__name__)
        _tell_late()
        return "absent"
    with transaction():
        known = services.latest()
        if known is not None and services.is_settled(known, sha256(content).hexdigest()):
            services.tell_late(known, clock.now())
            return "unchanged"
        file = services.load(content, name=path.name, written_at=written_at, now=clock.now())
        log.info("hr_file_read", file=file.name, state=file.state, people=file.people, faults=len(file.faults))
        return file.state


def _tell_late() -> None:
    with transaction():
        known = services.latest()
        if known is not None:
            services.tell_late(known, clock.now())
