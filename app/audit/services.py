"""Writing the log: one row for each event, in the transaction of what it tells about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from app.audit.models import AuditEvent
from app.db import db
from workflows.events import Actor


def record(event: str, *, actor: Actor, at: datetime, object_type: str, **fields: Any) -> None:
    """Add one event (rules.md C0.5). ``fields`` are columns of AuditEvent; events are never changed."""
    details = dict(fields.pop("data", {}))
    if actor.details:
        details["client"] = dict(actor.details)
    row = {
        "event": event,
        "at": at,
        "actor_id": actor.person_id,
        "actor_role": actor.role,
        "on_behalf_of_id": actor.on_behalf_of_id,
        "channel": actor.channel,
        "object_type": object_type,
        "data": details,
        **fields,
    }
    db.session.execute(insert(AuditEvent), [row])
