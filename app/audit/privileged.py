"""What was told about privileged access, in the log (rules.md C3)."""

from __future__ import annotations

from typing import Any

from app.audit.services import record
from workflows.events import TIME
from workflows.privileged_events import PrivilegedListed, PrivilegedTold


def told(event: PrivilegedTold) -> None:
    """The right's own chain says that the coordinators have heard of it."""
    data = {"told": list(event.tell)}
    record("privileged.told", actor=TIME, at=event.at, object_type="grant", object_id=event.grant_id, data=data)


def listed(event: PrivilegedListed) -> None:
    """A quarter's list went out, and to whom."""
    data = {"day": event.day.isoformat(), "rights": event.rights, "told": sorted(event.tell)}
    about: dict[str, Any] = {"object_type": "privileged_list", "object_id": event.list_id}
    record("privileged.listed", actor=TIME, at=event.at, data=data, **about)
