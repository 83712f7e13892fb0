"""Who leaves, in the log (rules.md C6, C15): the last day and what it rests on, each move, and what was left."""

from __future__ import annotations

from app.audit.services import record
from workflows.events import TIME
from workflows.leaver_events import LeaverHasAccess, LeaverMoved


def moved(event: LeaverMoved) -> None:
    """Opened, another last day, or a move of the definition. Never why somebody leaves: a code at most."""
    record(
        f"leaver.{event.trigger}",
        actor=event.actor,
        at=event.at,
        object_type="leaver",
        object_id=event.leaver_id,
        state_from=event.state_from,
        state_to=event.state_to,
        data={"person": event.person_id, **event.data},
    )


def has_access(event: LeaverHasAccess) -> None:
    """What a snapshot showed that should be gone."""
    found = {"person": event.person_id, "what": event.what, "key": event.key, "snapshot": event.snapshot_id}
    found |= {"system": event.system_id, "level": event.level_id, "grant": event.grant_id}
    record("leaver.has_access", actor=TIME, at=event.at, object_type="leaver", object_id=event.leaver_id, data=found)
