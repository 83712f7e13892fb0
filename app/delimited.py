"""Rows of text as systems and spreadsheets write them: the encoding and the separator are found out.

UTF-8 with or without a byte order mark, UTF-16 with one, or Windows-1252; parted by ``;``, ``,`` or tab.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

SEPARATORS = ";\t,"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class NotText(ValueError):
    """The file is of another kind: a workbook, a picture, a CSV that ends inside a quotation."""


def decode(content: bytes) -> str:
    """The text of a file. Raises NotText."""
    if content[:2] in UTF_16:
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise NotText
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("windows-1252", errors="replace")


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row's line, from 1, and its cells without spaces around. The separator is the one that the first row has
    most of, whatever a spreadsheet notes above it (``sep=;``). Raises NotText.
    """
    lines = text.splitlines(keepends=True)
    written = [n for n, line in enumerate(lines) if line.strip()]
    if written and lines[written[0]][:4].lower() == "sep=":
        lines[written[0]] = "\n"
        written = written[1:]
    first = lines[written[0]] if written else ""
    reader = csv.reader(lines, delimiter=max(SEPARATORS, key=first.count))
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        raise NotText from None
