"""The dates of a leave as HR's file tells them (rules.md C5); the directory has none."""

from __future__ import annotations

from datetime import date

import pytest

from app.absences import queries
from tests.hr_feed.conftest import row

TODAY = date(2026, 11, 29)
AWAY = {"leaveFrom": "2026-11-02", "leaveTo": "2027-05-31"}
SECOND = {"employmentId": "E-9", "isMainEmployment": ""}


@pytest.mark.parametrize(
    ("rows", "dates"),
    [
        ([AWAY], (date(2026, 11, 2), date(2027, 5, 31))),
        ([{"leaveFrom": "2026-11-02"}], (date(2026, 11, 2), None)),
        ([AWAY, {**SECOND, "leaveFrom": "2026-11-16"}], (date(2026, 11, 16), date(2027, 5, 31))),
        ([{"leaveFrom": "2026-01-01", "leaveTo": "2026-03-31"}], (TODAY, None)),  # another leave, long over
        ([{"leaveFrom": "2027-01-01"}], (TODAY, None)),  # one that is ahead
        ([{}], (TODAY, None)),
    ],
)
def test_dates_are_hrs_as_far_as_it_tells(town, rows, dates):
    town.load(*(row("1", **facts) for facts in rows))
    assert queries.dates_of_hr(town.person("1").id, TODAY) == dates


def test_without_hr_the_leave_is_from_today(town, monkeypatch):
    town.load(row("1", **AWAY))
    settings = town.app.extensions["settings"].model_copy(update={"hr_fields": ("title",)})
    monkeypatch.setitem(town.app.extensions, "settings", settings)
    assert queries.dates_of_hr(town.person("1").id, TODAY) == (TODAY, None)
