"""What the product changes in the directory, in the log: each on its right."""

from __future__ import annotations

from typing import Any

from app.audit.services import record
from workflows.directory_writing import DirectoryWriteMoved, GrantProvisioned


def grant_provisioned(event: GrantProvisioned) -> None:
    """The holder is in the group: the directory has confirmed it, or whoever put them in."""
    about: dict[str, Any] = {"object_type": "grant", "object_id": event.grant_id, "request_id": event.request_id}
    record("grant.provisioned", actor=event.actor, at=event.at, **about)


def write_moved(event: DirectoryWriteMoved) -> None:
    """It was queued, confirmed, given to a person, tried again or not needed."""
    about: dict[str, Any] = {"object_type": "grant", "object_id": event.grant_id, "request_id": event.request_id}
    data = {"write": event.write_id, **event.data}
    record(f"grant.write_{event.what}", actor=event.actor, at=event.at, data=data, **about)
