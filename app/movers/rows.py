"""The rights of a case: which they are, when silence removes each, and ordering it. Callers hold case and transaction.

Every removal is an ordinary revoke task with its own clock, which never lapses (rules.md C0.4).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete

from app import clock
from app.catalogue import queries as catalogue
from app.db import db
from app.events import publish
from app.grants import services as grants
from app.grants.models import Grant
from app.grants.queries import HELD
from app.movers import queries
from app.movers.models import WAITING, Mover, MoverRow
from app.requests import lives
from workflows import life, movers
from workflows.events import TIME, Actor
from workflows.mover_events import MoverRowDecided

REASON = "moved"  # why the right is removed


def times(one: Mover) -> movers.Times:
    """The numbers of the version that the case follows."""
    workflow = lives.following(lives.MOVER, one.definition_version)
    return movers.times(workflow, life.of(workflow).days)


def fill(one: Mover, now: datetime) -> int:
    """Let the case have a row for everything that the person holds and it asks about; of how many it asks.

    What another employment gives that lasts is shown and not asked about (field.md B6).
    """
    today, asks = clock.local(now).date(), 0
    elsewhere = queries.lasting_elsewhere(one.person_id, one.employment_id, today)
    known = {row.grant_id: row for row in queries.rows_of(one.id)}
    for grant in queries.held(one.person_id):
        secret = _is_secret(grant)
        if one.employment_id and grant.employment_id not in (one.employment_id, *elsewhere):
            continue
        supported = grant.employment_id in elsewhere
        if not supported and not movers.asks_about(tuple(one.what), secret=secret):
            continue
        row = known.get(grant.id) or _new(one, grant, supported)
        if row.state == "open":
            row.remove_on = _day(one, row, one.asked_on or max(today, one.change_on))
            asks += 1
    db.session.flush()
    return asks


def _new(one: Mover, grant: Grant, supported: bool) -> MoverRow:
    row = MoverRow(mover_id=one.id, grant_id=grant.id, is_secret=_is_secret(grant))
    row.state = "supported" if supported else "open"
    row.remove_on = None if supported else one.change_on
    db.session.add(row)
    return row


def forget(one: Mover) -> None:
    """Nothing is asked about: no case is opened."""
    db.session.execute(delete(MoverRow).where(MoverRow.mover_id == one.id))
    db.session.delete(one)
    db.session.flush()


def ask(one: Mover, now: datetime) -> None:
    """The managers are asked as of today, and what ends with the job at once is ordered removed."""
    one.asked_on = clock.local(now).date()
    for row in queries.rows_of(one.id):
        if row.state == "open":
            row.remove_on = _day(one, row, one.asked_on)
    db.session.flush()
    remove_due(one, now)


def remove_due(one: Mover, now: datetime) -> int:
    """Order the removal of what has had its day; returns of how many. What something else has ended is gone."""
    today, done = clock.local(now).date(), 0
    for row in queries.rows_of(one.id):
        if row.state not in WAITING:
            continue
        if row.grant.status not in HELD:
            row.state = "gone"
        elif row.remove_on is not None and row.remove_on <= today:
            remove(one, row, why=_why(one, row), actor=TIME, now=now)
            done += 1
    db.session.flush()
    return done


def remove(one: Mover, row: MoverRow, *, why: str, actor: Actor, now: datetime) -> None:
    """Order it, with the clock of its level."""
    undecided = row.state == "open"
    row.state, row.why = "removed", why
    db.session.flush()
    if undecided:  # what was decided is in the log already
        told = {"why": why, "remove_on": row.remove_on.isoformat() if row.remove_on else ""}
        publish(MoverRowDecided(one.id, one.person_id, row.grant_id, "removed", actor, now, told))
    grants.order_revocation(row.grant, reason=REASON, actor=actor, now=now)


def let_stay(one: Mover) -> None:
    """The change does not come about: what is waited for stays as it is."""
    _set(one, "stays")


def open_again(one: Mover) -> None:
    """Yet another work: what was kept for the one before is asked about anew."""
    for row in queries.rows_of(one.id):
        if row.state == "kept":
            row.state, row.remove_on, row.decided_by_id, row.decided_at = "open", one.change_on, None, None
    db.session.flush()


def let_go(one: Mover) -> None:
    """The person leaves: what is waited for goes with everything else."""
    _set(one, "gone")


def _set(one: Mover, state: str) -> None:
    for row in queries.rows_of(one.id):
        if row.state in WAITING:
            row.state = state
    db.session.flush()


def _day(one: Mover, row: MoverRow, asked_on: date) -> date:
    silent = movers.removed_on(
        tuple(one.what),
        secret=row.is_secret,
        changes_on=one.change_on,
        asked_on=asked_on,
        calendar=clock.calendar(),
        times=times(one),
    )
    return row.until + movers.DAY if row.until else silent


def _why(one: Mover, row: MoverRow) -> str:
    if row.state != "open":
        return "decided"
    if row.until is not None:
        return "overlap_over"
    return "change_date" if row.is_secret and movers.is_another_job(tuple(one.what)) else "silence"


def _is_secret(grant: Grant) -> bool:
    return movers.is_secret(grant.level.profile, catalogue.confidentiality_of(grant.level))


def ends_with_job(one: Mover) -> bool:
    """Whether what is secret ends on the day of the change, and is ordered anew where it is needed."""
    return movers.is_another_job(tuple(one.what))
