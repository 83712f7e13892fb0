"""What was read from the directory, laid beside our tables and merged with few statements.

``stage`` lays one person out in two temporary tables (``applying`` lays out many), ``changes`` says whose status they
alter, ``merge`` applies them. Everything runs in the caller's transaction. A person who was looked up live after
``read_at`` is left alone: what was read earlier must not undo what was seen later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from app.db import db
from app.directory import preceding
from app.directory.account import Account
from app.directory.employment import Employed
from app.directory.naming import search_text, sort_key
from app.directory.placing import KEEP
from app.directory.reading import copy_rows
from workflows.case import EmploymentStatus as Status

# Whose data may be somebody else's, or is not trusted, changes no name, unit or manager.
UNTRUSTED = (Status.AMBIGUOUS, Status.UNKNOWN)

PERSON_TABLE = """
CREATE TEMP TABLE IF NOT EXISTS staged_person (
  employee_number text PRIMARY KEY, status text NOT NULL, reason text NOT NULL, form text NOT NULL,
  starts_on date, ends_on date, named boolean NOT NULL,
  given_name text, surname text, display_name text, search text, sort_key text, login text, mail text,
  language text, title text, unit_code text, unit_name text, board text, manager_dn text, protected boolean
) ON COMMIT DROP
"""
ACCOUNT_TABLE = """
CREATE TEMP TABLE IF NOT EXISTS staged_account (
  object_guid text PRIMARY KEY, employee_number text NOT NULL, dn text NOT NULL, login text NOT NULL,
  enabled boolean NOT NULL, employee_type text NOT NULL, expires_on date, created_at timestamptz, attributes jsonb
) ON COMMIT DROP
"""
EMPTY = "TRUNCATE staged_person, staged_account"

# Who has worked here and is gone has left, whatever became of the account (rules.md C6).
GONE_HAS_ENDED = """
UPDATE staged_person s SET status = 'ended', reason = 'not_found:' || s.reason FROM person p
WHERE s.employee_number = p.employee_number AND s.status = 'not_found' AND p.last_active_on IS NOT NULL
"""
# Whom somebody here has ended (rules.md C6) is the directory's again when it says so too, or has a new employment.
SAYS_SO_ITSELF = """
UPDATE person p SET ended_here_at = NULL FROM staged_person s
WHERE p.employee_number = s.employee_number AND p.ended_here_at IS NOT NULL AND p.checked_at <= :read_at
  AND (s.status IN ('active', 'on_leave', 'future') OR (s.status = 'ended' AND s.reason <> 'ended_here'))
"""
ANALYZE = ("ANALYZE staged_person", "ANALYZE staged_account")
CHANGES = """
SELECT p.id, p.employee_number, p.employment_status AS before, s.status AS after, s.reason, s.form,
       s.starts_on, s.ends_on
FROM staged_person s JOIN person p ON p.employee_number = s.employee_number
WHERE p.employment_status <> s.status AND s.status <> 'unknown'
  AND (p.checked_at IS NULL OR p.checked_at <= :read_at)
ORDER BY p.id FOR UPDATE OF p
"""

UNITS = """
INSERT INTO unit (code, name, board, priority_site)
SELECT unit_code, mode() WITHIN GROUP (ORDER BY unit_name), mode() WITHIN GROUP (ORDER BY board), false
FROM staged_person WHERE named AND unit_code <> '' GROUP BY unit_code ORDER BY unit_code
ON CONFLICT (code) DO NOTHING
"""
PEOPLE = """
INSERT INTO person AS p (employee_number, given_name, surname, display_name, search, sort_key, login, mail, language,
  title, unit_id, protected_identity, employment_status, employment_form, starts_on, ends_on, checked_at,
  last_active_on)
SELECT s.employee_number, given_name, surname, display_name, search, sort_key, login, mail, language, title, u.id,
  protected, status, form, starts_on, ends_on, :read_at, CASE WHEN status IN ('active', 'on_leave') THEN :today END
