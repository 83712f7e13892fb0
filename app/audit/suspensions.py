"""What is on record of rights that rest (rules.md C0.6)."""

from __future__ import annotations

from app.audit.services import record
from workflows.suspension_events import GrantResumed, GrantSuspended


def grant_suspended(event: GrantSuspended) -> None:
    """A right may not be used for a reason; it may be one more reason for what rests already."""
    _record("grant.suspended", event, ("active" if event.was_active else "suspended", "suspended"))


def grant_resumed(event: GrantResumed) -> None:
    """A reason is gone, and with the last of them the right may be used again."""
    _record("grant.resumed", event, ("suspended", "active" if event.is_active else "suspended"))


def _record(name: str, event: GrantSuspended | GrantResumed, states: tuple[str, str]) -> None:
    record(
        name,
        actor=event.actor,
        at=event.at,
        object_type="grant",
        object_id=event.grant_id,
        request_id=event.request_id,
        state_from=states[0],
        state_to=states[1],
        reason=event.reason,
        data={"note": event.note} if event.note else {},
    )
