"""Files as learning platforms and spreadsheets write them: each encoding, separator and way to write a date."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotAllowed
from app.training.completions_file import FileRow, day_of, read, shown

HEADER = "Anställningsnummer;Kurskod;Genomförd;Namn"
ROW = "010001;SEKRETESS-SOC;2026-03-02;Åsa Öberg"
EXPECTED = FileRow(2, "010001", "SEKRETESS-SOC", "2026-03-02")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_separators(encoding: str, separator: str, end: str) -> None:
    text = f"{HEADER}{end}{ROW}{end}".replace(";", separator)
    assert read(text.encode(encoding)) == [EXPECTED]


def test_without_a_header_the_columns_are_in_their_order() -> None:
    assert read(ROW.encode()) == [FileRow(1, "010001", "SEKRETESS-SOC", "2026-03-02")]


def test_header_may_order_the_columns_otherwise() -> None:
    assert read("Namn,Datum,Kurs,AnstNr\nÅsa,2026-03-02,SEKRETESS-SOC,010001\n".encode()) == [EXPECTED]


def test_lines_count_as_in_an_editor() -> None:
    rows = read(f"{HEADER}\n\n{ROW}\n;;;\n{ROW}\n".encode())
    assert [row.line for row in rows] == [3, 5]


def test_quoted_cell_may_hold_the_separator() -> None:
    assert read(b'Namn;Anstnr;Kurs;Datum\n"Berg; Bo";010001;SEKRETESS-SOC;2026-03-02') == [EXPECTED]


def test_short_row_has_empty_cells() -> None:
    assert read(f"{HEADER}\n010001".encode()) == [FileRow(2, "010001", "", "")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "file_without_rows"),
        (b" \n;;\n", "file_without_rows"),
        (b"Anstnr;Kurs\n010001;INFOSEC-BAS", "columns_missing"),
        (b"010001", "columns_missing"),
        (b"PK\x03\x04\x00\x00", "file_not_text"),
        ("Anstnr;Kurs;Datum".encode("utf-16-le"), "file_not_text"),  # without the mark that says so
        (b"x" * 5_000_001, "file_too_large"),
    ],
)
def test_file_that_cannot_be_read_is_refused_whole(content: bytes, reason: str) -> None:
    with pytest.raises(NotAllowed) as error:
        read(content)
    assert error.value.reason == reason


@pytest.mark.parametrize(
    "written",
    [
        *("2026-03-02", "20260302", "2026/03/02", "2026-03-02 14:05", "2026-03-02T14:05:00", "2/3 2026", "2.3.2026"),
        *("02/03/2026", "2 mars 2026", "2 mar. 2026", "den 2 mars 2026", " 2 MARS 2026 "),
    ],
)
def test_dates_iso_and_swedish(written: str) -> None:
    assert day_of(written) == date(2026, 3, 2)


@pytest.mark.parametrize(
    "written", ["", "snart", "2026-02-30", "31/2 2026", "2026-13-01", "mars 2026", "3 foo 2026", "26-03-02"]
)
def test_what_is_no_date(written: str) -> None:
    assert day_of(written) is None


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_iso_date_is_read(day: date) -> None:
    assert day_of(day.isoformat()) == day


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with suppress(NotAllowed):
        assert all(row.line > 0 for row in read(content))


@pytest.mark.parametrize("value", ["811228-9874", "19811228-9874", "8112289874", "811228-9870", "811228+9874"])
def test_personnummer_is_never_repeated_not_even_a_mistyped_one(value: str) -> None:
    assert shown(value) == ""


def test_long_value_is_cut() -> None:
    assert len(shown("x" * 300)) == 40
