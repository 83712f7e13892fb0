"""The whole directory into our tables: read beside them, judged, then applied in stretches that nothing can halve.

Each step takes part in the caller's transaction. ``tasks`` commits after each, so that a process that dies resumes
where the last one ended; ``sync`` takes them all in one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select, update

from app import clock
from app.config import Settings
from app.db import db
from app.directory import applying, changes, damping, holding, placing, staging
from app.directory.account import Account
from app.directory.answers import Mark, Source
from app.directory.employment import Policy
from app.directory.evidence import Evidence, deciding_attributes
from app.directory.ldap_gateway import current_gateway
from app.directory.models import DirectorySnapshot, Person
from app.directory.reading import Reader, accounts_of
from app.directory.run_models import DirectoryRun, Reading, RunKind, RunState
from app.events import publish
from workflows.case import EmploymentStatus as Status
from workflows.events import EmploymentChanged

SYNC_LOCK = 7_215_001  # any number that no other advisory lock of ours has
EMPLOYED = (Status.ACTIVE, Status.ON_LEAVE)
RESUMED_WITHIN = timedelta(hours=6)  # what was read longer ago is read anew


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync did. ``changed`` counts people by "before -> after"."""

    run_id: int
    snapshot_id: int | None
    server: str
    accounts: int
    people: int
    added: int
    changed: dict[str, int]


def sync(now: datetime) -> SyncReport:
    """Read the whole directory and make our tables say the same, in the caller's transaction.

    Nothing is applied when any of it cannot be read (DirectoryUnavailable), or when too many would end or it is strange
    in another way (ReadingIsHeld). Publishes EmploymentChanged for every known person whose status is another.
    """
    run = begin(now)
    refuse_held(run)
    while apply_next(run.id):
        pass
    return report_of(run.id)


def begin(now: datetime) -> DirectoryRun:
    """A run that is read and ready to be applied: one that was left in the middle, or a new one of everything.

    Its state is ``held`` when it is too strange to be believed: nothing of it may be applied then. Raises
    DirectoryUnavailable.
    """
    lock()
    unfinished = _unfinished(now)
    if unfinished:
        return unfinished
    reader = _reader(now)
    return _begun(now, reader, current_gateway().read(reader.take))


def begin_changes(now: datetime) -> DirectoryRun | None:
    """As ``begin``, of what has changed since the server was last read; None when nothing has, or a reading is held.

    Raises WholeNeeded when that cannot be told, and DirectoryUnavailable.
    """
    lock()
    unfinished = _unfinished(now)
    if unfinished:
        return unfinished
    if holding.open_hold() is not None:
        return None
    if holding.released_holds():
        raise changes.WholeNeeded("", "reading_released")
    reader = _reader(now)
    changed = changes.read_changes(reader, changes.marks())
    if changed is None:
        return None
    if not reader.accounts and not changed.gone:
        changes.keep(changed.source)
        return None
    return _begun(now, reader, changed.source, gone=changed.gone)


def refuse_held(run: DirectoryRun) -> None:
    """Raises ReadingIsHeld for a run that is held."""
    holding.refuse(run, _head_count()[1])


def apply_next(run_id: int) -> bool:
    """Apply the next stretch of the run; False when there was none left, and the run is done.

    Everybody in it is applied whole or, when the transaction does not come about, not at all.
    """
    lock()
    run = db.session.get_one(DirectoryRun, run_id, populate_existing=True)
    if run.state != RunState.APPLYING:
        return False
    if run.applied_up_to is None:
        applying.renew_units(run)
        applying.stage_new(run)
        applying.merge(run)
        run.added, run.applied_up_to = _head_count()[0] - run.known, ""
        return True
    upto = applying.stage_stretch(run)
    changed = staging.changes(run.read_at)
    applying.merge(run)
    _publish(run, changed)
    damping.seen_again(run)
    placing.seen(run.read_at, run.snapshot_id, {"run_id": run.id, "snapshot_id": run.snapshot_id, "server": run.server})
    run.changes = dict(Counter(run.changes) + Counter(f"{change.before} -> {change.after}" for change in changed))
    run.applied_up_to = upto or run.applied_up_to
    if upto is None:
        _finish(run)
    db.session.flush()
    return True


