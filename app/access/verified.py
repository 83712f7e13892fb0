"""What the directory said of each right that is a group: was the holder a member, and since when should they not be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from app import clock
from app.access.held import Held
from app.db import rows_of

# By the reading that was the latest at the moment, through groups in groups; or later, by a write that was read back.
SEEN = text("""
WITH RECURSIVE reading AS (
  SELECT max(read_at) AS at FROM membership_reading WHERE state = 'done' AND read_at <= :at
), asked AS (
  SELECT g.id, g.subject_id, lower(l.directory_group) AS name,
    CASE WHEN g.revoke_ordered_at <= :at THEN g.revoke_ordered_at END AS ordered_at
  FROM access_grant g JOIN access_level l ON l.id = g.level_id
  WHERE g.id = ANY(:grants) AND l.provisioning = 'directory_group' AND l.directory_group <> ''
), inside AS (
  SELECT DISTINCT a.name, d.id FROM asked a JOIN directory_group d ON lower(d.name) = a.name AND d.missing_since IS NULL
UNION
  SELECT i.name, c.id FROM inside i JOIN reading r ON true
  JOIN directory_membership m ON m.group_id = i.id AND m.seen_at <= r.at AND (m.gone_at IS NULL OR m.gone_at > r.at)
  JOIN directory_group c ON c.object_guid = m.member_guid
), written AS (
  SELECT DISTINCT ON (w.grant_id) w.grant_id, w.act, w.ended_at FROM directory_write w
  WHERE w.grant_id = ANY(:grants) AND w.status = 'done' AND w.ended_at <= :at ORDER BY w.grant_id, w.ended_at DESC
)
SELECT a.id, a.ordered_at, w.act, w.ended_at AS written_at,
  CASE WHEN EXISTS (SELECT FROM inside i WHERE i.name = a.name) THEN r.at END AS read_at,
  EXISTS (SELECT FROM inside i
    JOIN directory_membership m ON m.group_id = i.id AND m.seen_at <= r.at AND (m.gone_at IS NULL OR m.gone_at > r.at)
    JOIN directory_account c ON c.object_guid = m.member_guid
    WHERE i.name = a.name AND c.person_id = a.subject_id) AS is_member
FROM asked a CROSS JOIN reading r LEFT JOIN written w ON w.grant_id = a.id
""")


@dataclass(frozen=True, slots=True)
class Seen:
    """``at``: when the directory said it, None when it has not. ``days``: since the removal was ordered, in days."""

    is_member: bool
    at: datetime | None
    days: int | None = None


def of(found: Sequence[Held], at: datetime) -> dict[int, Seen]:
    """By a right's id, for those that are groups; one statement."""
    if not found:
        return {}
    rows = rows_of(SEEN, {"grants": [one.id for one in found], "at": at})
    return {row.id: _seen(row, clock.local(at).date()) for row in rows}


def _seen(row: Any, on: date) -> Seen:
    read_at, written_at = row.read_at, row.written_at
    by_write = written_at is not None and (read_at is None or written_at > read_at)
    is_member = row.act == "add" if by_write else row.is_member
    ordered_at = row.ordered_at
    days = (on - clock.local(ordered_at).date()).days if ordered_at is not None else None
    return Seen(is_member, written_at if by_write else read_at, days)
