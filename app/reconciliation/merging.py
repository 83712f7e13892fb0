"""What was found this time, laid beside the findings there are: one for each person and system, never one each night.

Four statements, whatever there is: what is open is seen again, what was settled opens again, what is new is added, and
what is not there any more is settled. Who runs them twice finds nothing to do the second time.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app import clock
from app.db import db, rows_of
from app.events import publish
from app.reconciliation.detecting import DETECTORS
from app.reconciliation.members import with_parts
from workflows import findings as rules
from workflows.events import TIME
from workflows.paper_events import FindingMoved

FOUND = """
CREATE TEMP TABLE found (type text NOT NULL, person_id int, system_id int, thing text NOT NULL,
  severity text NOT NULL, evidence jsonb NOT NULL) ON COMMIT DROP
"""
COLLECT = """
INSERT INTO found (type, person_id, system_id, thing, severity, evidence)
SELECT '{type}', person_id, system_id, thing,
  CASE WHEN max(k) >= 3 THEN '{high}' WHEN max(k) >= 2 THEN '{medium}' ELSE '{low}' END,
  jsonb_object_agg(key, detail || CAST(:cited AS jsonb) ORDER BY key)
FROM ({rows}) AS each GROUP BY person_id, system_id, thing
"""
# Nobody and no system are 0: an equality can be hashed, IS NOT DISTINCT FROM compares everything with everything.
SAME = """f.type = n.type AND f.thing = n.thing AND coalesce(f.person_id, 0) = coalesce(n.person_id, 0)
  AND coalesce(f.system_id, 0) = coalesce(n.system_id, 0)"""
# What was noted first stays noted: of the same piece of evidence the older words are kept.
KEPT = """n.evidence || coalesce((SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(f.evidence) e
  WHERE n.evidence ? e.key), '{}')"""
RETURNING = "f.id, f.type, f.system_id, f.state, f.due_on, f.reason"
# A group that the directory has not got, or a person of whom it cannot tell: unknown, and then nothing is settled.
UNKNOWN = """
EXISTS (SELECT FROM person p WHERE p.id = f.person_id AND p.employment_status IN ('unknown', 'ambiguous'))
OR EXISTS (SELECT FROM ended_sighting e WHERE e.person_id = f.person_id AND e.state = 'open')
OR EXISTS (SELECT FROM jsonb_object_keys(f.evidence) e JOIN access_level l ON e = 'level:' || l.id
  JOIN directory_group g ON lower(g.name) = lower(l.directory_group) AND g.missing_since IS NOT NULL)
"""
# By when it is to be settled, as grave as it is now.
DUE = "CASE n.severity WHEN 'high' THEN :high WHEN 'medium' THEN :medium ELSE CAST(:low AS date) END"
RANK = "array_position(ARRAY['low', 'medium', 'high'], {}.severity)"
GRAVER = f"{RANK.format('n')} > {RANK.format('f')}"
PARTS = {
    "[same]": SAME,
    "[kept]": KEPT,
    "[returning]": RETURNING,
    "[unknown]": UNKNOWN,
    "[due]": DUE,
    "[graver]": GRAVER,
}


# Something graver that joins makes it as grave, and its clock begins anew. A risk is accepted as it was: what is new
# opens it.
SEEN_AGAIN = with_parts(
    """
WITH old AS (SELECT f.id, f.state AS before, [graver] AS is_graver, more.evidence AS more,
    f.state = 'accepted_risk' AND more.evidence <> '{}' AS opens
  FROM finding f JOIN found n ON [same]
  CROSS JOIN LATERAL (SELECT n.evidence - ARRAY(SELECT jsonb_object_keys(f.evidence)) AS evidence) more
  WHERE f.state IN ('open', 'assigned', 'reopened', 'accepted_risk')),
seen AS (UPDATE finding f SET last_seen_at = :read_at, last_reading_id = :reading, evidence = [kept],
    severity = CASE WHEN is_graver THEN n.severity ELSE f.severity END,
    due_on = CASE WHEN opens THEN [due] WHEN is_graver THEN least(f.due_on, [due]) ELSE f.due_on END,
    rung = CASE WHEN opens OR is_graver THEN 0 ELSE f.rung END,
    state = CASE WHEN opens THEN 'reopened' ELSE f.state END,
    accepted_until = CASE WHEN opens THEN NULL ELSE f.accepted_until END,
    resolved_at = CASE WHEN opens THEN NULL ELSE f.resolved_at END,
    resolved_by_id = CASE WHEN opens THEN NULL ELSE f.resolved_by_id END
  FROM found n, old WHERE old.id = f.id AND [same] RETURNING [returning], before, more)
SELECT *, ARRAY(SELECT jsonb_object_keys(more)) AS added FROM seen WHERE more <> '{}' ORDER BY id
""",
    PARTS,
)
# Of what was explained only something new opens it again.
REOPENED = with_parts(
    """