def report_of(run_id: int) -> SyncReport:
    """What the run has done so far."""
    run = db.session.get_one(DirectoryRun, run_id)
    known, _ = _head_count()
    return SyncReport(run.id, run.snapshot_id, run.server, run.accounts, known, run.added, dict(run.changes))


def lock() -> None:
    """One reading at a time, of the directory or of HR, until the transaction ends."""
    db.session.execute(select(func.pg_advisory_xact_lock(SYNC_LOCK)))


def _unfinished(now: datetime) -> DirectoryRun | None:
    """The run that was left in the middle, if its reading is young and still there; others are abandoned."""
    run = db.session.scalar(select(DirectoryRun).where(DirectoryRun.state == RunState.APPLYING))
    if run is None:
        return None
    kept = db.session.scalar(select(func.count()).select_from(Reading))
    if run.read_at > now - RESUMED_WITHIN and kept == run.accounts:
        return run
    stale = update(DirectoryRun).where(DirectoryRun.id == run.id)
    db.session.execute(stale.values(state=RunState.ABANDONED, finished_at=clock.now()))
    return None


def _reader(now: datetime) -> Reader:
    settings: Settings = current_app.extensions["settings"]
    return Reader(Policy.from_settings(settings), clock.local(now).date())


def _begun(now: datetime, reader: Reader, source: Source, *, gone: Sequence[str] | None = None) -> DirectoryRun:
    """The run of what was read; of everything, unless it is said who is ``gone``."""
    known, employed = _head_count()
    run = DirectoryRun(
        kind=RunKind.FULL if gone is None else RunKind.INCREMENTAL,
        state=RunState.APPLYING,
        server=source.server,
        read_at=now,
        today=clock.local(now).date(),
        accounts=reader.accounts,
        known=known,
        changes={},
        gone=list(gone or ()),
        marks=asdict(source.mark) if source.mark else {},
    )
    db.session.add(run)
    settings: Settings = current_app.extensions["settings"]
    why = holding.doubt(run, source, employed, settings, changes.marks().get(source.server))
    if why:
        holding.hold(run, why)
    elif run.is_whole:
        run.snapshot_id = _snapshot(run).id
    db.session.flush()
    return run


def _snapshot(run: DirectoryRun) -> DirectorySnapshot:
    """The reading is finished, so that what follows from it can cite it."""
    snapshot = DirectorySnapshot(
        server=run.server, started_at=run.read_at, finished_at=clock.now(), people=run.known, changes={}
    )
    db.session.add(snapshot)
    db.session.flush()
    return snapshot


def _finish(run: DirectoryRun) -> None:
    run.state, run.finished_at = RunState.DONE, clock.now()
    changes.keep(Source(run.server, Mark(**run.marks) if run.marks else None))
    if run.is_whole:
        holding.settle()
    if run.snapshot_id is not None:
        snapshot = db.session.get_one(DirectorySnapshot, run.snapshot_id)
        snapshot.people, snapshot.changes = _head_count()[0], run.changes


def _head_count() -> tuple[int, int]:
    """People in our tables, and how many of them are employed."""
    working = func.count().filter(Person.employment_status.in_([status.value for status in EMPLOYED]))
    known, employed = db.session.execute(select(func.count(), working).select_from(Person)).one()
    return known, employed


def _publish(run: DirectoryRun, changed: Sequence[staging.Change]) -> None:
    read = accounts_of([change.employee_number for change in changed])
    for change in changed:
        evidence = _evidence_of(change, read.get(change.employee_number, ()), run)
        publish(EmploymentChanged(change.id, change.before, change.after, evidence.as_json()))


def _evidence_of(change: staging.Change, accounts: Sequence[Account], run: DirectoryRun) -> Evidence:
    return Evidence(
        person_id=change.id,
        employee_number=change.employee_number,
        status=Status(change.after),
        reason=change.reason,
        looked_up_at=run.read_at,
        server=run.server,
        starts_on=change.starts_on,
        ends_on=change.ends_on,
        form=change.form,
        snapshot_id=run.snapshot_id,
        attributes=deciding_attributes(accounts),
    )