FROM staged_person s LEFT JOIN unit u ON u.code = s.unit_code
WHERE s.display_name IS NOT NULL AND NOT EXISTS (SELECT FROM person k WHERE k.employee_number = s.employee_number)
ORDER BY s.employee_number
"""
NAMES = """
UPDATE person p SET given_name = s.given_name, surname = s.surname, display_name = s.display_name, search = s.search,
  sort_key = s.sort_key, login = s.login, mail = s.mail, language = s.language, title = s.title, unit_id = u.id,
  protected_identity = s.protected
FROM staged_person s LEFT JOIN unit u ON u.code = s.unit_code
WHERE s.named AND p.employee_number = s.employee_number AND p.checked_at <= :read_at
  AND (p.given_name, p.surname, p.display_name, p.search, p.login, p.mail, p.language, p.title, p.unit_id,
       p.protected_identity)
    IS DISTINCT FROM (s.given_name, s.surname, s.display_name, s.search, s.login, s.mail, s.language, s.title, u.id,
                      s.protected)
"""
STATUSES = """
UPDATE person p SET checked_at = :read_at,
  employment_status = CASE WHEN s.status = 'unknown' THEN p.employment_status ELSE s.status END,
  employment_form = CASE WHEN s.named THEN s.form ELSE p.employment_form END,
  starts_on = CASE WHEN s.named THEN s.starts_on ELSE p.starts_on END,
  ends_on = CASE WHEN s.named THEN s.ends_on ELSE p.ends_on END,
  last_active_on = CASE WHEN s.status IN ('active', 'on_leave') THEN :today ELSE p.last_active_on END
FROM staged_person s
WHERE p.employee_number = s.employee_number AND (p.checked_at IS NULL OR p.checked_at <= :read_at)
"""
EMPLOYMENTS = """
INSERT INTO employment AS e (person_id, key, form, title, unit_id, starts_on, ends_on, is_main)
SELECT p.id, 'ad:' || p.employee_number, p.employment_form, p.title, p.unit_id, p.starts_on, p.ends_on, true
FROM staged_person s JOIN person p ON p.employee_number = s.employee_number
WHERE s.named AND s.status <> 'not_found' AND p.checked_at <= :read_at ORDER BY p.id
ON CONFLICT (key) DO UPDATE SET form = excluded.form, title = excluded.title, unit_id = excluded.unit_id,
  starts_on = excluded.starts_on, ends_on = excluded.ends_on
WHERE (e.form, e.title, e.unit_id, e.starts_on, e.ends_on) IS DISTINCT FROM
      (excluded.form, excluded.title, excluded.unit_id, excluded.starts_on, excluded.ends_on)
"""
# An account of an ambiguous number is nobody's new account until Centrala IT has said whose.
ACCOUNTS = """
INSERT INTO directory_account AS a (object_guid, person_id, employee_number, dn, login, enabled, employee_type,
  expires_on, created_at, seen_at, attributes)
SELECT s.object_guid, CASE WHEN sp.status <> 'ambiguous' THEN p.id END, s.employee_number, s.dn, s.login, s.enabled,
  s.employee_type, s.expires_on, s.created_at, :read_at, s.attributes
FROM staged_account s JOIN staged_person sp ON sp.employee_number = s.employee_number
LEFT JOIN person p ON p.employee_number = s.employee_number ORDER BY s.object_guid
ON CONFLICT (object_guid) DO UPDATE SET
  person_id = CASE WHEN a.employee_number = excluded.employee_number
                   THEN coalesce(excluded.person_id, a.person_id) ELSE excluded.person_id END,
  employee_number = excluded.employee_number, dn = excluded.dn, login = excluded.login, enabled = excluded.enabled,
  employee_type = excluded.employee_type, expires_on = excluded.expires_on, created_at = excluded.created_at,
  seen_at = excluded.seen_at, missing_since = NULL, attributes = excluded.attributes
WHERE a.seen_at <= excluded.seen_at
"""
MISSING = """
UPDATE directory_account a SET missing_since = :read_at FROM staged_person s
WHERE a.employee_number = s.employee_number AND a.missing_since IS NULL AND a.seen_at <= :read_at
  AND NOT EXISTS (SELECT FROM staged_account k WHERE k.object_guid = a.object_guid)
