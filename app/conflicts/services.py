"""Asking for an exemption, approving it by two, ending it. Callers hold the transaction."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.catalogue.models import ToxicPair
from app.conflicts.models import LONGEST_DAYS, ToxicExemption
from app.db import db
from app.errors import Conflict, NotAllowed
from app.events import publish
from workflows import conflict
from workflows.conflict_events import ToxicExemptionChanged
from workflows.events import Actor
from workflows.personal_numbers import find_personnummer

APPROVERS = ("system_owner", "infosec_coordinator")
SHORTEST_CONTROL = 20


def ask(pair: ToxicPair, subject_id: int, wish: tuple[str, date], actor: Actor, now: datetime) -> int:
    """Ask for an exemption; its id. ``wish``: the compensating control in words, and the last day.

    Raises NotAllowed: no_exemption (the pair is not of that mode), control_too_short, personnummer, back_dated,
    exemption_too_long, or already_asked.
    """
    control, last = wish[0].strip(), wish[1]
    _check(pair, control, last, clock.local(now).date())
    values = {"pair_id": pair.id, "subject_id": subject_id, "control": control, "valid_to": last}
    row = {**values, "status": "asked", "asked_by_id": actor.person_id, "asked_at": now, "reason": ""}
    made = insert(ToxicExemption).values(row).on_conflict_do_nothing().returning(ToxicExemption.id)
    exemption_id = db.session.scalar(made)
    if exemption_id is None:
        raise NotAllowed("already_asked", field="control")
    data = {"control": control, "valid_to": last.isoformat()}
    publish(ToxicExemptionChanged(exemption_id, "asked", pair.id, subject_id, actor, now, data=data))
    return exemption_id


def _check(pair: ToxicPair, control: str, last: date, today: date) -> None:
    """Raise NotAllowed with the first fault; the form shows it beside the field."""
    checks = (
        (pair.mode != conflict.Mode.APPROVE or not pair.active, "no_exemption", "control"),
        (len(control) < SHORTEST_CONTROL, "control_too_short", "control"),
        (find_personnummer(control), "personnummer", "control"),
        (last < today, "back_dated", "valid_to"),
        (last > today + timedelta(days=LONGEST_DAYS), "exemption_too_long", "valid_to"),
    )
    for failed, reason, field in checks:
        if failed:
            raise NotAllowed(reason, field=field)


def approve(exemption: ToxicExemption, actor: Actor, now: datetime) -> None:
    """Approve as the role that ``actor`` acts in; the second of the two makes it valid.

    Raises NotAllowed not_self or four_eyes, Conflict when it needs no approval of that role any more.
    """
    _hold(exemption)
    taken = exemption.owner_id if actor.role == "system_owner" else exemption.coordinator_id
    if exemption.status != "asked" or taken is not None or actor.role not in APPROVERS:
        raise Conflict("exemption_settled")
    _check_approver(exemption, actor)
    if actor.role == "system_owner":
        exemption.owner_id, exemption.owner_at = actor.person_id, now
    else:
        exemption.coordinator_id, exemption.coordinator_at = actor.person_id, now
    if exemption.owner_id and exemption.coordinator_id:
        exemption.status = "approved"
    _changed(exemption, "approved", actor, now)


def reject(exemption: ToxicExemption, actor: Actor, reason: str, now: datetime) -> None:
    """Say no, with a reason. Raises NotAllowed reason_needed or not_self, Conflict when it is settled."""
    _stop(exemption, ("asked",), "rejected", actor, reason, now)


def end(exemption: ToxicExemption, actor: Actor, reason: str, now: datetime) -> None:
    """End an approved exemption before its time; errors as ``reject``."""
    _stop(exemption, ("approved",), "ended", actor, reason, now)


def _stop(
    exemption: ToxicExemption, states: tuple[str, ...], to: str, actor: Actor, reason: str, now: datetime
) -> None:  # fmt: skip
    _hold(exemption)
    if exemption.status not in states:
        raise Conflict("exemption_settled")
    if not reason.strip():
        raise NotAllowed("reason_needed", field="reason")
    exemption.status, exemption.reason = to, reason.strip()
    exemption.ended_by_id, exemption.ended_at = actor.person_id, now
    _changed(exemption, to, actor, now)


def _hold(exemption: ToxicExemption) -> None:
    """Of two who decide at once, the slower sees what the faster has stored."""
    db.session.refresh(exemption, with_for_update={"of": ToxicExemption})


def _check_approver(exemption: ToxicExemption, actor: Actor) -> None:
    assert actor.person_id is not None
    parties, approved = (exemption.subject_id, exemption.asked_by_id), (exemption.owner_id, exemption.coordinator_id)
    known = [person_id for person_id in approved if person_id is not None]
    reason = conflict.obstacle(actor.person_id, parties=parties, approved=known)
    if reason:
        raise NotAllowed(reason)


def _changed(exemption: ToxicExemption, what: str, actor: Actor, now: datetime) -> None:
    db.session.flush()
    publish(
        ToxicExemptionChanged(
            exemption_id=exemption.id,
            what=what,
            pair_id=exemption.pair_id,
            subject_id=exemption.subject_id,
            actor=actor,
            at=now,
            reason=exemption.reason,
            data={"status": exemption.status, "valid_to": exemption.valid_to.isoformat()},
        )
    )
