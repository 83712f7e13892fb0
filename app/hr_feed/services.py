"""A file from HR becomes what is known of employments: whole, or not at all. Callers own the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256

from flask import current_app
from sqlalchemy import func, select

from app import clock
from app.config import Settings
from app.db import db, savepoint
from app.directory import holding, placing
from app.directory.evidence import Evidence
from app.directory.hr_models import HrEmploymentRow, HrFile, HrPerson
from app.directory.models import Person
from app.directory.preceding import employment_of
from app.directory.run_models import OF_HR, DirectoryLeaver, DirectoryRun, RunKind, RunState
from app.directory.staging import Change
from app.directory.synchronising import EMPLOYED, lock
from app.events import publish
from app.hr_feed import applying, reading
from app.hr_feed.fields import Unreadable, forms_of
from app.hr_feed.reading import Fault, Feed
from workflows.case import EmploymentStatus as Status
from workflows.directory_events import HrFileApplied, HrFileLate, HrFileRefused
from workflows.events import EmploymentChanged


def check(content: bytes) -> Feed:
    """What the file says, or its faults; changes nothing."""
    try:
        return reading.read(content, forms_of(_settings().hr_forms))
    except Unreadable as refusal:
        return Feed(faults=(Fault(refusal.line, "", refusal.columns, refusal.reason),))


def load(content: bytes, *, name: str, written_at: datetime, now: datetime) -> HrFile:
    """Let the file be what HR says. Its ``state`` tells what became of it.

    ``refused`` for one fault anywhere, ``held`` when it would end too many, is suspiciously short or old: nothing of
    it is applied then. Publishes HrFileRefused, ReadingHeld, or HrFileApplied and EmploymentChanged for each person.
    """
    lock()
    feed = check(content)
    file = HrFile(
        name=name,
        digest=sha256(content).hexdigest(),
        written_at=written_at,
        read_at=now,
        state="refused",
        people=len(feed.people),
        employments=sum(len(person.employments) for person in feed.people),
        faults=[asdict(fault) for fault in feed.faults],
    )
    db.session.add(file)
    db.session.flush()
    if feed.faults:
        publish(HrFileRefused(file.id, name, len(feed.faults), now))
    else:
        _apply(file, feed, now)
    return file


def judge_again(now: datetime) -> int:
    """What HR's file says of today, of everybody who was judged on another day; returns of how many."""
    lock()
    today = clock.local(now).date()
    stale = select(HrPerson).where(HrPerson.judged_on < today, HrPerson.gone_since.is_(None))
    people = db.session.scalars(stale.order_by(HrPerson.employee_number)).all()
    if not people:
        return 0
    theirs: dict[str, list[HrEmploymentRow]] = {}
    for row in db.session.scalars(select(HrEmploymentRow)):
        theirs.setdefault(row.employee_number, []).append(row)
    again = [_person_of(person, theirs[person.employee_number]) for person in people]
    applying.judge_again(again, now, today)
    changed = applying.lay_out(now, today)
    applying.merge(now, today)
    _publish(changed, "", now)
    placing.seen(now, None, {"server": ""})
    return len(again)


def latest() -> HrFile | None:
    """The file that came last."""
    return db.session.scalars(select(HrFile).order_by(HrFile.id.desc()).limit(1)).first()


def is_settled(file: HrFile, digest: str) -> bool:
    """True when the file with this ``digest`` is the one that came last, and nobody has let it through since."""
    if file.digest != digest:
        return False
    run = db.session.get(DirectoryRun, file.run_id) if file.run_id else None
    return file.state != "held" or run is None or run.released_at is None or run.state != RunState.HELD


def tell_late(file: HrFile, now: datetime) -> bool:
    """Tell once that no newer file has come for too long; False when it was told, or is not late."""
    if file.told_late_at is not None or not _is_old(file.written_at, now):
        return False
    file.told_late_at = now
    publish(HrFileLate(file.id, file.name, file.written_at, now))
    return True


class _Doubted(Exception):
    """The file was tried, and is not to be believed."""

    def __init__(self, why: str, ending: Sequence[Change]) -> None:
        self.why, self.ending = why, ending
        super().__init__(why)


