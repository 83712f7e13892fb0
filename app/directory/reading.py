"""What is read from the directory, into a table beside ours: page by page, so that memory does not grow with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select, text

from app.db import changed_by, db
from app.directory import employment
from app.directory.account import Account
from app.directory.employment import Policy
from app.directory.naming import search_text, sort_key
from app.directory.run_models import Reading

EMPTY = "TRUNCATE directory_reading, directory_judgement"
COLUMNS = (
    "object_guid, employee_number, dn, login, employee_type, status, reason, form, given_name, surname, display_name, "
    "search, sort_key, mail, language, title, unit_code, unit_name, board, manager_dn, enabled, in_disabled_ou, "
    "protected, start_readable, expires_on, account_starts_on, starts_on, ends_on, created_at, attributes"
)
JUDGEMENT_COLUMNS = "employee_number, main_guid, status, reason, form, starts_on, ends_on"
SHARED = """
SELECT * FROM directory_reading WHERE employee_number IN
  (SELECT employee_number FROM directory_reading GROUP BY employee_number HAVING count(*) > 1)
ORDER BY employee_number, id
"""
# A server may give an entry on two pages when it changes meanwhile: the later is the truth.
TWICE = """
DELETE FROM directory_reading a USING directory_reading b WHERE a.object_guid = b.object_guid AND a.id < b.id
"""
# What one account of a person says is judged as it comes; of several, when all have come.
PEOPLE_AT_A_TIME = 1000


class Reader:
    """Takes the pages. Each ``take`` begins anew: a server that failed in the middle has given nothing."""

    def __init__(self, policy: Policy, today: date) -> None:
        self._policy, self._today = policy, today
        self.accounts = 0

    def take(self, pages: Iterable[Sequence[Account]]) -> None:
        """Keep every page, then judge who has several accounts."""
        self.begin()
        for page in pages:
            self.add(page)
        self.finish()

    def begin(self) -> None:
        """Forget whatever was read before."""
        self.accounts = 0
        db.session.execute(text(EMPTY))

    def add(self, page: Sequence[Account]) -> None:
        """Keep one page, but for accounts without employee number."""
        numbered = [account for account in page if account.employee_number]
        copy_rows("directory_reading", COLUMNS, (self._row(account) for account in numbered))
        self.accounts += len(numbered)

    def finish(self) -> None:
        """Everything has come: judge who has several accounts."""
        self.accounts -= changed_by(text(TWICE))
        self._judge_shared()

    def _judge_shared(self) -> None:
        found = db.session.execute(text(SHARED), execution_options={"yield_per": PEOPLE_AT_A_TIME})
        rows: list[tuple[Any, ...]] = []
        for number, theirs in groupby(found.mappings(), key=lambda row: row["employee_number"]):
            rows.append(self._judged(number, [account_of(row) for row in theirs]))
        copy_rows("directory_judgement", JUDGEMENT_COLUMNS, rows)

    def _judged(self, number: str, accounts: Sequence[Account]) -> tuple[Any, ...]:
        employed = employment.status_of(accounts, self._policy, self._today)
        main = employment.main_account(accounts, self._policy, self._today)
        guid = main.object_guid if main else ""
        return (number, guid, employed.status.value, employed.reason, employed.form, employed.starts_on,
                employed.ends_on)  # fmt: skip

    def _row(self, a: Account) -> tuple[Any, ...]:
        one = employment.status_of((a,), self._policy, self._today)
        return (
            a.object_guid, a.employee_number, a.dn, a.login, a.employee_type, one.status.value, one.reason, one.form,
            a.given_name, a.surname, a.display_name,
            search_text(a.display_name, a.employee_number, a.title, a.unit_name, a.login),
            sort_key(a.surname, a.given_name, a.display_name), a.mail, a.language, a.title, a.unit_code, a.unit_name,
            a.board, a.manager_dn, a.enabled, a.in_disabled_ou, a.protected, a.start_readable, a.expires_on,
            a.starts_on, one.starts_on, one.ends_on, a.created_at,
            json.dumps(dict(a.attributes), ensure_ascii=False),
        )  # fmt: skip


def accounts_of(numbers: Sequence[str]) -> dict[str, list[Account]]:
    """The accounts that were read with these numbers."""
    found: dict[str, list[Account]] = {}
    rows = db.session.execute(select(Reading.__table__).where(Reading.employee_number.in_(numbers)))
    for row in rows.mappings():
        found.setdefault(row["employee_number"], []).append(account_of(row))
    return found


def account_of(row: Any) -> Account:
    """The account of a row of the reading, with what an employment rests on."""
    return Account(
        object_guid=row["object_guid"],
        dn=row["dn"],
        employee_number=row["employee_number"],
        employee_type=row["employee_type"],
        login=row["login"],
        display_name=row["display_name"],
        enabled=row["enabled"],
        in_disabled_ou=row["in_disabled_ou"],
        expires_on=row["expires_on"],
        starts_on=row["account_starts_on"],
        start_readable=row["start_readable"],
        created_at=row["created_at"],
    )


def copy_rows(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """COPY in the session's transaction."""
    cursor = db.session.connection().connection.cursor()
    with cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:  # type: ignore[attr-defined]  # psycopg
        for row in rows:
            copy.write_row(row)


def pages_of(accounts: Sequence[Account], size: int = PEOPLE_AT_A_TIME) -> Iterator[Sequence[Account]]:
    """A list as pages."""
    return (accounts[start : start + size] for start in range(0, len(accounts), size))
