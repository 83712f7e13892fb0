"""Are the answers to a form good? Pure: the page, the service and the guard ask the same rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from workflows import level_rows
from workflows.form_fields import ACCOUNT, TABLES, TEXT_TYPES, Field
from workflows.personal_numbers import find_personnummer

Answers = Mapping[str, Any]
LONGEST = {"text": 200, "reference": 500, "long_text": 4000, ACCOUNT: 200}
AN_ACCOUNT = re.compile(r"(?:[\w.-]{1,64}\\)?[\w.$-]{2,64}(?:@[\w.-]{1,100})?")  # DOMAIN\name, name, or name@domain
HIGH_RISK = 9  # from here a risk needs a measure, or the owner's acceptance (rules.md C10)
SCALE = range(1, 5)
MOST_ROWS = 50
EXCEPTION_MONTHS = 6  # rules.md C14


def is_required(asked: Field, answers: Answers) -> bool:
    """Must it be answered, given the other answers?"""
    return asked.required or any(str(answers.get(name, "")) in codes for name, codes in asked.required_when.items())


def is_answered(asked: Field, answers: Answers) -> bool:
    """Is there an answer? A tick must be set, a table must have a row, and space says nothing."""
    given = answers.get(asked.name)
    given = given.strip() if isinstance(given, str) else given
    return given == "yes" if asked.type == "tick" else given not in (None, "", [])


def missing(fields: Iterable[Field], answers: Answers) -> tuple[str, ...]:
    """Names of required fields without an answer, in the form's order."""
    return tuple(f.name for f in fields if is_required(f, answers) and not is_answered(f, answers))


def faults(fields: Iterable[Field], answers: Answers, today: date) -> dict[str, str]:
    """What is wrong with each field's answer, as a reason code; empty when all is well.

    ``needed``, ``personnummer`` (G11), ``too_long``, ``not_a_choice``, ``not_a_date``, ``not_a_number``,
    ``back_dated``, ``risk_incomplete``, ``condition_incomplete``, ``exception_incomplete``, ``exception_too_long``,
    ``too_many_rows``, ``not_a_person``, ``level_incomplete``, ``not_a_code``, ``level_twice``,
    ``admin_not_privileged``, ``not_an_account``.
    """
    found = {}
    for asked in fields:
        fault = _fault(asked, answers, today)
        if fault:
            found[asked.name] = fault
    return found


def _fault(asked: Field, answers: Answers, today: date) -> str:
    if not is_answered(asked, answers):
        return "needed" if is_required(asked, answers) else ""
    given = answers[asked.name]
    if any(find_personnummer(text) for text in _texts(given)):
        return "personnummer"
    if asked.type in TEXT_TYPES:
        return "too_long" if len(given) > LONGEST[asked.type] else ""
    if asked.type in TABLES:
        return _table_fault(asked, given, today)
    return _value_fault(asked, given)


def samples(fields: Sequence[Field], day: date, person: int) -> dict[str, Any]:
    """An answer to each question of an order's form that it is content with: for an order that nobody makes."""
    kinds = {
        ACCOUNT: "adm-account",
        "date": day.isoformat(),
        "number": 1,
        "person": person,
        "tick": "yes",
        "yes_no": "yes",
    }
    codes = {one.name: one.choices[0].code for one in fields if one.choices}
    answers: dict[str, Any] = {f.name: kinds.get(f.type, codes.get(f.name, "-")) for f in fields}
    return answers | {f.name: [codes[f.name]] for f in fields if f.type == "many_choices"}


def _texts(given: Any) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    elif isinstance(given, Mapping):
        for one in given.values():
            yield from _texts(one)
    elif isinstance(given, list | tuple):
        for one in given:
            yield from _texts(one)


def _value_fault(asked: Field, given: Any) -> str:
    codes = {c.code for c in asked.choices}
    if asked.type == "choice" and given not in codes:
        return "not_a_choice"
    if asked.type == "many_choices" and not set(given) <= codes:
        return "not_a_choice"
    if asked.type in ("yes_no", "tick") and given not in ("yes", "no"):
        return "not_a_choice"
    if asked.type == "person" and not isinstance(given, int):
        return "not_a_person"
    if asked.type == ACCOUNT and not AN_ACCOUNT.fullmatch(given):
        return "not_an_account"
    if asked.type == "number" and not isinstance(given, int):
        return "not_a_number"
    return "not_a_date" if asked.type == "date" and _day(given) is None else ""


def _table_fault(asked: Field, rows: list[dict[str, Any]], today: date) -> str:
    if len(rows) > MOST_ROWS:
        return "too_many_rows"
    if asked.type == "levels":
        return level_rows.fault(rows)
    check = {"risk_table": _risk_fault, "conditions": _condition_fault, "exceptions": _exception_fault}[asked.type]
    return next((fault for row in rows if (fault := check(row, today))), "")


def _risk_fault(row: Mapping[str, Any], _today: date) -> str:
    scored = row.get("likelihood") in SCALE and row.get("consequence") in SCALE
    return "" if row.get("event", "").strip() and scored else "risk_incomplete"


def _condition_fault(row: Mapping[str, Any], today: date) -> str:
    due = _day(row.get("due"))
    if not row.get("text", "").strip() or due is None:
        return "condition_incomplete"
    return "back_dated" if due < today else ""


def _exception_fault(row: Mapping[str, Any], today: date) -> str:
    until = _day(row.get("due"))
    if not row.get("item") or not row.get("text", "").strip() or until is None:
        return "exception_incomplete"
    if until < today:
        return "back_dated"
    return "exception_too_long" if until > months_on(today, EXCEPTION_MONTHS) else ""


def bare_account(given: str) -> str:
    """The account's name without its domain, in small letters: what two ways to write the same have in common."""
    return given.rpartition("\\")[2].partition("@")[0].casefold()


def risk_value(row: Mapping[str, Any]) -> int:
    """Likelihood times consequence, 1 to 16; 0 for a row that is not scored."""
    return int(row.get("likelihood") or 0) * int(row.get("consequence") or 0)


def unhandled_risks(fields: Iterable[Field], answers: Answers) -> tuple[str, ...]:
    """The high risks that have no measure and that no owner has accepted (rules.md C10)."""
    fields = tuple(fields)
    accepted = {f.accepts for f in fields if f.accepts and answers.get(f.name) == "yes"}
    tables = [f for f in fields if f.type == "risk_table" and f.name not in accepted]
    rows = [row for f in tables for row in answers.get(f.name) or ()]
    return tuple(r["event"] for r in rows if risk_value(r) >= HIGH_RISK and not r.get("measure", "").strip())


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def months_on(day: date, months: int) -> date:
    """The day of the same number so many months on, or that month's last (lag 1930:173, 2 §)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