def _apply(file: HrFile, feed: Feed, now: datetime) -> None:
    run = _run_of(file, now)
    try:
        with savepoint():
            changed = _tried(file, run, feed, now)
    except _Doubted as doubted:
        run.leaving = _not_let_through(doubted.ending)
        _hold(file, run, doubted.why, doubted.ending)
        return
    applying.merge(now, run.today)
    _publish(changed, file.name, now)
    placing.seen(now, None, {"run_id": run.id, "server": file.name})
    run.state, run.finished_at, file.state = RunState.DONE, clock.now(), "applied"
    holding.settle(OF_HR)
    publish(HrFileApplied(file.id, file.name, file.people, file.employments, len(changed), now))


def _tried(file: HrFile, run: DirectoryRun, feed: Feed, now: datetime) -> list[Change]:
    """Whose status the file alters. Raises _Doubted, for whoever holds the savepoint."""
    applying.replace_all(feed.people, now, run.today)
    changed = applying.lay_out(now, run.today)
    ending = [change for change in changed if change.before in EMPLOYED and change.after not in EMPLOYED]
    if why := _doubt(run, file, _not_let_through(ending), now):
        raise _Doubted(why, ending)
    return changed


def _run_of(file: HrFile, now: datetime) -> DirectoryRun:
    """The run of the file: it is done in one transaction, so nobody ever sees it half applied."""
    known = db.session.scalar(select(func.count()).select_from(HrPerson).where(HrPerson.gone_since.is_(None))) or 0
    run = DirectoryRun(
        kind=RunKind.HR,
        state=RunState.ABANDONED,
        server=file.name,
        read_at=now,
        today=clock.local(now).date(),
        accounts=file.people,
        known=known,
    )
    db.session.add(run)
    db.session.flush()
    file.run_id = run.id
    return run


def _not_let_through(ending: Sequence[Change]) -> int:
    """How many of those who would end are on no list that two people have released."""
    released = [hold.id for hold in holding.released_holds(OF_HR)]
    listed = select(DirectoryLeaver.person_id).where(DirectoryLeaver.run_id.in_(released))
    let_through = set(db.session.scalars(listed))
    return sum(change.id not in let_through for change in ending)


def _doubt(run: DirectoryRun, file: HrFile, leaving: int, now: datetime) -> str:
    """Why the file is not to be believed, as ``holding.doubt`` says it of a reading."""
    released = holding.released_holds(OF_HR)
    accepted = {hold.held_because for hold in released}
    if leaving > holding.most_ending(_employed(), _settings()):
        return "mass_leave"
    if holding.is_short(run, released, _settings()) and "reading_short" not in accepted:
        return "reading_short"
    return "reading_old" if _is_old(file.written_at, now) and "reading_old" not in accepted else ""


def _hold(file: HrFile, run: DirectoryRun, why: str, ending: Sequence[Change]) -> None:
    def keep(held: DirectoryRun) -> None:
        db.session.add_all(
            DirectoryLeaver(run_id=held.id, person_id=one.id, before=one.before, after=one.after, reason=one.reason)
            for one in ending
        )
        db.session.flush()

    file.state, file.why = "held", why
    holding.hold(run, why, keep)


def _publish(changed: Sequence[Change], name: str, now: datetime) -> None:
    for change in changed:
        evidence = Evidence(
            person_id=change.id,
            employee_number=change.employee_number,
            status=Status(change.after),
            reason=change.reason,
            looked_up_at=now,
            server=name,
            starts_on=change.starts_on,
            ends_on=change.ends_on,
            form=change.form,
        )
        publish(EmploymentChanged(change.id, change.before, change.after, evidence.as_json()))


def _person_of(person: HrPerson, rows: Sequence[HrEmploymentRow]) -> reading.HrPerson:
    return reading.HrPerson(
        person.employee_number,
        person.person_key,
        person.given_name,
        person.surname,
        person.protected,
        tuple(employment_of(row) for row in rows),
    )


def _employed() -> int:
    wanted = select(func.count()).where(Person.employment_status.in_([status.value for status in EMPLOYED]))
    return db.session.scalar(wanted) or 0


def _is_old(written_at: datetime, now: datetime) -> bool:
    return written_at < now - timedelta(hours=_settings().hr_feed_hours)


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
