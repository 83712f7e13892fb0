"""How a paper order that failed is settled: its right is removed, or an ordinary order regularises it (rules.md C12).

Callers hold the transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, text

from app.db import db, rows_of
from app.errors import NotAllowed, NotFound
from app.outages import judging, registering
from app.outages.paper_models import PaperOrder
from app.reconciliation import services as findings
from app.requests import queries as orders
from app.requests.models import AccessRequest
from workflows.directory_events import EmploymentEnded
from workflows.events import TIME, Actor, RequestGranted
from workflows.grant_events import GrantRevoked

UNSETTLED = ("deviating", "removing")
# Written out, because every grant and every removal asks; mostly there is none.
FAILED_OF_RIGHT = text("""
SELECT id FROM paper_order
WHERE state = 'deviating' AND subject_id = :subject AND level_id = :level AND scope = :scope ORDER BY id
""")
REMOVED_OF_RIGHT = text("SELECT id FROM paper_order WHERE state = 'removing' AND grant_id = :grant ORDER BY id")


def remove(paper: PaperOrder, *, actor: Actor, now: datetime) -> None:
    """Order the removal. Raises NotAllowed: not_self for the subject, no_such_move, has_ordinary_right."""
    held = registering.hold(paper.id)
    if actor.person_id == held.subject_id:
        raise NotAllowed("not_self", field="state")
    judging.remove(held, actor=actor, now=now)


def regularise(paper: PaperOrder, case_number: str, *, actor: Actor, now: datetime) -> None:
    """An ordinary order has given the same right since. Raises NotAllowed beside ``case_number``, and not_self.

    order_unknown, order_of_other_right, order_not_granted, order_before_outage.
    """
    held = registering.hold(paper.id)
    if actor.person_id == held.subject_id:
        raise NotAllowed("not_self", field="case_number")
    try:
        order = orders.by_case_number(case_number.strip().upper())
    except NotFound:
        raise NotAllowed("order_unknown", field="case_number") from None
    if not _is_same_right(order, held):
        raise NotAllowed("order_of_other_right", field="case_number")
    if order.state != "granted":
        raise NotAllowed("order_not_granted", field="case_number")
    _regularise(held, order, actor, now)


def order_granted(event: RequestGranted) -> None:
    """An ordinary order regularises every failed paper order of the same right (a reaction)."""
    order = orders.by_id(event.request_id)
    right = {"subject": order.subject_id, "level": order.level_id, "scope": order.scope}
    for (paper_id,) in rows_of(FAILED_OF_RIGHT, right):
        _regularise(registering.hold(paper_id), order, event.actor, event.at)


def _is_same_right(order: AccessRequest, paper: PaperOrder) -> bool:
    ordered = (order.subject_id, order.level_id, order.scope)
    return ordered == (paper.subject_id, paper.level_id, paper.scope)


def _regularise(paper: PaperOrder, order: AccessRequest, actor: Actor, now: datetime) -> None:
    before = registering.step(paper, "regularise")
    paper.request_id = order.id
    registering.moved(paper, "regularise", actor, now, state_from=before, data={"request": order.id})
    _settle(paper, actor, now)


def right_is_gone(event: GrantRevoked) -> None:
    """The removal is confirmed (a reaction)."""
    for (paper_id,) in rows_of(REMOVED_OF_RIGHT, {"grant": event.grant_id}):
        held = registering.hold(paper_id)
        before = registering.step(held, "gone")
        registering.moved(held, "gone", event.actor, event.at, state_from=before)
        _settle(held, event.actor, event.at)


def _settle(paper: PaperOrder, actor: Actor, now: datetime) -> None:
    """The finding is settled when nothing that it found is left."""
    same = select(PaperOrder.state).where(PaperOrder.finding_id == paper.finding_id)
    states = set(db.session.scalars(same))
    if paper.finding_id is None or states & set(UNSETTLED):
        return
    state = "resolved_removed" if "removed" in states else "resolved_regularised"
    findings.resolve(paper.finding_id, state, actor if actor.person_id else TIME, now)


def employment_ended(event: EmploymentEnded) -> None:
    """Who has left keeps nothing, also of what was given on paper and failed (a reaction; rules.md C6)."""
    failed = select(PaperOrder.id).where(PaperOrder.subject_id == event.person_id, PaperOrder.state == "deviating")
    for paper_id in db.session.scalars(failed.order_by(PaperOrder.id)).all():
        judging.remove(registering.hold(paper_id), actor=event.actor, now=event.at)
