"""What the worker runs for this room."""

from __future__ import annotations

import structlog

from app import clock
from app.db import transaction
from app.directory import services, synchronising
from app.directory.changes import WholeNeeded
from app.directory.run_models import DirectoryRun

log = structlog.get_logger(__name__)


def nightly_sync() -> services.SyncReport:
    """One whole sync, committed stretch by stretch; whatever was left in the middle is taken up where it ended.

    Raises DirectoryUnavailable or MassLeave; then nothing was applied.
    """
    while True:
        with transaction():
            run = synchronising.begin(clock.now())
            run_id, whole = run.id, run.is_whole
        report = _applied(run_id)
        if whole:
            return report


def read_changes() -> services.SyncReport | None:
    """Apply what has changed since the last time; None when nothing has.

    A server that cannot tell is read whole, by itself. Raises DirectoryUnavailable or MassLeave.
    """
    try:
        with transaction():
            run = synchronising.begin_changes(clock.now())
            run_id = run.id if run else None
    except WholeNeeded as needed:
        log.warning("directory_read_whole", server=needed.server, why=needed.why)
        return nightly_sync()
    return _applied(run_id) if run_id else None


def _applied(run_id: int) -> services.SyncReport:
    with transaction() as session:
        synchronising.refuse_held(session.get_one(DirectoryRun, run_id))
    more = True
    while more:
        with transaction():
            more = synchronising.apply_next(run_id)
    with transaction():
        report = synchronising.report_of(run_id)
    log.info(
        "directory_synced",
        run=run_id,
        snapshot=report.snapshot_id,
        people=report.people,
        accounts=report.accounts,
        added=report.added,
        changed=sum(report.changed.values()),
    )
    return report
