"""Tables for a spreadsheet: one way to write them, safe to open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run
MARK = "\ufeff"  # without it a Swedish spreadsheet takes å for two letters


def answer(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Response:
    """A download of ``name``.csv: semicolons between, UTF-8, no cell that a spreadsheet would take for a formula."""
    text = io.StringIO()
    table = csv.writer(text, delimiter=";")
    table.writerow([str(column) for column in head])
    table.writerows([harmless(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(MARK + text.getvalue(), mimetype="text/csv; charset=utf-8", headers=headers)


def harmless(cell: Any) -> str:
    """The cell as text; with an apostrophe before what a spreadsheet would run. None is empty."""
    value = "" if cell is None else str(cell)
    return f"'{value}" if value.startswith(FORMULA) else value
