"""A file of completed courses, as learning platforms and spreadsheets write them, read into rows. Knows no database.

Columns: employee number, course code, date, and a name that is not read. In the order of a header line, or in this
order without one; parted by ``;``, ``,`` or tab; UTF-8 with or without a byte order mark, or Windows-1252.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from app import delimited
from app.delimited import NotText
from app.errors import NotAllowed
from workflows.personal_numbers import find_personnummer

LARGEST = 5_000_000  # bytes; some 100,000 rows
LONGEST_VALUE = 40
HEADERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "number": frozenset({"anställningsnummer", "anställningsnr", "anstnr", "employee number", "employee_number"}),
        "course": frozenset({"kurskod", "kurs", "course code", "course_code", "course"}),
        "day": frozenset({"datum", "genomförd", "genomförd den", "slutdatum", "date", "completed", "completed_on"}),
    }
)
WITHOUT_HEADER: Mapping[str, int] = MappingProxyType({"number": 0, "course": 1, "day": 2})
MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
YEAR_FIRST = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[t ].*)?")
DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/. ]\s?(\d{4})")
IN_WORDS = re.compile(r"(?:den )?(\d{1,2}) ([a-zåäö]{3,9})\.? (\d{4})")
# Also with a wrong check digit or date: somebody has written a personnummer, and it must not be shown again.
LIKE_PERSONNUMMER = re.compile(r"(?:19|20)?\d{6}[-+ ]?\d{4}")


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row as written, without spaces around. ``line`` counts from 1."""

    line: int
    number: str
    course: str
    day: str


def read(content: bytes) -> list[FileRow]:
    """The rows that are not empty.

    Raises NotAllowed: file_too_large, file_not_text, file_without_rows, columns_missing.
    """
    if len(content) > LARGEST:
        raise NotAllowed("file_too_large")
    try:
        lines = [(n, cells) for n, cells in delimited.rows(delimited.decode(content)) if any(cells)]
    except NotText:
        raise NotAllowed("file_not_text") from None
    if not lines:
        raise NotAllowed("file_without_rows")
    places = _places(lines[0][1])
    first = 0 if places is WITHOUT_HEADER else 1
    return [_row(n, cells, places) for n, cells in lines[first:]]


def day_of(written: str) -> date | None:
    """The date, ISO (2026-03-02, 20260302, with a time after it) or Swedish (2/3 2026, 2.3.2026, 2 mars 2026)."""
    text = written.strip().lower()
    if found := YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif (found := IN_WORDS.fullmatch(text)) and found[2][:3] in MONTHS:
        day, month, year = int(found[1]), MONTHS.index(found[2][:3]) + 1, int(found[3])
    else:
        return None
    with suppress(ValueError):
        return date(year, month, day)
    return None


def may_be_personnummer(value: str) -> bool:
    """True for what is one, and for what looks so much like one that it should not be repeated."""
    return find_personnummer(value) or LIKE_PERSONNUMMER.fullmatch(value) is not None


def shown(value: str) -> str:
    """A value as a report may repeat it: never a personnummer, never long."""
    if may_be_personnummer(value):
        return ""
    return value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"


def _places(first: Sequence[str]) -> Mapping[str, int]:
    """Where each column stands. Raises NotAllowed(columns_missing) for a header that lacks one."""
    titles = [cell.lower() for cell in first]
    found = {column: n for column, words in HEADERS.items() for n, title in enumerate(titles) if title in words}
    if len(found) == len(HEADERS):
        return found
    if not found and len(first) >= len(HEADERS):
        return WITHOUT_HEADER
    raise NotAllowed("columns_missing")


def _row(line: int, cells: Sequence[str], places: Mapping[str, int]) -> FileRow:
    values = {column: cells[n] if n < len(cells) else "" for column, n in places.items()}
    return FileRow(line, **values)
