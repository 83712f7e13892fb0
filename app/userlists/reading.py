"""A list as a system exports it, CSV or a workbook, read into rows of text. Knows no database.

CSV: parted by ``;``, ``,`` or tab; UTF-8 with or without a byte order mark, UTF-16 with one, or Windows-1252.
Workbook: the first sheet of an XLSX that has rows; formulas are never evaluated, what was stored of them is read.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from app import delimited
from app.delimited import NotText
from app.errors import NotAllowed
from app.training.completions_file import may_be_personnummer
from workflows.personal_numbers import find_personnummer

LARGEST = 8_000_000  # bytes as handed in
UNPACKED = 200_000_000  # bytes of a workbook's parts together
MOST_ROWS, MOST_COLUMNS, LONGEST = 50_000, 60, 200
HIDDEN = "•••"  # in the place of what looks like a personnummer
# A heading that says so, and a column of which so many cells are one, are not read at all.
PERSONAL = frozenset({"personnummer", "personnr", "persnr", "pnr", "samordningsnummer", "ssn", "socialsecuritynumber"})
SHARE = 0.2
Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Table:
    """Headings, and rows with their line numbers (from 1); each row as long as the headings. ``hidden``: not read."""

    headings: list[str]
    rows: Rows
    hidden: list[str]


def read(content: bytes) -> Table:
    """The table in the file. Raises NotAllowed beside ``file``.

    file_too_large, file_not_text, file_not_a_workbook, file_without_rows, too_many_rows, too_many_columns,
    headings_missing, headings_twice.
    """
    if len(content) > LARGEST:
        raise _no("file_too_large")
    written = _workbook(content) if content[:4] == b"PK\x03\x04" else _lines(content)
    rows: Rows = []
    for line, cells in written:
        if any(cells):
            rows.append((line, cells))
        if len(rows) > MOST_ROWS + 1:
            raise _no("too_many_rows")
    if len(rows) < 2:
        raise _no("file_without_rows")
    headings = _headings(rows[0][1])
    return _without_personal(headings, [(line, _as_long(cells, len(headings))) for line, cells in rows[1:]])


def fold(text: str) -> str:
    """A text as it is compared: composed, without case, letters and digits only."""
    return "".join(c for c in unicodedata.normalize("NFC", text).casefold() if c.isalnum())


def _no(reason: str) -> NotAllowed:
    return NotAllowed(reason, field="file")


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        for line, cells in delimited.rows(delimited.decode(content)):
            yield line, [_cell(cell) for cell in cells]
    except NotText:
        raise _no("file_not_text") from None


def _workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet that has any."""
    from openpyxl import load_workbook  # only here, and only when somebody hands in a workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _refuse_bomb(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            found = [(n, [_cell(value) for value in row[: MOST_COLUMNS + 1]]) for n, row in _sheet(sheet)]
            if any(any(cells) for _, cells in found):
                return iter(found)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, ParseError, OSError):
        raise _no("file_not_a_workbook") from None
    return iter(())


def _sheet(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    """At most as many rows as are read, whatever size the sheet says that it has."""
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MOST_ROWS + 1_000:
            raise _no("too_many_rows")
        yield number, row


def _refuse_bomb(content: bytes) -> None:
    """What unpacks to much more than a list can be is refused before it is unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if len(parts.infolist()) > 1_000 or sum(part.file_size for part in parts.infolist()) > UNPACKED:
            raise _no("file_too_large")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFC", str(value)).strip()[:LONGEST]


def _headings(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > MOST_COLUMNS:
        raise _no("too_many_columns")
    if len(cells) < 1 or any(may_be_personnummer(cell) or cell.isdecimal() or "@" in cell for cell in cells):
        raise _no("headings_missing")
    named = [cell for cell in cells if cell]
    if len({fold(cell) for cell in named}) < len(named):
        raise _no("headings_twice")
    return cells


def _as_long(cells: list[str], length: int) -> list[str]:
    return [*cells[:length], *[""] * (length - len(cells))]


def _without_personal(headings: list[str], rows: Rows) -> Table:
    """No personnummer goes further than this: columns of them are left out, and single ones are hidden."""
    left_out = {n for n, heading in enumerate(headings) if _is_personal(heading, (cells[n] for _, cells in rows))}
    kept = [n for n in range(len(headings)) if n not in left_out and headings[n]]
    kept_rows = [(line, [safe(cells[n]) for n in kept]) for line, cells in rows]
    return Table([headings[n] for n in kept], kept_rows, [headings[n] for n in sorted(left_out)])


def _is_personal(heading: str, cells: Iterable[str]) -> bool:
    if fold(heading) in PERSONAL:
        return True
    written = [cell for cell in cells if cell]
    return bool(written) and sum(map(find_personnummer, written)) >= SHARE * len(written)


def safe(cell: str) -> str:
    """The text, or HIDDEN where there is a personnummer in it."""
    return HIDDEN if find_personnummer(cell) else cell
