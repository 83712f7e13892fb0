"""Writing the log: one row for each event, in the transaction of what it tells about."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.db import Row, send_later, write_late
from workflows.events import Actor

# However many events a transaction has, they are one statement, in the order in which they happened.
INSERT = text("""
INSERT INTO audit_event (at, event, actor_id, actor_role, on_behalf_of_id, channel, object_type, object_id,
  request_id, state_from, state_to, reason, round, guards, evidence, documents, data)
SELECT at, event, actor_id, actor_role, on_behalf_of_id, channel, object_type, object_id, request_id,
  coalesce(state_from, ''), coalesce(state_to, ''), coalesce(reason, ''), round, coalesce(guards, '[]'),
  coalesce(evidence, '{}'), coalesce(documents, '{}'), data
FROM ROWS FROM (json_to_recordset(:rows) AS (
  at timestamptz, event text, actor_id integer, actor_role text, on_behalf_of_id integer, channel text,
  object_type text, object_id integer, request_id integer, state_from text, state_to text, reason text,
  round integer, guards jsonb, evidence jsonb, documents jsonb, data jsonb
)) WITH ORDINALITY AS given (
  at, event, actor_id, actor_role, on_behalf_of_id, channel, object_type, object_id, request_id, state_from,
  state_to, reason, round, guards, evidence, documents, data, place
) ORDER BY place
""")


def record(event: str, *, actor: Actor, at: datetime, object_type: str, **fields: Any) -> None:
    """Add one event (rules.md C0.5). ``fields`` are columns of AuditEvent; events are never changed."""
    details = dict(fields.pop("data", {}))
    if actor.details:
        details["client"] = dict(actor.details)
    row = {
        "event": event,
        "at": at.isoformat(),
        "actor_id": actor.person_id,
        "actor_role": actor.role,
        "on_behalf_of_id": actor.on_behalf_of_id,
        "channel": actor.channel,
        "object_type": object_type,
        "data": details,
        **fields,
    }
    write_late(_insert, [row])


def _insert(rows: list[Row]) -> None:
    send_later(INSERT, {"rows": json.dumps(rows, ensure_ascii=False)})
