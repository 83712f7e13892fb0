"""Newcomers and their base orders in the log (rules.md C1)."""

from __future__ import annotations

from app.audit.services import record
from workflows.arrival_events import ArrivalMoved


def arrival_moved(event: ArrivalMoved) -> None:
    """Who was noticed, what became of it, and why no order was needed."""
    record(
        f"arrival.{event.what}",
        actor=event.actor,
        at=event.at,
        object_type="arrival",
        object_id=event.arrival_id,
        reason=event.reason,
        data={"person": event.person_id, "state": event.state},
    )
