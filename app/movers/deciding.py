"""What the two managers say about each right, never the subject (rules.md C5). Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app import clock
from app.db import db
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.grants.queries import HELD
from app.movers import queries, rows, services
from app.movers.models import Mover, MoverRow
from workflows import movers
from workflows.case import EmploymentStatus as Status
from workflows.events import Actor
from workflows.mover_events import MoverRowDecided
from workflows.personal_numbers import find_personnummer

EMPLOYED = (Status.ACTIVE, Status.ON_LEAVE)
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """``verdict``: keep, change or remove; ``until``: the last day, for what is not to go at once."""

    verdict: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Overlap:
    """The last day on which something of the old work is needed, and why."""

    until: date
    reason: str = ""


def decide(one: Mover, answers: Mapping[int, Answer], *, status: Status | None, actor: Actor, now: datetime) -> None:
    """The new manager's answers, by row: all of them or none.

    ``status``: what the directory says of the person now, needed to keep anything (G1).

    Raises NotAllowed (``row``: about which) not_self, nothing_decided, employment_ended, directory_unknown, day_...;
    Conflict(row_decided) when somebody was first.
    """
    held = queries.hold(one.id)
    if actor.person_id is None or actor.person_id == held.person_id:
        raise NotAllowed("not_self")
    if not answers:
        raise NotAllowed("nothing_decided")
    if any(answer.verdict != movers.REMOVE for answer in answers.values()):
        _employed(status)
    known = {row.id: row for row in queries.rows_of(held.id)}
    for row_id, answer in answers.items():
        row = known.get(row_id)
        if row is None or row.state != "open" or held.state not in ("announced", "deciding"):
            raise Conflict("row_decided")
        _answer(held, row, answer, actor=actor, now=now)
    db.session.flush()
    services.settle(held, trigger="decide", actor=actor, now=now)


def _answer(one: Mover, row: MoverRow, answer: Answer, *, actor: Actor, now: datetime) -> None:
    if row.grant.status not in HELD:
        row.state = "gone"
        return
    today, what = clock.local(now).date(), tuple(one.what)
    state = movers.becomes(answer.verdict, what, secret=row.is_secret)
    last = _last_day(one, row, answer, today)
    row.state, row.decided_by_id, row.decided_at = state, actor.person_id, now
    if state == "kept":
        row.remove_on = None
        if one.employment_id:  # the other employment gives it from now on
            row.grant.employment_id = next(iter(queries.lasting_elsewhere(one.person_id, one.employment_id, today)))
    elif state == "changing":  # the new level takes its place; else it goes
        row.remove_on = clock.calendar().add(max(today, one.change_on), rows.times(one).silent)
    else:
        row.remove_on = last + movers.DAY if last else max(today, one.change_on)
    told = {"verdict": answer.verdict, "remove_on": row.remove_on.isoformat() if row.remove_on else ""}
    publish(MoverRowDecided(one.id, one.person_id, row.grant_id, state, actor, now, told))
    if row.remove_on is not None and row.remove_on <= today:
        rows.remove(one, row, why="decided", actor=actor, now=now)


def _last_day(one: Mover, row: MoverRow, answer: Answer, today: date) -> date | None:
    """The day that the new manager names, else that of the overlap which the old manager has asked for."""
    if answer.until is None or answer.verdict != movers.REMOVE:
        return row.until
    _within(one, row, answer.until, today)
    return answer.until


def hand_over(one: Mover, wanted: Mapping[int, Overlap], *, actor: Actor, now: datetime) -> None:
    """The old manager says until when something of the old work is needed for the handing over.

    Raises as ``decide``, and NotAllowed: reason_needed, reason_too_long, personnummer.
    """
    held = queries.hold(one.id)
    if actor.person_id is None or actor.person_id == held.person_id:
        raise NotAllowed("not_self")
    if not wanted:
        raise NotAllowed("nothing_decided")
    today, known = clock.local(now).date(), {row.id: row for row in queries.rows_of(held.id)}
    for row_id, overlap in wanted.items():
        row = known.get(row_id)
        if row is None or row.state != "open":
            raise Conflict("row_decided")
        _refuse(held, row, overlap, today)
        row.until, row.overlap_reason, row.handed_by_id = overlap.until, overlap.reason.strip(), actor.person_id
        row.remove_on = overlap.until + movers.DAY
        told = {"until": overlap.until.isoformat(), "reason": row.overlap_reason}
        publish(MoverRowDecided(held.id, held.person_id, row.grant_id, "overlap", actor, now, told))
    db.session.flush()
    services.step(held, "hand_over", actor=actor, now=now)


def _refuse(one: Mover, row: MoverRow, overlap: Overlap, today: date) -> None:
    reason = overlap.reason.strip()
    _within(one, row, overlap.until, today)
    if row.is_secret and not reason:
        raise NotAllowed("overlap_needs_reason", row=row.id)
    if len(reason) > LONGEST_REASON:
        raise NotAllowed("reason_too_long", row=row.id)
    if find_personnummer(reason):
        raise NotAllowed("personnummer", row=row.id)


def _within(one: Mover, row: MoverRow, until: date, today: date) -> None:
    if until < today:
        raise NotAllowed("day_has_been", row=row.id)
    if until > longest(one, row):
        raise NotAllowed("overlap_too_long", row=row.id)


def longest(one: Mover, row: MoverRow) -> date:
    """The last day that an overlap of this right may have."""
    return movers.last_overlap(one.change_on, secret=row.is_secret, calendar=clock.calendar(), times=rows.times(one))


def _employed(status: Status | None) -> None:
    if status is None or status in (Status.UNKNOWN, Status.AMBIGUOUS):
        raise NotAllowed("directory_unknown")
    if status not in EMPLOYED:
        raise NotAllowed("employment_ended")