WITH latest AS (SELECT DISTINCT ON (f.type, f.thing, f.person_id, f.system_id) f.id, f.state, f.evidence AS judged
  FROM finding f JOIN found n ON [same] ORDER BY f.type, f.thing, f.person_id, f.system_id, f.id DESC),
opened AS (UPDATE finding f SET state = 'reopened', last_seen_at = :read_at, last_reading_id = :reading, rung = 0,
    resolved_at = NULL, resolved_by_id = NULL, request_id = NULL, severity = n.severity, evidence = [kept],
    due_on = [due]
  FROM found n, latest WHERE latest.id = f.id AND [same] AND (latest.state IN ('resolved_removed',
    'resolved_regularised') OR (latest.state = 'false_positive'
      AND n.evidence - ARRAY(SELECT jsonb_object_keys(latest.judged)) <> '{}')) RETURNING [returning]
    , latest.state AS before)
SELECT *, ARRAY[]::text[] AS added FROM opened ORDER BY id
""",
    PARTS,
)
ADDED = with_parts(
    """
WITH made AS (INSERT INTO finding AS f (type, severity, thing, system_id, person_id, evidence, state, found_at,
    last_seen_at, first_reading_id, last_reading_id, due_on, rung, reason)
  SELECT n.type, n.severity, n.thing, n.system_id, n.person_id, n.evidence, 'open', :read_at, :read_at,
    CAST(:reading AS bigint), CAST(:reading AS bigint), [due], 0, ''
  FROM found n WHERE NOT EXISTS (SELECT FROM finding f WHERE [same])
  ORDER BY n.type, n.person_id, n.system_id, n.thing RETURNING [returning])
SELECT *, '' AS before, ARRAY[]::text[] AS added FROM made ORDER BY id
""",
    PARTS,
)
# Where a right that was ordered stands now, it is that order that has put it right.
GONE = with_parts(
    """
WITH over AS (SELECT f.id, f.state AS before, ordered.request_id FROM finding f LEFT JOIN LATERAL (
    SELECT g.request_id FROM access_grant g JOIN access_request r ON r.id = g.request_id
    WHERE g.subject_id = f.person_id AND g.granted_at >= f.found_at
      AND (r.finding_id = f.id OR f.evidence ? ('level:' || g.level_id))
      AND f.type IN ('unapproved_membership', 'expired_still_member', 'leaver_has_access', 'manual_mismatch')
      AND g.status IN ('pending_activation', 'active', 'suspended') ORDER BY g.id DESC LIMIT 1) ordered ON true
  WHERE f.type = ANY (:types) AND (CAST(:system AS int) IS NULL OR f.system_id = :system)
    AND f.state IN ('open', 'assigned', 'reopened', 'accepted_risk')
    AND NOT EXISTS (SELECT FROM found n WHERE [same]) AND NOT ([unknown]) FOR UPDATE OF f),
settled AS (UPDATE finding f SET resolved_at = :now, accepted_until = NULL, request_id = over.request_id,
    state = CASE WHEN over.request_id IS NULL THEN 'resolved_removed' ELSE 'resolved_regularised' END
  FROM over WHERE over.id = f.id RETURNING [returning], over.before)
SELECT *, ARRAY[]::text[] AS added FROM settled ORDER BY id
""",
    PARTS,
)
# What is new comes last: nothing of it can be gone, and thousands of a first night would be compared with themselves.
STEPS = {"seen": SEEN_AGAIN, "reopened": REOPENED, "settled": GONE, "opened": ADDED}


def begin() -> None:
    """An empty table for what is found."""
    db.session.execute(text("DROP TABLE IF EXISTS found"))
    db.session.execute(text(FOUND))


def collect(type_: str, values: dict[str, Any], rows: str = "") -> None:
    """Run one detector: the table's, or ``rows``."""
    graves = {"low": 0, "medium": rules.MEDIUM_FROM, "high": rules.HIGH_FROM}
    grave = {name: rules.severity(type_, k) for name, k in graves.items()}
    statement = COLLECT.format(type=type_, rows=rows or DETECTORS[type_], **grave)
    db.session.execute(text(statement), values)


def merge(values: dict[str, Any], types: Collection[str]) -> dict[str, int]:
    """Make the findings say what was found; how many were opened, reopened and settled. Each move is published.

    ``values`` may name a ``system``: then only what is open in that one is settled where it was not found.
    """
    now, today, calendar = values["now"], values["today"], clock.calendar()
    db.session.execute(text("ANALYZE found"))
    due = {grave: rules.due_on(grave, today, calendar) for grave in rules.DUE_DAYS}
    given = {"system": None, **values, **due, "types": list(types)}
    counts = {}
    for step, statement in STEPS.items():
        moved = rows_of(text(statement), given)
        for row in moved:
            _publish(row, now)
        counts[step] = len(moved)
    return counts


def _publish(row: Any, now: datetime) -> None:
    about = {"type": row.type, "system": row.system_id, "due_on": row.due_on.isoformat()}
    if row.added:
        about["added"] = list(row.added)
    publish(FindingMoved(row.id, row.before, row.state, TIME, now, row.reason, about))
