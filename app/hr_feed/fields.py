"""What a file from HR may say, and each value as ours. Knows no database.

The names are those of the employee contract that Swedish municipalities exchange (field.md B2). A personnummer is in
no field of ours: a ``personNumber`` in the file is never read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from workflows.personal_numbers import find_personnummer

LONGEST = 200
YES = frozenset({"true", "1", "ja", "yes", "j", "y"})
NO = frozenset({"", "false", "0", "nej", "no", "n"})
FORMS: Mapping[str, str] = MappingProxyType(
    {
        "tillsvidare": "permanent",
        "permanent": "permanent",
        "visstid": "fixed_term",
        "fixed_term": "fixed_term",
        "vikariat": "substitute",
        "vikarie": "substitute",
        "substitute": "substitute",
        "timavlönad": "hourly",
        "tim": "hourly",
        "hourly": "hourly",
    }
)


class Unreadable(ValueError):
    """A value, or a whole file, that is not what it should be. ``reason`` is a stable code (words.py)."""

    def __init__(self, reason: str, *, line: int = 0, columns: str = "") -> None:
        self.reason, self.line, self.columns = reason, line, columns
        super().__init__(reason)


def text(value: Any) -> str:
    """One line. Raises Unreadable for what is none: too_long, personnummer, not_text."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unreadable("not_text")
    line = " ".join(str(value).split())
    if len(line) > LONGEST:
        raise Unreadable("too_long")
    if find_personnummer(line):
        raise Unreadable("personnummer")
    return line


def required(value: Any) -> str:
    """As ``text``, and not empty. Raises Unreadable(missing) else."""
    line = text(value)
    if not line:
        raise Unreadable("missing")
    return line


def day(value: Any) -> date | None:
    """2026-12-01, also with a time after it; nothing is None. Raises Unreadable(not_a_date)."""
    line = text(value)
    try:
        return date.fromisoformat(line[:10]) if line else None
    except ValueError as error:
        raise Unreadable("not_a_date") from error


def first_day(value: Any) -> date:
    """As ``day``, and not empty."""
    found = day(value)
    if found is None:
        raise Unreadable("missing")
    return found


def truth(value: Any) -> bool:
    """JSON's true and false, and the words of spreadsheets. Raises Unreadable(not_yes_or_no)."""
    if isinstance(value, bool):
        return value
    line = text(value).casefold()
    if line not in YES | NO:
        raise Unreadable("not_yes_or_no")
    return line in YES


def protection(value: Any) -> bool:
    """Anything but a clear no hides the name: a mistyped mark must not reveal a protected person."""
    return value if isinstance(value, bool) else text(value).casefold() not in NO


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the file, ours, and how it is read."""

    name: str
    ours: str
    read: Callable[[Any], Any] = text


PERSON = (
    Field("personId", "person_key"),
    Field("employeeNumber", "employee_number", required),
    Field("givenname", "given_name"),
    Field("lastname", "surname", required),
    Field("isClassified", "protected", protection),
)
EMPLOYMENT = (
    Field("employmentId", "key", required),
    Field("formOfEmploymentId", "form", required),
    Field("title", "title"),
    Field("orgId", "unit_code"),
    Field("orgName", "unit_name"),
    Field("topOrgName", "board"),
    Field("startDate", "starts_on", first_day),
    Field("endDate", "ends_on", day),
    Field("isMainEmployment", "is_main", truth),
    Field("isManual", "is_manual", truth),
    Field("manager", "manager"),
    Field("hiringManager", "hiring_manager"),
    Field("eventInfo", "event"),
    Field("leaveFrom", "leave_from", day),
    Field("leaveTo", "leave_to", day),
)
OPTIONAL = frozenset(
    {"personId", "givenname", "isClassified", "isManual", "hiringManager", "eventInfo", "leaveFrom", "leaveTo"}
)
REQUIRED = tuple(field.name for field in (*PERSON, *EMPLOYMENT) if field.name not in OPTIONAL)
EVENTS = frozenset({"", "Company", "Rehire", "Corporate", "Mover", "Jumper"})


def forms_of(settings: tuple[str, ...]) -> Mapping[str, str]:
    """The words for employment forms, with the municipality's own: ``1=permanent``."""
    own = dict(pair.split("=", 1) for pair in settings)
    return {**FORMS} | {word.strip().casefold(): form.strip() for word, form in own.items()}