"""
# After the accounts: a manager may be new, too. Who has an assignment has its sponsor (rules.md C1).
# Nobody behind the DN leaves the post vacant.
MANAGERS = """
UPDATE person p SET manager_id = m.person_id
FROM staged_person s LEFT JOIN directory_account m
  ON s.manager_dn <> '' AND lower(m.dn) = lower(s.manager_dn) AND m.missing_since IS NULL
WHERE s.named AND p.employee_number = s.employee_number AND p.checked_at <= :read_at
  AND p.manager_id IS DISTINCT FROM m.person_id AND NOT EXISTS (
    SELECT FROM assignment a WHERE a.person_id = p.id AND a.ended_at IS NULL AND p.employment_status = 'not_found')
"""
MERGE = (KEEP, UNITS, STATUSES, SAYS_SO_ITSELF, PEOPLE, NAMES, EMPLOYMENTS, ACCOUNTS, MISSING)
MERGE_WITHOUT_ACCOUNTS = tuple(statement for statement in MERGE if statement not in (ACCOUNTS, MISSING))

PERSON_COLUMNS = (
    "employee_number, status, reason, form, starts_on, ends_on, named, given_name, surname, display_name, search, "
    "sort_key, login, mail, language, title, unit_code, unit_name, board, manager_dn, protected"
)
ACCOUNT_COLUMNS = "object_guid, employee_number, dn, login, enabled, employee_type, expires_on, created_at, attributes"


@dataclass(frozen=True, slots=True)
class Staged:
    """One person as read: the answer about employment, the naming account (if any) and all accounts."""

    employee_number: str
    employed: Employed
    main: Account | None
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A person whose status the staged data alter."""

    id: int
    employee_number: str
    before: str
    after: str
    reason: str
    form: str
    starts_on: date | None
    ends_on: date | None


def begin() -> None:
    """Make the temporary tables, or empty them."""
    db.session.flush()
    for statement in (PERSON_TABLE, ACCOUNT_TABLE, EMPTY):
        db.session.execute(text(statement))


def stage(person: Staged) -> None:
    """Lay out one person who was looked up."""
    begin()
    copy_rows("staged_person", PERSON_COLUMNS, [_person_row(person)])
    copy_rows("staged_account", ACCOUNT_COLUMNS, [_account_row(account) for account in person.accounts])
    db.session.execute(text(GONE_HAS_ENDED))
    preceding.lay_over()


def changes(read_at: datetime) -> list[Change]:
    """Whose status will change, by id; their rows are locked until the transaction ends."""
    return [Change(*row) for row in db.session.execute(text(CHANGES), {"read_at": read_at})]


def merge(
    read_at: datetime, today: date, *, managers: str = MANAGERS, whole: bool = False, accounts: bool = True
) -> None:
    """Apply what is staged to units, people, employments, accounts and, by the statement ``managers``, managers."""
    values: Mapping[str, Any] = {"read_at": read_at, "today": today, "whole": whole}
    for statement in (*(MERGE if accounts else MERGE_WITHOUT_ACCOUNTS), managers):
        db.session.execute(text(statement), {name: values[name] for name in values if f":{name}" in statement})
    db.session.expire_all()


def _person_row(person: Staged) -> tuple[Any, ...]:
    employed, main = person.employed, person.main
    facts = (employed.status.value, employed.reason, employed.form, employed.starts_on, employed.ends_on)
    if main is None:
        return (person.employee_number, *facts, False, *(None,) * 14)
    return (
        person.employee_number,
        *facts,
        employed.status not in UNTRUSTED,
        main.given_name,
        main.surname,
        main.display_name,
        search_text(main.display_name, person.employee_number, main.title, main.unit_name, main.login),
        sort_key(main.surname, main.given_name, main.display_name),
        main.login,
        main.mail,
        main.language,
        main.title,
        main.unit_code,
        main.unit_name,
        main.board,
        main.manager_dn,
        main.protected,
    )


def _account_row(account: Account) -> tuple[Any, ...]:
    return (
        account.object_guid,
        account.employee_number,
        account.dn,
        account.login,
        account.enabled,
        account.employee_type,
        account.expires_on,
        account.created_at,
        json.dumps(dict(account.attributes), ensure_ascii=False),
    )
