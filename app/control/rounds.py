"""The round of a year, by the calendar: opened, frozen, drafted and reminded of (rules.md C11). Callers hold the
transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.control import freezing, points
from app.control.report_models import ControlReport, ControlRound
from app.db import db
from app.events import publish
from workflows import internal_control as rules
from workflows.control_events import (
    ControlReportReminded,
    ControlReportsDrafted,
    ControlRoundFrozen,
    ControlRoundOpened,
)
from workflows.events import TIME
from workflows.internal_control import Round


def days_of(year: int) -> Round:
    """The days of the report about ``year``."""
    return rules.round_of(year, clock.calendar())


def open_round(year: int, now: datetime) -> bool:
    """Open the round and list who is expected to report; False when it is open already."""
    made = insert(ControlRound).values(year=year, opened_at=now, rung=0).on_conflict_do_nothing()
    if db.session.scalar(made.returning(ControlRound.year)) is None:
        return False
    _expect(year)
    reports = db.session.scalars(select(ControlReport).where(ControlReport.year == year)).all()
    publish(ControlRoundOpened("control_round", year, None, TIME, now, data={"reports": len(reports)}))
    return True


def _expect(year: int) -> None:
    """A row for each system that reports, and for each board; those that there are stay as they are."""
    systems = freezing.reporting(points.year_of(year))
    rows: list[dict[str, Any]] = [_blank(year, s.board, s.id) for s in systems]
    rows += [_blank(year, board, None) for board in sorted({s.board for s in systems})]
    if rows:
        db.session.execute(insert(ControlReport).values(rows).on_conflict_do_nothing())


def _blank(year: int, board: str, system_id: int | None) -> dict[str, Any]:
    empty = dict.fromkeys(("digest", "judgement", "rating", "rating_reason", "question", "diary_number"), "")
    known = {"year": year, "board": board, "system_id": system_id, "state": rules.EXPECTED}
    return known | empty | {"remarks": {}, "author_ids": [], "version": 1}


def freeze(year: int, now: datetime) -> bool:
    """Read every report's data as of the year's last minute, once; False when that is done."""
    round_ = _held(year)
    if round_.frozen_at is not None:
        return False
    _expect(year)
    of = points.year_of(year)
    systems = freezing.of_systems(freezing.reporting(of), of)
    boards = freezing.of_boards(systems, of)
    digests = {}
    for report in db.session.scalars(
        select(ControlReport).where(ControlReport.year == year).order_by(ControlReport.id)
    ):
        data = boards.get(report.board) if report.system_id is None else systems.get(report.system_id)
        if data is not None and report.data is None:
            report.data, report.digest = data, freezing.digest(data)
            digests[str(report.id)] = report.digest
    round_.frozen_at = now
    db.session.flush()
    publish(ControlRoundFrozen("control_round", year, None, TIME, now, data={"digests": digests}))
    return True


def draft(year: int, now: datetime) -> bool:
    """Let people write in the reports from now on; False when they may already, or nothing is frozen."""
    round_ = _held(year)
    if round_.frozen_at is None or round_.drafted_at is not None:
        return False
    reports = db.session.scalars(
        select(ControlReport)
        .where(ControlReport.year == year, ControlReport.data.is_not(None))
        .order_by(ControlReport.id)
    ).all()
    for report in reports:
        report.state = rules.next_state(report.state, "draft")
    round_.drafted_at = now
    db.session.flush()
    drafted = tuple(report.id for report in reports)
    publish(ControlReportsDrafted("control_round", year, None, TIME, now, data={"reports": list(drafted)}))
    return True


def remind(year: int, now: datetime) -> int:
    """Tell what the round's calendar says is to be told by today; returns how many reminders have gone."""
    round_, today = _held(year), clock.local(now).date()
    if round_.drafted_at is None:
        return 0
    due = rules.rungs_due(days_of(year), round_.rung, today)
    if not due:
        return 0
    # Where several days have passed unseen, the last says it all.
    late = select(ControlReport.id).where(ControlReport.year == year, ControlReport.state.in_(LATE[due[-1]]))
    waiting = list(db.session.scalars(late.order_by(ControlReport.id)))
    round_.rung += len(due)
    db.session.flush()
    said = {"rung": due[-1], "reports": waiting}
    publish(ControlReportReminded("control_round", year, None, TIME, now, due[-1], said))
    return len(due)


# Whom a reminder is about: those who have not submitted; at the end also those that nobody has approved.
LATE = {
    "reminds_on": rules.WRITABLE,
    "reminds_again_on": rules.WRITABLE,
    "escalates_on": (*rules.WRITABLE, rules.SUBMITTED),
    "overdue_on": (*rules.WRITABLE, rules.SUBMITTED),
}


def _held(year: int) -> ControlRound:
    return db.session.get_one(ControlRound, year, with_for_update=True, populate_existing=True)


def is_open(year: int) -> bool:
    """The year has a round that is not over: it is not drafted, or a reminder is still to go."""
    found = db.session.get(ControlRound, year)
    return found is not None and (found.drafted_at is None or found.rung < len(rules.RUNGS))
