"""What the worker runs for this room."""

from __future__ import annotations

import structlog

from app import clock
from app.db import transaction
from app.directory import services

log = structlog.get_logger(__name__)


def nightly_sync() -> services.SyncReport:
    """One whole sync in one transaction. Raises DirectoryUnavailable or MassLeave; then nothing was applied."""
    with transaction():
        report = services.sync(clock.now())
    log.info(
        "directory_synced",
        snapshot=report.snapshot_id,
        people=report.people,
        accounts=report.accounts,
        added=report.added,
        changed=len(report.changed),
    )
    return report
