"""What HR says, laid beside our tables as ``app.directory.staging`` has it, and merged with few statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import text

from app.db import db
from app.directory import preceding, staging
from app.directory.naming import search_text, sort_key
from app.directory.reading import copy_rows
from app.hr_feed.reading import HrPerson
from workflows.hr_employment import HrEmployment, answer

PERSON_COLUMNS = (
    "employee_number, person_key, given_name, surname, protected, status, reason, main_key, form, starts_on, ends_on, "
    "title, unit_code, unit_name, board, manager, search, sort_key, judged_on"
)
EMPLOYMENT_COLUMNS = ", ".join(("employee_number", *HrEmployment.__slots__))
# What stands for columns in the statements below.
COLUMNS = {
    "[columns]": PERSON_COLUMNS,
    "[n columns]": ", ".join(f"n.{name}" for name in PERSON_COLUMNS.split(", ")),
    "[staged columns]": staging.PERSON_COLUMNS,
}
NEW_TABLE = (
    "CREATE TEMP TABLE IF NOT EXISTS new_hr_person ON COMMIT DROP AS SELECT [columns] FROM hr_person LIMIT 0",
    "TRUNCATE new_hr_person",
)
REPLACED = (
    "DELETE FROM hr_employment",
    """
    INSERT INTO hr_person AS h ([columns], status_before)
    SELECT [columns], '' FROM new_hr_person ORDER BY employee_number
    ON CONFLICT (employee_number) DO UPDATE SET ([columns], status_before, gone_since) =
      (SELECT [n columns], h.status, CAST(NULL AS timestamptz) FROM new_hr_person n
       WHERE n.employee_number = excluded.employee_number)
    """,
    # Who is not in the file any more has left, at the latest the day before.
    """
    UPDATE hr_person h SET gone_since = :now, status_before = h.status, status = 'ended', reason = 'hr:gone',
      judged_on = :today, ends_on = least(coalesce(h.ends_on, :yesterday), :yesterday)
    WHERE h.gone_since IS NULL AND NOT EXISTS (SELECT FROM new_hr_person n WHERE n.employee_number = h.employee_number)
    """,
)
REJUDGED = """
UPDATE hr_person h SET ([columns], status_before) =
  (SELECT [n columns], h.status FROM new_hr_person n WHERE n.employee_number = h.employee_number)
WHERE EXISTS (SELECT FROM new_hr_person n WHERE n.employee_number = h.employee_number)
"""
# Leave that HR told of before is not the directory's: it does not stand against HR's new word.
LAID_OUT = """
INSERT INTO staged_person ([staged columns])
SELECT h.employee_number,
  CASE WHEN p.employment_status = 'on_leave' AND h.status_before = 'on_leave' THEN 'active'
       ELSE coalesce(p.employment_status, 'not_found') END,
  '', h.form, h.starts_on, h.ends_on, p.id IS NOT NULL, p.given_name, p.surname, p.display_name, p.search, p.sort_key,
  p.login, p.mail, p.language, p.title, u.code, u.name, u.board,
  coalesce((SELECT a.dn FROM directory_account a WHERE a.person_id = p.manager_id AND a.missing_since IS NULL
            ORDER BY a.enabled DESC, a.id LIMIT 1), ''), p.protected_identity
