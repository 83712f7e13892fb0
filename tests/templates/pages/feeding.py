"""Files from HR: the list, and one of each kind."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.hr_feed import words
from tests.templates.pages.page import Page

AT = datetime(2026, 3, 2, 5, 15, tzinfo=UTC)
FAULTS = [
    {"line": 3, "field": "startDate", "value": "1/1 2020", "reason": "not_a_date"},
    {"line": 5214, "field": "employeeNumber", "value": "", "reason": "personnummer"},
    {"line": 5215, "field": "formOfEmploymentId", "value": "Åldersförmån", "reason": "unknown_form"},
]
LACKING = [{"line": 0, "field": "", "value": "startDate, endDate", "reason": "columns_missing"}]


def _file(**changes: Any) -> Thing:
    fields: dict[str, Any] = {
        "id": 3, "name": "anstallningar-2026-03-02.csv", "state": "applied", "read_at": AT, "written_at": AT,
        "people": 5230, "employments": 5611, "faults": [], "run_id": 7, "digest": "9f2c" * 16,
    }  # fmt: skip
    return Thing(**(fields | changes))


def _page(**changes: Any) -> dict[str, Any]:
    return {"file": _file(**changes), "reason": words.reason}


PAGES = {
    "hr-files": Page(
        "hr_files.html",
        lambda: {
            "files": [_file(state="held"), _file(), _file(state="refused", faults=FAULTS)],
            "awaited": True,
            "hold": Thing(id=7),
        },
    ),
    "hr-files-none": Page("hr_files.html", lambda: {"files": [], "awaited": True, "hold": None}),
    "hr-files-never": Page("hr_files.html", lambda: {"files": [], "awaited": False, "hold": None}),
    "hr-file": Page("hr_file.html", _page),
    "hr-file-held": Page("hr_file.html", lambda: _page(state="held")),
    "hr-file-refused": Page("hr_file.html", lambda: _page(state="refused", faults=FAULTS)),
    "hr-file-no-such-file": Page("hr_file.html", lambda: _page(state="refused", faults=LACKING)),
}
