"""Attesting a thing of a system, and its risks (seed-to-capability.md C20-C24). Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app import clock
from app.catalogue.models import System
from app.control.models import Attestation, SystemRisk
from app.db import db
from app.errors import Conflict, NotAllowed
from app.events import publish
from workflows import system_profile as rules
from workflows.control_events import ControlAttested, ControlRiskClosed, ControlRiskDecided, ControlRiskNoted
from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody attests. ``facts``: what the kind has beside, as plain JSON values."""

    kind: str
    done_on: date
    due_on: date
    responsible_id: int
    is_needed: bool = True
    reference: str = ""
    note: str = ""
    matter_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewRisk:
    """A risk to write down. ``due_on``: by when the measure is done."""

    text: str
    likelihood: int
    consequence: int
    measure: str = ""
    responsible_id: int | None = None
    due_on: date | None = None


def attest(system: System, said: Said, *, actor: Actor, now: datetime) -> Attestation:
    """Keep it; what was attested before stays as it was. Raises NotAllowed with ``field`` (system_profile.py)."""
    today = clock.local(now).date()
    named = ("done_on", "due_on", "is_needed", "reference", "note")
    _refuse(rules.attestation_fault(rules.KINDS[said.kind], {name: getattr(said, name) for name in named}, today))
    for text in map(str, said.facts.values()):
        _refuse(rules.text_fault("note", text))
    one = Attestation(
        system_id=system.id,
        kind=said.kind,
        matter_id=said.matter_id,
        is_needed=said.is_needed,
        reference=said.reference.strip(),
        note=said.note.strip(),
        facts=dict(said.facts),
        done_on=said.done_on,
        due_on=said.due_on,
        responsible_id=said.responsible_id,
        made_by_id=actor.person_id,
        made_at=now,
    )
    db.session.add(one)
    db.session.flush()
    told: dict[str, Any] = {
        "kind": one.kind,
        "matter": one.matter_id,
        "is_needed": one.is_needed,
        "reference": one.reference,
    }
    told |= {"note": one.note, "facts": one.facts, "done_on": one.done_on.isoformat()}
    told |= {"due_on": one.due_on.isoformat(), "responsible": one.responsible_id}
    publish(ControlAttested("attestation", one.id, system.id, actor, now, data=told))
    return one


def note_risk(system: System, new: NewRisk, *, actor: Actor, now: datetime) -> SystemRisk:
    """Write a risk down. Raises NotAllowed with ``field``: measure_needed, day_needed, due_has_been, personnummer."""
    said = {"text": new.text, "measure": new.measure, "due_on": new.due_on}
    _refuse(rules.risk_fault(new.likelihood * new.consequence, said, clock.local(now).date()))
    risk = SystemRisk(
        system_id=system.id,
        text=new.text.strip(),
        likelihood=new.likelihood,
        consequence=new.consequence,
        measure=new.measure.strip(),
        responsible_id=new.responsible_id,
        due_on=new.due_on,
        noted_at=now,
        noted_by_id=actor.person_id,
    )
    db.session.add(risk)
    db.session.flush()
    told: dict[str, Any] = {"text": risk.text, "score": risk.score, "measure": risk.measure}
    told |= {"due_on": risk.due_on.isoformat() if risk.due_on else None, "responsible": risk.responsible_id}
    publish(ControlRiskNoted("system_risk", risk.id, system.id, actor, now, data=told))
    return risk


def decide_risk(risk_id: int, decision: str, reason: str, until: date, *, actor: Actor, now: datetime) -> SystemRisk:
    """The owner accepts, reduces or avoids the risk, for a time.

    Raises NotAllowed with ``field``; Conflict(risk_closed).
    """
    _refuse(rules.decision_fault(decision, reason, until, clock.local(now).date()))
    risk = _open(risk_id)
    risk.decision, risk.decision_reason, risk.decided_until = decision, reason.strip(), until
    risk.decided_at, risk.decided_by_id = now, actor.person_id
    db.session.flush()
    told = {"decision": decision, "score": risk.score, "until": until.isoformat()}
    about = ("system_risk", risk.id, risk.system_id)
    publish(ControlRiskDecided(*about, actor, now, risk.decision_reason, told))
    return risk


def close_risk(risk_id: int, note: str, *, actor: Actor, now: datetime) -> SystemRisk:
    """The measure is done, or the risk is no more. Raises NotAllowed(reason_needed); Conflict(risk_closed)."""
    if len(note.strip()) < rules.SHORTEST_REASON:
        raise NotAllowed("reason_needed", field="note")
    _refuse(rules.text_fault("note", note))
    risk = _open(risk_id)
    risk.closed_at, risk.closed_by_id, risk.closed_note = now, actor.person_id, note.strip()
    db.session.flush()
    publish(ControlRiskClosed("system_risk", risk.id, risk.system_id, actor, now, risk.closed_note))
    return risk


def _open(risk_id: int) -> SystemRisk:
    risk = db.session.get_one(SystemRisk, risk_id, with_for_update={"of": SystemRisk}, populate_existing=True)
    if risk.closed_at is not None:
        raise Conflict("risk_closed")
    return risk


def _refuse(fault: tuple[str, str] | None) -> None:
    if fault is not None:
        raise NotAllowed(fault[1], field=fault[0])
