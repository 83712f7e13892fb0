"""What is on record of tags, cards and keys, and of who reads the lists of zones (rules.md C4, C0.5, C15)."""

from __future__ import annotations

from app.audit.services import record
from workflows.premises_events import CredentialChanged, ZonesRead


def credential_changed(event: CredentialChanged) -> None:
    """One step in the life of a tag, under the order that it is for."""
    record(
        f"credential.{event.what}",
        actor=event.actor,
        at=event.at,
        object_type="credential",
        object_id=event.credential_id,
        request_id=event.request_id,
        data=dict(event.data),
    )


def zones_read(event: ZonesRead) -> None:
    """Who read the list, and how many zones it had."""
    about = {"object_id": event.system_id, "data": {"zones": event.zones}}
    record("zone.list_read", actor=event.actor, at=event.at, object_type="system", **about)
