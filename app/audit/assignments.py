"""Assignments in the log (rules.md C1, G17)."""

from __future__ import annotations

from app.audit.services import record
from workflows.assignment_events import AssignmentMoved


def assignment_moved(event: AssignmentMoved) -> None:
    """What has happened to it, and until when it lasts."""
    record(
        f"assignment.{event.what}",
        actor=event.actor,
        at=event.at,
        object_type="assignment",
        object_id=event.assignment_id,
        reason=event.reason,
        data={"person": event.person_id, "ends_on": event.ends_on.isoformat(), **event.data},
    )
