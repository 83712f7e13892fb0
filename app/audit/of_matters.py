"""The log of matters: each move with its form version, what was answered, and every guard (rules.md C15)."""

from __future__ import annotations

from typing import Any

from app.audit.services import record
from workflows.events import TIME
from workflows.matter_events import (
    ConditionMet,
    ConditionNear,
    MatterDocumentMade,
    MatterHandedOn,
    MatterMoved,
    MatterMoveRefused,
    RenewalOpened,
    SuccessorAnswered,
)
from workflows.system_events import LifecycleChanged

MATTER = "matter"


def _about(matter_id: int) -> dict[str, Any]:
    return {"object_type": MATTER, "object_id": matter_id}


def moved(event: MatterMoved) -> None:
    """A move."""
    record(
        f"matter.{event.trigger}",
        actor=event.actor,
        at=event.at,
        object_type=MATTER,
        object_id=event.matter_id,
        state_from=event.state_from,
        state_to=event.state_to,
        reason=event.reason,
        round=event.round,
        guards=list(event.guards),
        data=dict(event.data),
    )


def refused(event: MatterMoveRefused) -> None:
    """A try that the rules refused."""
    name, about = f"matter.{event.trigger}.refused", _about(event.matter_id)
    record(name, actor=event.actor, at=event.at, reason=event.reason, guards=list(event.guards), **about)


def condition_met(event: ConditionMet) -> None:
    """Somebody says that a condition is met."""
    data = {"condition": event.condition_id, "text": event.text, "note": event.note}
    about = _about(event.matter_id)
    record("matter.condition_met", actor=event.actor, at=event.at, data=data, **about)


def condition_near(event: ConditionNear) -> None:
    """A condition or exception was told of."""
    data = {"condition": event.condition_id, "due_on": event.due_on.isoformat(), "days": event.days}
    record("matter.condition_near", actor=TIME, at=event.at, object_type=MATTER, object_id=event.matter_id, data=data)


def renewal_opened(event: RenewalOpened) -> None:
    """What was approved is to be approved anew; told on what it renews."""
    about = _about(event.previous_id) | {"data": {"by": event.matter_id}}
    record("matter.renewal", actor=event.actor, at=event.at, **about)


def lifecycle_changed(event: LifecycleChanged) -> None:
    """The system's place in the catalogue."""
    data = {"matter": event.matter_id}
    about: dict[str, Any] = {"object_type": "system", "object_id": event.system_id}
    states: dict[str, Any] = {"state_from": event.before, "state_to": event.after}
    record("system.lifecycle", actor=event.actor, at=event.at, data=data, **about, **states)


def handed_on(event: MatterHandedOn) -> None:
    """Who answers for it now."""
    data = {"from": event.from_id, "to": event.to_id}
    about = _about(event.matter_id)
    record("matter.handed_on", actor=event.actor, at=event.at, data=data, **about)


def successor_answered(event: SuccessorAnswered) -> None:
    """What a manager has said of each of their people."""
    data = {"task": event.task_id, "answers": {str(who): word for who, word in event.answers.items()}}
    record("matter.successor_answered", actor=event.actor, at=event.at, data=data, **_about(event.matter_id))


def document_made(event: MatterDocumentMade) -> None:
    """A file was made for the registry: what it holds can be compared with the hash for ever."""
    data = {
        "document": event.document_id,
        "form_version": event.form_version,
        "diary_number": event.diary_number,
        "sha256": event.digest,
    }
    record("matter.document_made", actor=event.actor, at=event.at, data=data, **_about(event.matter_id))
