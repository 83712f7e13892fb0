"""What is on record of the introduction to a sensitive right (rules.md C3, C15)."""

from __future__ import annotations

from app.audit.services import record
from workflows.activation_events import GrantActivated, GrantIntroduced


def grant_introduced(event: GrantIntroduced) -> None:
    """The holder of a sensitive right was introduced, with which version of the manual."""
    _introduced("grant.introduced", event)


def grant_activated(event: GrantActivated) -> None:
    """The holder has received the introduction and the manual: the right may be used."""
    _introduced("grant.activated", event)


def _introduced(name: str, event: GrantIntroduced | GrantActivated) -> None:
    record(
        name,
        actor=event.actor,
        at=event.at,
        object_type="grant",
        object_id=event.grant_id,
        request_id=event.request_id,
        data={"manual_version": event.manual_version},
    )
