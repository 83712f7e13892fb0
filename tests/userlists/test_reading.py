"""Files as systems export them, and files that nobody should export."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from app.errors import NotAllowed
from app.userlists import reading
from app.userlists.reading import HIDDEN, read

PNR = "19121212-1212"  # the tax agency's own example
TEXT = "Användarnamn;Roll\nåsa.öberg;Lånedisk\no'brien;Lånedisk\n"


def workbook(*rows: tuple[Any, ...], before: tuple[tuple[Any, ...], ...] | None = None) -> bytes:
    """An XLSX; ``before``: rows of a sheet in front."""
    book = Workbook()
    sheet = book.active
    if before is not None:
        for row in before:
            sheet.append(row)
        sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("windows-1252"),
        TEXT.encode("utf-16"),
        TEXT.replace(";", ",").encode(),
        TEXT.replace(";", "\t").encode(),
        TEXT.replace("\n", "\r\n").encode(),
        f"sep=;\n{TEXT}".encode(),
        f"\n\n{TEXT}\n;\n".encode(),
        workbook(("Användarnamn", "Roll"), ("åsa.öberg", "Lånedisk"), ("o'brien", "Lånedisk")),
        workbook(("Användarnamn", "Roll"), ("åsa.öberg", "Lånedisk"), ("o'brien", "Lånedisk"), before=()),
    ],
    ids=["utf-8", "mark", "1252", "utf-16", "comma", "tab", "crlf", "sep", "empty-rows", "xlsx", "second-sheet"],
)
def test_encodings_and_separators(content: bytes) -> None:
    table = read(content)
    assert table.headings == ["Användarnamn", "Roll"]
    assert [cells for _, cells in table.rows] == [["åsa.öberg", "Lånedisk"], ["o'brien", "Lånedisk"]]


def test_composed_letters_and_quoted_cells_and_lines() -> None:
    table = read('Konto;Namn;Roll\nasa;"A\u030asa; Öst";A\nsam;"rad\nett";B\ndan;Dan\n'.encode())
    assert [cells for _, cells in table.rows] == [
        ["asa", "Åsa; Öst", "A"],
        ["sam", "rad\nett", "B"],
        ["dan", "Dan", ""],
    ]
    assert [line for line, _ in table.rows] == [2, 4, 5]


def test_cells_of_a_workbook() -> None:
    cells = (
        4711.0,
        4712,
        datetime.fromisoformat("2026-03-02T13:00"),
        date(2026, 3, 2),
        True,
        None,
        "=1+1",
    )
    table = read(workbook(tuple("abcdefg"), cells))
    (row,) = [said for _, said in table.rows]
    assert row[:6] == ["4711", "4712", "2026-03-02", "2026-03-02", "True", ""]
    assert row[6] == ""  # a formula of which nothing is stored: it is never evaluated


class TestPersonalNumbers:
    def test_a_column_of_them_is_not_read_whatever_it_is_called(self) -> None:
        table = read(f"Konto;Id;Roll\nasa;{PNR};A\nsam;191212121212;B\n".encode())
        assert (table.headings, table.hidden) == (["Konto", "Roll"], ["Id"])
        assert "1212" not in str(table)

    def test_nor_one_that_is_called_so(self) -> None:
        assert read(b"Konto;Pers.nr\nasa;okant\n").hidden == ["Pers.nr"]

    def test_a_single_one_is_hidden(self) -> None:
        rows = "\n".join(f"konto{n};anteckning" for n in range(9))
        table = read(f"Konto;Fritt\nasa;gäller {PNR}\n{rows}\n".encode())
        assert table.rows[0] == (2, ["asa", HIDDEN]) and table.hidden == []


def bomb() -> bytes:
    """A workbook that unpacks to more than any list."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as parts:
        for number in range(5):
            parts.writestr(f"xl/worksheets/sheet{number}.xml", b"\0" * 50_000_000)
    return content.getvalue()


def a_zip_of_something_else() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as parts:
        parts.writestr("brev.txt", "hej")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "file_without_rows"),
        (b"Konto;Roll\n", "file_without_rows"),
        (b"\n;\n;;\n", "file_without_rows"),
        (b"a\0b", "file_not_text"),
        (b"asa@exempel.se;A\nsam@exempel.se;B\n", "headings_missing"),
        (f"{PNR};A\n{PNR};B\n".encode(), "headings_missing"),
        (b"Konto;konto\nasa;sam\n", "headings_twice"),
        ((";".join(f"k{n}" for n in range(61)) + "\n" + "x;" * 60).encode(), "too_many_columns"),
        (b"PK\x03\x04not a zip", "file_not_a_workbook"),
        (a_zip_of_something_else(), "file_not_a_workbook"),
        (b"x" * 8_000_001, "file_too_large"),
    ],
)
def test_refused(content: bytes, reason: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        read(content)
    assert (refused.value.reason, refused.value.details["field"]) == (reason, "file")


def test_what_unpacks_to_too_much_is_refused_unread() -> None:
    with pytest.raises(NotAllowed, match="file_too_large"):
        read(bomb())


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    rows = [("a",), ("b",), ("c",), ("d",), ("e",)]
    for content in (b"a\nb\nc\nd\ne\n", workbook(*rows)):
        with pytest.raises(NotAllowed, match="too_many_rows"):
            read(content)
    assert len(read(b"a\nb\nc\nd\n").rows) == 3
