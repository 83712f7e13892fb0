"""What the worker runs for this room."""

from __future__ import annotations

import structlog

from app import clock
from app.db import transaction
from app.directory import damping, queries, services, synchronising
from app.directory.changes import WholeNeeded
from app.directory.evidence import Evidence
from app.directory.run_models import DirectoryRun
from workflows.case import EmploymentStatus as Status
from workflows.events import DIRECTORY
from workflows.flapping import A_DAY_LATER

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


def ask_again_of_leavers() -> int:
    """Ask about those who were seen as ended a day ago; returns of how many it is certain now.

    Each in a transaction of its own. Where the directory cannot answer, everybody waits.
    """
    sure = 0
    for person_id in damping.due(clock.now()):
        with transaction():
            answer = _look_again(person_id)
            if answer.status is Status.ENDED:
                about = answer.as_json()
                sure += damping.believe(person_id, why=A_DAY_LATER, actor=DIRECTORY, now=clock.now(), evidence=about)
        if answer.status is Status.UNKNOWN and not answer.accounts:
            log.warning("leavers_wait_for_the_directory", reason=answer.reason)
            break
    return sure


def _look_again(person_id: int) -> Evidence:
    person = queries.person(person_id)
    assert person is not None
    answer = services.lookup(person, clock.now())
    services.record(answer)
    return answer


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
