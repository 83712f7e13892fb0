"""Long leaves in the log (rules.md C5): the dates, and what followed. Never why."""

from __future__ import annotations

from app.audit.services import record
from workflows.absence_events import AbsenceMoved


def moved(event: AbsenceMoved) -> None:
    """Opened, other dates, what is secret rests, or a move of the definition."""
    record(
        f"absence.{event.trigger}",
        actor=event.actor,
        at=event.at,
        object_type="absence",
        object_id=event.absence_id,
        state_from=event.state_from,
        state_to=event.state_to,
        data={"person": event.person_id, **event.data},
    )
