"""Real orders against another definition: those of a period as they were sent, and those that are under way.

An order is taken as it was sent, with what the directory then said. Who manages whom, what a level demands and which
courses and rights a person has is taken from today, and who has which role from the day of the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select, text

from app import clock
from app.audit.models import AuditEvent
from app.db import db
from app.requests import definitions, facts, queries
from app.requests.models import UNDER_WAY, AccessRequest
from workflows import backtest
from workflows.backtest import Comparison
from workflows.case import Case, EmploymentStatus, OrdererAuthority
from workflows.definition import Workflow

SENT = "request.submit"
MOST = 2000


@dataclass(frozen=True, slots=True)
class Compared:
    """One order, by its own version and by the other definition."""

    order: AccessRequest
    comparison: Comparison


def since(first: date, workflow: Workflow) -> list[Compared]:
    """The orders of the process that were sent on ``first`` (a local date) or later, newest first, at most 2,000.

    Two statements, and one for each order.
    """
    start = datetime.combine(first, time.min, clock.zone())
    wanted = select(AccessRequest).where(AccessRequest.process == workflow.process, AccessRequest.submitted_at >= start)
    orders = db.session.scalars(wanted.options(*queries.WITH_NAMES).order_by(AccessRequest.id.desc()).limit(MOST)).all()
    sent = _submissions([order.id for order in orders])
    return [_replayed(order, sent.get(order.id), workflow) for order in orders]


def under_way(workflow: Workflow, limit: int) -> list[Compared]:
    """What is left for the orders under way of the process, oldest first; one statement, and one for each order."""
    wanted = select(AccessRequest).where(AccessRequest.process == workflow.process, text(UNDER_WAY))
    orders = db.session.scalars(wanted.options(*queries.WITH_NAMES).order_by(AccessRequest.id).limit(limit)).all()
    calendar, now, found = clock.calendar(), clock.now(), []
    for order in orders:
        case = facts.case_for(order, now=now, actor_id=None, evidence=None)
        before = backtest.ahead(definitions.of(order), case, calendar)
        found.append(Compared(order, backtest.compare(before, backtest.ahead(workflow, case, calendar))))
    return found


def _replayed(order: AccessRequest, sent: AuditEvent | None, workflow: Workflow) -> Compared:
    case, calendar = _as_sent(order, sent), clock.calendar()
    before = backtest.replay(definitions.of(order), case, calendar)
    return Compared(order, backtest.compare(before, backtest.replay(workflow, case, calendar)))


def _as_sent(order: AccessRequest, sent: AuditEvent | None) -> Case:
    """The case on the day when the order was sent. It was no duplicate, or it would not be there."""
    assert order.submitted_at is not None
    case = facts.case_for(order, now=order.submitted_at, actor_id=None, evidence=None)
    case = replace(case, duplicates=(), orderer_authority=OrdererAuthority(order.orderer_authority))
    return _with_evidence(case, sent) if sent is not None else case


def _with_evidence(case: Case, sent: AuditEvent) -> Case:
    base = next((g["inputs"]["has_base_grant"] for g in sent.guards if g["guard"] == "G2"), case.has_base_grant)
    said: Mapping[str, Any] = sent.evidence
    if not said:
        return replace(case, has_base_grant=base)
    subject = replace(
        case.subject,
        status=EmploymentStatus(said["status"]),
        starts_on=_day(said.get("starts_on")) or case.subject.starts_on,
        ends_on=_day(said.get("ends_on")),
        employment_form=said.get("form", case.subject.employment_form),
    )
    return replace(case, subject=subject, has_base_grant=base)


def _submissions(request_ids: Sequence[int]) -> dict[int, AuditEvent]:
    """The event of sending, by order."""
    wanted = select(AuditEvent).where(AuditEvent.request_id.in_(request_ids), AuditEvent.event == SENT)
    return {event.request_id or 0: event for event in db.session.scalars(wanted)} if request_ids else {}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
