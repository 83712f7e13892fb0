"""A stretch of what was read, laid beside our tables as ``staging`` has it: by employee number, smallest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import TextClause, text

from app.db import db
from app.directory import preceding, staging
from app.directory.run_models import DirectoryRun

PEOPLE_AT_A_TIME = 2500

# One row for each person who was read: the account that names the person, and what all of theirs say.
JUDGED = """
(SELECT r.employee_number, coalesce(j.status, r.status) AS status, coalesce(j.reason, r.reason) AS reason,
   coalesce(j.form, r.form) AS form,
   CASE WHEN j.status IS NULL THEN r.starts_on ELSE j.starts_on END AS starts_on,
   CASE WHEN j.status IS NULL THEN r.ends_on ELSE j.ends_on END AS ends_on,
   coalesce(j.status, r.status) NOT IN ('ambiguous', 'unknown') AS named,
   r.given_name, r.surname, r.display_name, r.search, r.sort_key, r.login, r.mail, r.language, r.title, r.unit_code,
   r.unit_name, r.board, r.manager_dn, r.protected
 FROM directory_reading r LEFT JOIN directory_judgement j ON j.employee_number = r.employee_number
 WHERE (j.main_guid IS NULL OR j.main_guid = r.object_guid))
"""
STRETCH = "s.employee_number > :after AND (CAST(:upto AS text) IS NULL OR s.employee_number <= :upto)"
TOLD = """
CASE WHEN coalesce(s.status, 'not_found') = 'not_found' AND p.last_active_on IS NOT NULL THEN 'ended'
     ELSE coalesce(s.status, 'not_found') END
"""
NEW = "NOT EXISTS (SELECT FROM person k WHERE k.employee_number = s.employee_number)"


def _with_parts(statement: str) -> str:
    """``statement`` with the parts that several share in their places."""
    parts = {
        "[judged]": JUDGED,
        "[after]": preceding.AFTER.replace("[told]", TOLD),
        "[stretch]": STRETCH,
        "[person columns]": staging.PERSON_COLUMNS,
        "[account columns]": staging.ACCOUNT_COLUMNS,
    }
    for name, part in parts.items():
        statement = statement.replace(name, part)
    return statement


# Who is known and was not read; who has worked here has left then, whatever became of the account (rules.md C6).
AFTERWARDS = _with_parts("""
SELECT p.id, p.employee_number, p.employment_status AS before, [after] AS after,
  coalesce(s.reason, 'no_account') AS reason
FROM person p LEFT JOIN [judged] s ON s.employee_number = p.employee_number
LEFT JOIN hr_person h ON h.employee_number = p.employee_number
WHERE (:whole OR s.employee_number IS NOT NULL OR p.employee_number = ANY(:gone))
  AND (p.checked_at IS NULL OR p.checked_at <= :read_at)
""")
ENDED = "before IN ('active', 'on_leave') AND after NOT IN ('active', 'on_leave', 'unknown')"
LEAVING = """
SELECT count(*) FROM ([afterwards]) moved WHERE [ended]
  AND NOT EXISTS (SELECT FROM directory_leaver l WHERE l.person_id = moved.id AND l.run_id = ANY(:released))
"""
LEAVERS = """
INSERT INTO directory_leaver (run_id, person_id, before, after, reason)
SELECT :run_id, moved.id, before, after, reason FROM ([afterwards]) moved WHERE [ended] ORDER BY moved.id
"""

UNITS = _with_parts("""
INSERT INTO unit (code, name, board, priority_site)
SELECT unit_code, mode() WITHIN GROUP (ORDER BY unit_name), mode() WITHIN GROUP (ORDER BY board), false
FROM [judged] s WHERE named AND unit_code <> '' GROUP BY unit_code ORDER BY unit_code
ON CONFLICT (code) DO UPDATE SET name = excluded.name, board = excluded.board
WHERE :whole AND (unit.name, unit.board) IS DISTINCT FROM (excluded.name, excluded.board)
""")
UP_TO = """
SELECT employee_number FROM (
  (SELECT DISTINCT employee_number FROM directory_reading WHERE employee_number > :after
   ORDER BY employee_number LIMIT :size)
  UNION
  (SELECT employee_number FROM person
   WHERE (:whole OR employee_number = ANY(:gone)) AND employee_number > :after ORDER BY employee_number LIMIT :size)
) numbers ORDER BY employee_number OFFSET :size - 1 LIMIT 1
"""
PEOPLE = _with_parts("INSERT INTO staged_person ([person columns]) SELECT s.* FROM [judged] s WHERE [which]")
ACCOUNTS = _with_parts("""
INSERT INTO staged_account ([account columns])
SELECT object_guid, employee_number, dn, login, enabled, employee_type, expires_on, created_at, attributes
FROM directory_reading s WHERE [which]
""")
VANISHED = _with_parts("""
INSERT INTO staged_person (employee_number, status, reason, form, named)
SELECT employee_number, 'not_found', 'no_account', employment_form, false FROM person s
WHERE [stretch] AND (:whole OR s.employee_number = ANY(:gone))
  AND NOT EXISTS (SELECT FROM staged_person p WHERE p.employee_number = s.employee_number)
