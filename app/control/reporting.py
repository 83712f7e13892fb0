"""Writing, submitting, approving, receiving and closing a report (rules.md C11). Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from app import clock
from app.control import report_queries as queries
from app.control.report_models import ControlReport, ControlSupplement
from app.db import db
from app.errors import Conflict, NotAllowed
from app.events import publish
from workflows import internal_control as rules
from workflows import system_profile as profile
from workflows.control_events import (
    ControlMoved,
    ControlReportApproved,
    ControlReportClosed,
    ControlReportReceived,
    ControlReportReturned,
    ControlReportSubmitted,
    ControlReportSupplemented,
    ControlReportWritten,
)
from workflows.events import Actor

LONGEST_NUMBER = 60
REMARKS = ("comment", "measure", "responsible", "due_on", "followed_up")


@dataclass(frozen=True, slots=True)
class Remark:
    """What is written beside the figures of one point. ``followed_up``: what came of last year's measure."""

    comment: str = ""
    measure: str = ""
    responsible: str = ""
    due_on: date | None = None
    followed_up: str = ""


def write(report: ControlReport, code: str, remark: Remark, *, version: int, actor: Actor, now: datetime) -> None:
    """Keep a remark; the figures stay locked. Raises NotAllowed with ``field``, Conflict(changed_meanwhile)."""
    held = _held(report, version)
    if held.state not in rules.WRITABLE:
        raise NotAllowed("report_locked")
    for name in REMARKS:
        _refuse(profile.text_fault(name, str(getattr(remark, name) or "")))
    if remark.measure.strip() and remark.due_on is None:
        raise NotAllowed("day_needed", field="due_on")
    said = {name: str(getattr(remark, name) or "").strip() for name in REMARKS}
    held.remarks = {**held.remarks, code: said}
    _author(held, actor)
    _publish(ControlReportWritten, held, actor, now, data={"point": code, **said})


def submit(report: ControlReport, judgement: str, *, version: int, actor: Actor, now: datetime) -> None:
    """Hand it to the owner. Raises NotAllowed: no_such_move, judgement_needed, measures_left (of last year)."""
    held = _moved(report, "submit", version)
    _refuse(profile.text_fault("judgement", judgement))
    if len(judgement.strip()) < profile.SHORTEST_REASON:
        raise NotAllowed("judgement_needed", field="judgement")
    left = [code for code in queries.measures_before(held) if not held.remarks.get(code, {}).get("followed_up")]
    if left:
        raise NotAllowed("measures_left", field="judgement", points=left)
    held.judgement, held.submitted_at, held.submitted_by_id = judgement.strip(), now, actor.person_id
    held.question, held.answer_by = "", None
    _author(held, actor)
    _publish(ControlReportSubmitted, held, actor, now)


def approve(report: ControlReport, rating: str, reason: str, *, version: int, actor: Actor, now: datetime) -> None:
    """The owner stands for it, with a rating. Raises NotAllowed: four_eyes, raise_needs_reason, choose_rating."""
    assert actor.person_id is not None and report.data is not None
    if fault := rules.approval_fault(actor.person_id, report.author_ids):
        raise NotAllowed(fault, field="rating")
    _refuse(rules.rating_fault(report.data["rating"], rating, reason))
    held = _moved(report, "approve", version)
    if fault := rules.approval_fault(actor.person_id, held.author_ids):
        raise NotAllowed(fault, field="rating")
    held.rating, held.rating_reason = rating, reason.strip()
    held.approved_at, held.approved_by_id = now, actor.person_id
    said = {"rating": rating, "proposed": report.data["rating"], "digest": held.digest}
    _publish(ControlReportApproved, held, actor, now, held.rating_reason, said)


def send_back(report: ControlReport, question: str, *, version: int, actor: Actor, now: datetime) -> None:
    """Ask its author to put something right in five working days. Raises NotAllowed(question_needed)."""
    if len(question.strip()) < profile.SHORTEST_REASON:
        raise NotAllowed("question_needed", field="question")
    _refuse(profile.text_fault("question", question))
    held = _moved(report, "return", version)
    held.question = question.strip()
    held.answer_by = clock.calendar().add(clock.local(now).date(), rules.RETURNED_DAYS)
    held.rating, held.rating_reason, held.approved_at, held.approved_by_id = "", "", None, None
    _publish(ControlReportReturned, held, actor, now, held.question, {"answer_by": held.answer_by.isoformat()})


def receive(report: ControlReport, diary_number: str, *, version: int, actor: Actor, now: datetime) -> None:
    """The coordinator takes it over. Raises NotAllowed: too_long, personnummer (field ``diary_number``)."""
    number = " ".join(diary_number.split())
    _refuse(("diary_number", "number_too_long") if len(number) > LONGEST_NUMBER else None)
    _refuse(profile.text_fault("diary_number", number))
    held = _moved(report, "receive", version)
    held.diary_number, held.received_at, held.received_by_id = number, now, actor.person_id
    _publish(ControlReportReceived, held, actor, now, data={"diary_number": number})


def close(report: ControlReport, *, version: int, actor: Actor, now: datetime) -> None:
    """Lock it: what is wrong from now on is a supplement."""
    held = _moved(report, "close", version)
    held.closed_at = now
    _publish(ControlReportClosed, held, actor, now, data={"digest": held.digest})


def supplement(report: ControlReport, text: str, *, actor: Actor, now: datetime) -> ControlSupplement:
    """Add a correction to a closed report. Raises NotAllowed: not_closed, reason_needed."""
    held = _held(report, report.version)
    if held.state != rules.CLOSED:
        raise NotAllowed("not_closed", field="text")
    if len(text.strip()) < profile.SHORTEST_REASON:
        raise NotAllowed("supplement_needed", field="text")
    _refuse(profile.text_fault("text", text))
    last = select(func.max(ControlSupplement.number)).where(ControlSupplement.report_id == held.id)
    number = (db.session.scalar(last) or 0) + 1
    one = ControlSupplement(
        report_id=held.id, number=number, text=text.strip(), made_at=now, made_by_id=actor.person_id
    )
    db.session.add(one)
    db.session.flush()
    _publish(ControlReportSupplemented, held, actor, now, one.text, {"number": number})
    return one


def _held(report: ControlReport, version: int) -> ControlReport:
    wanted = {"of": ControlReport}
    held = db.session.get_one(ControlReport, report.id, with_for_update=wanted, populate_existing=True)
    if held.version != version:
        raise Conflict("changed_meanwhile", version=held.version)
    return held


def _moved(report: ControlReport, trigger: str, version: int) -> ControlReport:
    held = _held(report, version)
    after = rules.next_state(held.state, trigger)
    if not after:
        raise NotAllowed("no_such_move")
    held.state = after
    return held


def _author(report: ControlReport, actor: Actor) -> None:
    assert actor.person_id is not None
    if actor.person_id not in report.author_ids:
        report.author_ids = [*report.author_ids, actor.person_id]


def _publish(
    kind: type[ControlMoved],
    report: ControlReport,
    actor: Actor,
    now: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    report.version += 1
    db.session.flush()
    said = {"year": report.year, "state": report.state, **(data or {})}
    publish(kind("control_report", report.id, report.system_id, actor, now, reason, said))


def _refuse(fault: tuple[str, str] | None) -> None:
    if fault is not None:
        raise NotAllowed(fault[1], field=fault[0])