FROM hr_person h LEFT JOIN person p ON p.employee_number = h.employee_number LEFT JOIN unit u ON u.id = p.unit_id
WHERE h.judged_on = :today
"""
UNITS = """
INSERT INTO unit (code, name, board, priority_site)
SELECT unit_code, min(unit_name), min(board), false FROM hr_employment
WHERE unit_code <> '' AND (ends_on IS NULL OR ends_on >= :today) GROUP BY unit_code ORDER BY unit_code
ON CONFLICT (code) DO NOTHING
"""
# The main employment is the row that the directory alone would have; the others have rows of their own.
OTHERS = (
    UNITS,
    """
    INSERT INTO employment AS k (person_id, key, form, title, unit_id, starts_on, ends_on, is_main)
    SELECT p.id, 'hr:' || e.key, e.form, e.title, u.id, e.starts_on, e.ends_on, false
    FROM hr_employment e JOIN hr_person h ON h.employee_number = e.employee_number
    JOIN person p ON p.employee_number = e.employee_number LEFT JOIN unit u ON u.code = e.unit_code
    WHERE e.key <> h.main_key AND (e.ends_on IS NULL OR e.ends_on >= :today) ORDER BY e.key
    ON CONFLICT (key) DO UPDATE SET person_id = excluded.person_id, form = excluded.form, title = excluded.title,
      unit_id = excluded.unit_id, starts_on = excluded.starts_on, ends_on = excluded.ends_on
    """,
    """
    UPDATE employment k SET ends_on = :yesterday
    WHERE k.key LIKE 'hr:%' AND (k.ends_on IS NULL OR k.ends_on > :yesterday) AND NOT EXISTS (
      SELECT FROM hr_employment e JOIN hr_person h ON h.employee_number = e.employee_number
      WHERE 'hr:' || e.key = k.key AND e.key <> h.main_key AND (e.ends_on IS NULL OR e.ends_on >= :today))
    """,
)


def replace_all(people: Sequence[HrPerson], now: datetime, today: date) -> None:
    """Let the file be what HR says, judged on the local date ``today``; who is not in it is gone."""
    _judge(people, now, today)
    for statement in REPLACED:
        _run(statement, now, today)
    rows = ((person.employee_number, *_values(one)) for person in people for one in person.employments)
    copy_rows("hr_employment", EMPLOYMENT_COLUMNS, rows)


def judge_again(people: Sequence[HrPerson], now: datetime, today: date) -> None:
    """What the file in force says on another day."""
    _judge(people, now, today)
    _run(REJUDGED, now, today)


def lay_out(now: datetime, today: date) -> list[staging.Change]:
    """Lay out everybody whom HR was asked about on ``today``; whose status that changes, their rows locked."""
    staging.begin()
    _run(LAID_OUT, now, today)
    preceding.lay_over()
    for statement in staging.ANALYZE:
        db.session.execute(text(statement))
    return staging.changes(now)


def merge(now: datetime, today: date) -> None:
    """Apply what is laid out, and whatever further employments HR has."""
    staging.merge(now, today, accounts=False)
    for statement in OTHERS:
        _run(statement, now, today)
    db.session.expire_all()


def _judge(people: Iterable[HrPerson], now: datetime, today: date) -> None:
    for statement in NEW_TABLE:
        _run(statement, now, today)
    copy_rows("new_hr_person", PERSON_COLUMNS, (_row(person, today) for person in people))
    db.session.execute(text("ANALYZE new_hr_person"))


def _row(person: HrPerson, today: date) -> tuple[object, ...]:
    said = answer(person.employments, today)
    main, name = said.main, f"{person.given_name} {person.surname}".strip()
    return (
        person.employee_number, person.person_key, person.given_name, person.surname, person.protected,
        said.status.value, said.reason, main.key, main.form, said.starts_on, said.ends_on, main.title, main.unit_code,
        main.unit_name, main.board, main.manager, search_text(name, person.employee_number, main.title, main.unit_name),
        sort_key(person.surname, person.given_name, name), today,
    )  # fmt: skip


def _values(one: HrEmployment) -> tuple[object, ...]:
    return tuple(getattr(one, name) for name in HrEmployment.__slots__)


def _run(statement: str, now: datetime, today: date) -> None:
    values = {"now": now, "today": today, "yesterday": date.fromordinal(today.toordinal() - 1)}
    wanted = {name: value for name, value in values.items() if f":{name}" in statement}
    for short, columns in COLUMNS.items():
        statement = statement.replace(short, columns)
    db.session.execute(text(statement), wanted)