""")
# The manager's account as read now; one that was not read has not changed, unless everything was read.
MANAGERS = """
UPDATE person p SET manager_id = m.person_id
FROM staged_person s LEFT JOIN LATERAL (
  (SELECT coalesce(CASE WHEN a.employee_number = r.employee_number THEN a.person_id END, k.id) AS person_id
   FROM directory_reading r LEFT JOIN directory_account a ON a.object_guid = r.object_guid
   LEFT JOIN person k ON k.employee_number = r.employee_number
   WHERE lower(r.dn) = lower(s.manager_dn) LIMIT 1)
  UNION ALL
  (SELECT a.person_id FROM directory_account a
   WHERE NOT :whole AND lower(a.dn) = lower(s.manager_dn) AND a.missing_since IS NULL
     AND NOT EXISTS (SELECT FROM directory_reading r WHERE r.object_guid = a.object_guid) LIMIT 1)
  LIMIT 1) m ON s.manager_dn <> ''
WHERE s.named AND p.employee_number = s.employee_number AND p.checked_at <= :read_at
  AND p.manager_id IS DISTINCT FROM m.person_id AND NOT EXISTS (
    SELECT FROM assignment a WHERE a.person_id = p.id AND a.ended_at IS NULL AND p.employment_status = 'not_found')
"""


def leaving(run: DirectoryRun, released: Sequence[int]) -> int:
    """How many employed people the reading would end, but for those on the lists of the ``released`` runs."""
    return int(db.session.execute(_of_ended(LEAVING), {**_values(run), "released": list(released)}).scalar_one())


def keep_leavers(run: DirectoryRun) -> None:
    """Keep who the reading would end, with the reason of each."""
    db.session.execute(_of_ended(LEAVERS), {**_values(run), "run_id": run.id})


def _of_ended(statement: str) -> TextClause:
    return text(statement.replace("[afterwards]", AFTERWARDS).replace("[ended]", ENDED))


def renew_units(run: DirectoryRun) -> None:
    """Every unit that somebody was read in, by the name that most accounts give."""
    db.session.execute(text(UNITS), {"whole": run.is_whole})


def stage_new(run: DirectoryRun) -> None:
    """Lay out who is read for the first time: all in one act, so that whoever is applied later finds the manager."""
    _fill(NEW, {})
    preceding.lay_over()


def stage_stretch(run: DirectoryRun) -> str | None:
    """Lay out who comes next; the number up to which, None at the end."""
    after = run.applied_up_to or ""
    values = {"after": after, "whole": run.is_whole, "gone": run.gone}
    upto: str | None = db.session.execute(text(UP_TO), values | {"size": PEOPLE_AT_A_TIME}).scalar()
    _fill(STRETCH, {"after": after, "upto": upto})
    db.session.execute(text(VANISHED), values | {"upto": upto})
    db.session.execute(text(staging.GONE_HAS_ENDED))
    preceding.lay_over()
    return upto


def merge(run: DirectoryRun) -> None:
    """Apply what is laid out: each person whole, with manager, accounts and employment."""
    staging.merge(run.read_at, run.today, managers=MANAGERS, whole=run.is_whole)


def _fill(condition: str, values: Mapping[str, Any]) -> None:
    staging.begin()
    for statement in (PEOPLE, ACCOUNTS):
        db.session.execute(text(statement.replace("[which]", condition)), values)
    for statement in staging.ANALYZE:
        db.session.execute(text(statement))


def _values(run: DirectoryRun) -> dict[str, Any]:
    hr = preceding.decides("employment")
    return {"whole": run.is_whole, "read_at": run.read_at, "gone": run.gone, "hr": hr}
