"""The days of somebody who leaves (rules.md C6)."""

from __future__ import annotations

from datetime import date

import pytest

from workflows import leaving
from workflows.calendar import WorkingCalendar

DAYS = WorkingCalendar()


@pytest.mark.parametrize(
    ("last_day", "today", "days", "near"),
    [
        (date(2026, 3, 31), date(2026, 3, 2), 20, False),
        (date(2026, 3, 30), date(2026, 3, 2), 20, True),
        (date(2026, 4, 10), date(2026, 4, 1), 5, True),  # Good Friday and Easter Monday between
        (date(2026, 4, 13), date(2026, 4, 1), 5, False),
        (date(2028, 2, 29), date(2028, 2, 22), 5, True),
        (date(2026, 3, 1), date(2026, 3, 2), 5, True),  # it has been
    ],
)
def test_the_day_comes_near(last_day: date, today: date, days: int, near: bool) -> None:
    assert leaving.comes_near(last_day, today, DAYS, days) is near


@pytest.mark.parametrize(
    ("profile", "k", "reason", "is_base", "due"),
    [
        ("sensitive", 3, leaving.ENDED, False, 0),
        ("privileged", 1, leaving.ENDED, False, 0),
        ("physical", 1, leaving.ENDED, False, 0),
        ("basic", 1, leaving.ENDED, True, 0),
        ("standard", 2, leaving.ENDED, False, 1),
        ("standard", 1, leaving.ENDED, False, 3),
        ("basic", 0, leaving.ENDED, False, 3),
        ("basic", 0, leaving.TERMINATED, False, 0),
        ("standard", 1, leaving.TERMINATED, False, 0),
        ("basic", 1, "expired", True, 3),
    ],
)
def test_how_soon_it_must_be_gone(profile: str, k: int, reason: str, is_base: bool, due: int) -> None:
    clock = leaving.removal_clock(profile, k, reason=reason, is_base=is_base)
    assert (clock.due, clock.lapse) == (due, None)


def test_over_at_midnight_after_the_last_day_and_not_before() -> None:
    assert not leaving.is_over(date(2028, 2, 29), date(2028, 2, 29))
    assert leaving.is_over(date(2028, 2, 29), date(2028, 3, 1))


@pytest.mark.parametrize(
    ("last_day", "removed_on", "days"),
    [
        (date(2026, 4, 30), None, 0),  # there was nothing
        (date(2026, 4, 30), date(2026, 4, 30), 0),
        (date(2026, 4, 30), date(2026, 5, 5), 2),  # the first of May is a Friday
        (date(2026, 3, 2), date(2026, 2, 27), 0),  # removed before the end
    ],
)
def test_working_days_to_the_last_removal(last_day: date, removed_on: date | None, days: int) -> None:
    assert leaving.days_to_last_removal(last_day, removed_on, DAYS) == days


@pytest.mark.parametrize(("days", "middle"), [([], None), ([3], 3.0), ([9, 1, 2], 2.0), ([1, 2, 4, 9], 3.0)])
def test_median(days: list[int], middle: float | None) -> None:
    assert leaving.median(days) == middle
