"""What was held at a moment: one statement, whatever the moment (issue: who has what, on any past date)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import TextClause, text

from app import clock
from app.db import rows_of
from app.grants.services import HANDED_OUT, INTRODUCED

# A right is as its columns said at :at. Nothing is stored twice for it: what is overwritten (an extended end date) is
# read back from the log, and what has a moment (granted, introduced, ordered removed, removed, resting) from that.
HELD = """
WITH held AS (
  SELECT g.*, r.case_number, r.valid_to AS ordered_to, r.answers ->> 'admin_account' AS admin_account
  FROM access_grant g
  JOIN access_level l ON l.id = g.level_id
  LEFT JOIN access_request r ON r.id = g.request_id
  WHERE {which} AND g.id > :after AND g.granted_at <= :at AND (g.revoked_at IS NULL OR g.revoked_at > :at)
  ORDER BY g.id LIMIT :most
), extended AS (
  SELECT held.id,
    (array_agg(e.data ->> 'valid_to' ORDER BY e.id DESC) FILTER (WHERE e.at <= :at))[1] AS valid_to,
    bool_or(e.at <= :at) AS before, bool_or(e.at > :at) AS later
  FROM held JOIN audit_event e
    ON e.object_type = 'grant' AND e.object_id = held.id AND e.event = 'grant.extended'
  GROUP BY held.id
)
SELECT held.id, held.request_id, coalesce(held.case_number, '') AS case_number, held.subject_id,
  p.display_name AS subject, p.employee_number, coalesce(u.name, '') AS unit, s.code AS system_code, s.name AS system,
  l.id AS level_id, l.code AS level_code, l.label AS level, l.profile, held.scope, held.source,
  coalesce(nullif(held.target_user_id, ''), held.admin_account, '') AS target_user_id,
  held.valid_from, held.granted_at,
  CASE WHEN extended.before THEN extended.valid_to::date
    WHEN extended.later THEN held.ordered_to ELSE held.valid_to END AS valid_to,
  CASE
    WHEN held.revoke_ordered_at <= :at AND held.revoke_reason = 'expired' THEN 'expired'
    WHEN held.revoke_ordered_at <= :at THEN 'revocation_pending'
    WHEN EXISTS (SELECT FROM grant_suspension rest WHERE rest.grant_id = held.id AND rest.at <= :at
      AND (rest.ended_at IS NULL OR rest.ended_at > :at)) THEN 'suspended'
    WHEN held.received_at > :at OR held.status = 'pending_activation' THEN 'pending_activation'
    WHEN held.received_at IS NULL AND held.revoke_ordered_at > :at AND held.source = 'request'
      AND l.profile = ANY(:introduced) THEN 'pending_activation'
    ELSE 'active' END AS status
FROM held
JOIN access_level l ON l.id = held.level_id
JOIN system s ON s.id = l.system_id
JOIN person p ON p.id = held.subject_id
LEFT JOIN unit u ON u.id = p.unit_id
LEFT JOIN extended ON extended.id = held.id
ORDER BY held.id
"""
OF_PERSON = text(HELD.format(which="g.subject_id = :key"))
OF_LEVEL = text(HELD.format(which="g.level_id = :key"))
THEIRS = "(CAST(:key AS integer[]) IS NULL OR l.system_id = ANY(CAST(:key AS integer[])))"
PRIVILEGED = text(HELD.format(which=f"l.profile = 'privileged' AND {THEIRS}"))
ALL = 1_000_000_000  # nobody holds so many


@dataclass(frozen=True, slots=True)
class Held:
    """One right as it was. ``status`` and ``valid_to`` (a local date, inclusive) are those of the moment.

    The person's and the level's names are today's. ``unit`` is where the person works now.
    ``case_number`` is empty for what nobody ordered: ``source`` says where it came from.
    """

    id: int
    request_id: int | None
    case_number: str
    subject_id: int
    subject: str
    employee_number: str
    unit: str
    system_code: str
    system: str
    level_id: int
    level_code: str
    level: str
    profile: str
    scope: str
    source: str
    target_user_id: str
    valid_from: date
    granted_at: datetime
    valid_to: date | None
    status: str


def end_of(day: date) -> datetime:
    """The last moment of a local day: what is shown for a past day is how the day ended. For today: now."""
    midnight = datetime.combine(day + timedelta(days=1), time(), clock.zone())
    return min(midnight - timedelta(microseconds=1), clock.now())


def by_person(person_id: int, at: datetime) -> list[Held]:
    """Everything that the person held at the moment, also what waited to begin or to be removed; by grant."""
    return _held(OF_PERSON, person_id, at, 0, ALL)


def by_level(level_id: int, at: datetime, *, after: int = 0, most: int = ALL) -> list[Held]:
    """Everybody who held the level at the moment, by grant; at most ``most`` with an id above ``after``."""
    return _held(OF_LEVEL, level_id, at, after, most)


def privileged(at: datetime, systems: Sequence[int] | None) -> list[Held]:
    """Everybody who had privileged access at the moment, by system, level and name; ``systems``: ids, None for all."""
    found = _held(PRIVILEGED, None if systems is None else list(systems), at, 0, ALL)
    return sorted(found, key=lambda one: (one.system, one.level, one.subject, one.id))


def _held(statement: TextClause, key: object, at: datetime, after: int, most: int) -> list[Held]:
    introduced = sorted(INTRODUCED | HANDED_OUT)
    found = rows_of(statement, {"key": key, "at": at, "after": after, "most": most, "introduced": introduced})
    return [Held(**row._asdict()) for row in found]
