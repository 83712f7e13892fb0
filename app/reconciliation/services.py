"""Opening findings, adding to them, and settling them. Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.catalogue.models import System
from app.db import db
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.reconciliation.models import ACCEPTABLE, OPEN, Finding
from workflows import findings as rules
from workflows.clocks import due_on
from workflows.events import TIME, Actor
from workflows.paper import FINDING
from workflows.paper_events import FindingMoved
from workflows.personal_numbers import find_personnummer

HIGH = rules.HIGH_FROM
SHORTEST_REASON = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: its type, in which system, about whom. ``key`` parts it from other evidence of the same kind."""

    type: str
    system_id: int
    person_id: int | None
    key: str
    confidentiality: int


def severity(confidentiality: int) -> str:
    """high from K3, medium for K2, else low."""
    return rules.severity(rules.BY_LEVEL, confidentiality)


def open_one(found: Found, evidence: Mapping[str, Any], now: datetime) -> Finding:
    """The finding, new or the one that is open already for the person and the system, with the evidence added."""
    db.session.execute(select(System.id).where(System.id == found.system_id).with_for_update())  # one at a time
    today = clock.local(now).date()
    known = db.session.scalar(
        select(Finding).where(
            Finding.type == found.type,
            Finding.system_id == found.system_id,
            Finding.person_id.is_not_distinct_from(found.person_id),
            Finding.state.in_(OPEN),
        )
    )
    if known is not None:
        known.evidence, known.last_seen_at = {**known.evidence, found.key: dict(evidence)}, now
        return _moved(known, known.state, TIME, now, {"added": found.key})
    new = Finding(
        type=found.type,
        severity=severity(found.confidentiality),
        system_id=found.system_id,
        person_id=found.person_id,
        evidence={found.key: dict(evidence)},
        state="open",
        found_at=now,
        last_seen_at=now,
        due_on=due_on(FINDING, today, clock.calendar()),
    )
    db.session.add(new)
    return _moved(new, "", TIME, now, {"added": found.key})


def withdraw_evidence(finding_id: int, key: str, actor: Actor, now: datetime) -> None:
    """What was found turned out otherwise: when nothing is left of it, the finding was none."""
    finding = held(finding_id)
    finding.evidence = {name: said for name, said in finding.evidence.items() if name != key}
    if not finding.evidence and finding.state in OPEN:
        _settle(finding, "false_positive", "found_again", actor, now)


def assign(finding_id: int, actor: Actor, now: datetime, **data: Any) -> None:
    """Somebody has begun to deal with it; ``data`` goes on record."""
    finding = held(finding_id)
    if finding.state in ("open", "reopened"):
        before, finding.state = finding.state, "assigned"
        _moved(finding, before, actor, now, data)


def give_back(finding: Finding, actor: Actor, now: datetime) -> None:
    """Nobody deals with it after all."""
    before, finding.state = finding.state, "reopened"
    _moved(finding, before, actor, now, {})


def narrow(finding: Finding, left: Mapping[str, Any], request_id: int, actor: Actor, now: datetime) -> None:
    """An order has put a part of it right: only what is ``left`` is found any more."""
    finding.evidence = dict(left)
    _moved(finding, finding.state, actor, now, {"request": request_id})


def regularise(finding: Finding, request_id: int, actor: Actor, now: datetime) -> None:
    """The order has put it right. What was found stays noted."""
    finding.request_id = request_id
    _settle(finding, "resolved_regularised", "", actor, now)


def resolve(finding_id: int, state: str, actor: Actor, now: datetime) -> None:
    """It is removed or regularised. A finding that is settled already stays as it is."""
    finding = held(finding_id)
    if finding.state in OPEN:
        _settle(finding, state, "", actor, now)


def accept(finding_id: int, reason: str, until: date, actor: Actor, now: datetime) -> None:
    """The owner lives with it for a time, at most six months. Not with access that the rules refuse: that is removed or
    ordered.

    Raises NotAllowed: must_be_settled, not_self, reason_too_short, personnummer, back_dated, risk_too_long; Conflict
    when it is settled.
    """
    finding, today = held(finding_id), clock.local(now).date()
    if finding.state not in OPEN:
        raise Conflict("finding_settled")
    if finding.type not in ACCEPTABLE:
        raise NotAllowed("must_be_settled", field="reason")
    _check_reason(finding, reason, actor)
    if until < today:
        raise NotAllowed("back_dated", field="until")
    if (until - today).days > rules.LONGEST_RISK_DAYS:
        raise NotAllowed("risk_too_long", field="until")
    finding.accepted_until = until
    _settle(finding, "accepted_risk", reason.strip(), actor, now)


def explain(finding_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """It is none after all, and why. Only something new opens it again.

    Raises NotAllowed: must_be_settled for what was found on paper, not_self, reason_too_short, personnummer; Conflict
    when it is settled.
    """
    finding = held(finding_id)
    if finding.state not in OPEN:
        raise Conflict("finding_settled")
    if finding.type not in rules.KINDS:
        raise NotAllowed("must_be_settled", field="reason")
    _check_reason(finding, reason, actor)
    _settle(finding, "false_positive", reason.strip(), actor, now)


def _check_reason(finding: Finding, reason: str, actor: Actor) -> None:
    if finding.person_id == actor.person_id:
        raise NotAllowed("not_self", field="reason")
    if len(reason.strip()) < SHORTEST_REASON:
        raise NotAllowed("reason_too_short", field="reason")
    if find_personnummer(reason):
        raise NotAllowed("personnummer", field="reason")


def reopen_lapsed(finding_id: int, now: datetime) -> bool:
    """A risk was accepted to a day that has passed: it is open again; False when it is not so (any more)."""
    finding = held(finding_id)
    if finding.accepted_until is None or finding.accepted_until >= clock.local(now).date():
        return False
    before, finding.state, finding.accepted_until, finding.resolved_at = finding.state, "reopened", None, None
    finding.due_on, finding.rung = _due_again(finding, clock.local(now).date()), 0
    _moved(finding, before, TIME, now, {})
    return True


def _due_again(finding: Finding, today: date) -> date:
    if finding.type in rules.KINDS:
        return rules.due_on(finding.severity, today, clock.calendar())
    return due_on(FINDING, today, clock.calendar())


def _settle(finding: Finding, state: str, reason: str, actor: Actor, now: datetime) -> None:
    before, finding.state, finding.reason = finding.state, state, reason
    finding.resolved_at, finding.resolved_by_id = now, actor.person_id
    _moved(finding, before, actor, now, {})


def _moved(finding: Finding, before: str, actor: Actor, now: datetime, data: Mapping[str, Any]) -> Finding:
    db.session.flush()
    about = {"type": finding.type, "system": finding.system_id, "due_on": finding.due_on.isoformat(), **data}
    publish(FindingMoved(finding.id, before, finding.state, actor, now, finding.reason, about))
    return finding


def held(finding_id: int) -> Finding:
    """The finding, locked. Of two at once the slower sees what the faster has stored."""
    return db.session.get_one(Finding, finding_id, with_for_update={"of": Finding}, populate_existing=True)
