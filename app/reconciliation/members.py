"""Who is in a group that the catalogue names, directly or through others, and who has a right to be: temporary tables.

``lay_out`` makes them from what was read last and what is granted now; every rule of C13 is then one statement over
them. They end with the transaction. A group that the directory has not got any more is left out: nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import text

from app import clock
from app.db import db

# Of a person ``p`` and a membership ``m``. Who has left is F5's.
KNOWN = "p.employment_status NOT IN ('ended', 'unknown', 'ambiguous')"
UNGRANTED = """NOT EXISTS (SELECT FROM held_right h WHERE h.person_id = m.person_id AND h.group_id = m.group_id
  AND (h.revoked_at IS NULL OR h.revoked_at >= m.since))"""
PARTS = {"[known]": KNOWN, "[ungranted]": UNGRANTED}
DEEPEST = 10  # groups inside groups
TABLES = (
    "SET LOCAL work_mem = '64MB'",  # half a million rows are hashed and sorted in memory, for this transaction
    "DROP TABLE IF EXISTS mapped_level, mapped_group, group_path, effective_member, held_right, ungranted_member",
    """
CREATE TEMP TABLE mapped_level ON COMMIT DROP AS
SELECT l.id AS level_id, l.system_id, l.profile, g.id AS group_id, g.name AS group_name,
  coalesce((l.details ->> 'k')::int, s.confidentiality) AS k
FROM access_level l JOIN system s ON s.id = l.system_id
JOIN directory_group g ON lower(g.name) = lower(l.directory_group) AND g.missing_since IS NULL
WHERE l.active AND l.directory_group <> ''
""",
    # Several levels may share a group: it is told of by the first of them, and a right to any of them is a right to it.
    """
CREATE TEMP TABLE mapped_group ON COMMIT DROP AS
SELECT DISTINCT ON (group_id) * FROM mapped_level ORDER BY group_id, k DESC, level_id
""",
    """
CREATE TEMP TABLE group_path ON COMMIT DROP AS
WITH RECURSIVE inside AS (
  SELECT group_id AS top, group_id AS at, ARRAY[group_name] AS path FROM mapped_group
UNION ALL
  SELECT i.top, c.id, i.path || c.name FROM inside i
  JOIN directory_membership m ON m.group_id = i.at AND m.gone_at IS NULL
  JOIN directory_group c ON c.object_guid = m.member_guid AND c.missing_since IS NULL
  WHERE c.name <> ALL (i.path) AND cardinality(i.path) < :deepest
) SELECT DISTINCT ON (top, at) top, at, path FROM inside ORDER BY top, at, cardinality(path), path
""",
    # Only where a group has others inside it may somebody be a member twice over: the shortest way counts.
    """
CREATE TEMP TABLE effective_member ON COMMIT DROP AS
WITH nested AS (SELECT top FROM group_path GROUP BY top HAVING count(*) > 1),
member AS (
  SELECT i.top AS group_id, m.member_guid, m.member_dn, a.id AS account_id, a.person_id, i.path, m.seen_at AS since
  FROM group_path i
  JOIN directory_membership m ON m.group_id = i.at AND m.gone_at IS NULL
  LEFT JOIN directory_account a ON a.object_guid = m.member_guid
  WHERE NOT EXISTS (SELECT FROM directory_group c WHERE c.object_guid = m.member_guid)
)
SELECT * FROM member WHERE group_id NOT IN (SELECT top FROM nested)
UNION ALL
(SELECT DISTINCT ON (group_id, member_guid) * FROM member WHERE group_id IN (SELECT top FROM nested)
 ORDER BY group_id, member_guid, cardinality(path))
""",
    # stands: it may be used, or its removal is ordered and not late; late: the removal should have been done.
    """
CREATE TEMP TABLE held_right ON COMMIT DROP AS
SELECT g.id AS grant_id, g.subject_id AS person_id, ml.group_id, ml.level_id, g.status, g.revoked_at,
  g.status IN ('pending_activation', 'active', 'suspended') AS in_use,
  g.status IN ('revocation_pending', 'expired')
    AND coalesce(t.due_on, CAST(g.revoke_ordered_at AT TIME ZONE :zone AS date)) < :today AS late
FROM access_grant g JOIN mapped_level ml ON ml.level_id = g.level_id
LEFT JOIN LATERAL (SELECT max(due_on) AS due_on FROM task
  WHERE task.grant_id = g.id AND kind = 'revoke' AND status = 'open') t
  ON g.status IN ('revocation_pending', 'expired')
""",
    "CREATE INDEX ON held_right (person_id, group_id)",
    "ANALYZE mapped_level, mapped_group, effective_member (group_id, person_id), held_right (person_id, group_id)",
    # Who is known, and in a group without any right to be.
    """
CREATE TEMP TABLE ungranted_member ON COMMIT DROP AS
SELECT m.* FROM effective_member m JOIN person p ON p.id = m.person_id WHERE [known] AND [ungranted]
""",
    "ANALYZE ungranted_member",
)


def lay_out(today: date) -> None:
    """Make the temporary tables, by the rights of a local date."""
    values = {"today": today, "deepest": DEEPEST, "zone": clock.zone().key}
    for statement in TABLES:
        db.session.execute(text(with_parts(statement, PARTS)), values)


def with_parts(statement: str, parts: Mapping[str, str]) -> str:
    """``statement`` with the parts that several share in their places: ``[name]``."""
    for name, part in parts.items():
        statement = statement.replace(name, part)
    return statement
