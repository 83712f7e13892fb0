"""Rows of text, whatever wrote them."""

from __future__ import annotations

import pytest

from app.delimited import NotText, decode, rows

TEXT = 'Namn;Enhet\r\nÅsa Öberg;"Kök, norr"\r\n'
ROWS = [(1, ["Namn", "Enhet"]), (2, ["Åsa Öberg", "Kök, norr"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_encoding_is_found_out(encoding: str) -> None:
    assert list(rows(decode(TEXT.encode(encoding)))) == ROWS


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_separator_is_the_one_of_the_first_row(separator: str) -> None:
    assert list(rows(f"a{separator} b {separator}c\n1;2{separator}3{separator}4")) == [
        (1, ["a", "b", "c"]),
        (2, ["1;2", "3", "4"] if separator != ";" else ["1", "2", "3", "4"]),
    ]


def test_lines_keep_their_numbers_below_a_note_of_the_separator_and_across_a_line_break_in_a_cell() -> None:
    found = [row for row in rows('sep=;\na;b\n"två\nrader";x\ny;z\n') if any(row[1])]
    assert found == [(2, ["a", "b"]), (4, ["två\nrader", "x"]), (5, ["y", "z"])]


@pytest.mark.parametrize("content", [b"PK\x03\x04\0\0", b"a;" + b"x" * 200_000])
def test_what_is_no_such_file(content: bytes) -> None:
    with pytest.raises(NotText):
        list(rows(decode(content)))
