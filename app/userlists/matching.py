"""Whose each account is: by employee number, then by login or mail, which is weaker and is shown as such."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from app.db import rows_of
from app.userlists.columns import Row
from workflows.compliance import KNOWN, NOBODY, SEVERAL

STRONG = "number"
PEOPLE = text("""
SELECT id, employee_number, login, mail, employment_status <> 'ended' AS works FROM person
WHERE employee_number = ANY (:numbers) OR ltrim(employee_number, '0') = ANY (:numbers)
  OR lower(login) = ANY (:logins) OR lower(mail) = ANY (:mails)
""")


@dataclass(frozen=True, slots=True)
class Match:
    """``who``: known, nobody or several. ``by``: number, login or mail; empty where nobody is known."""

    who: str
    person_id: int | None = None
    by: str = ""


def match(rows: Sequence[Row]) -> list[Match]:
    """Whose each row is, in their order; one statement. Leading zeros, which a spreadsheet takes away, do not count."""
    found = _People(rows)
    return [found.of(row) for row in rows]


class _People:
    """Everybody whom the rows can mean, by each key."""

    def __init__(self, rows: Sequence[Row]) -> None:
        numbers = {key for row in rows for key in (row.number, _bare(row.number)) if key}
        logins = {key for row in rows for key in _logins(row)}
        mails = {_lower(row.mail) for row in rows if row.mail} | {name for name in logins if "@" in name}
        given = {"numbers": sorted(numbers), "logins": sorted(logins), "mails": sorted(mails)}
        self.numbers: dict[str, set[tuple[int, bool]]] = defaultdict(set)
        self.logins: dict[str, set[tuple[int, bool]]] = defaultdict(set)
        self.mails: dict[str, set[tuple[int, bool]]] = defaultdict(set)
        for one in rows_of(PEOPLE, given):
            who = one.id, one.works
            self.numbers[_bare(one.employee_number)].add(who)
            self.logins[_lower(one.login or "")].add(who)
            self.mails[_lower(one.mail or "")].add(who)

    def of(self, row: Row) -> Match:
        tries: list[tuple[str, set[tuple[int, bool]]]] = []
        if row.number:
            tries.append((STRONG, self.numbers.get(_bare(row.number), set())))
        names = _logins(row)
        tries.append(("login", {who for name in names for who in self.logins.get(name, ())}))
        mails = {_lower(row.mail), *(name for name in names if "@" in name)} - {""}
        tries.append(("mail", {who for mail in mails for who in self.mails.get(mail, ())}))
        several = False
        for by, people in tries:
            one = _one(people)
            if one is not None:
                return Match(KNOWN, one, by)
            several = several or len(people) > 1
        return Match(SEVERAL if several else NOBODY)


def _one(people: Iterable[tuple[int, bool]]) -> int | None:
    """The only one; of somebody who works here and others who have left, the one who works here."""
    everybody = list(people)
    working = [who for who, works in everybody if works]
    candidates = working or [who for who, _works in everybody]
    return candidates[0] if len(candidates) == 1 else None


def _logins(row: Row) -> list[str]:
    """The login without its domain: ``KOMMUN\\alice`` and ``alice``."""
    name = _lower(row.login)
    return [name.rpartition("\\")[2]] if name and name != _lower(row.number) else []


def _bare(number: str) -> str:
    return number.lstrip("0")


def _lower(written: str) -> str:
    return unicodedata.normalize("NFC", written).strip().lower()
