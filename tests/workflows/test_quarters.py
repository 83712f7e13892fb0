"""Which quarterly lists are due."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.calendar import WorkingCalendar
from workflows.quarters import due, last_day_before

CALENDAR = WorkingCalendar()
Q3, Q4, Q1, Q2 = date(2026, 9, 30), date(2026, 12, 31), date(2027, 3, 31), date(2027, 6, 30)


@pytest.mark.parametrize(
    ("day", "last"),
    [(date(2026, 10, 1), Q3), (date(2026, 12, 31), Q3), (date(2027, 1, 1), Q4), (date(2024, 5, 31), date(2024, 3, 31))],
)
def test_the_quarter_that_is_over(day: date, last: date) -> None:
    assert last_day_before(day) == last


def test_list_is_due_on_the_first_working_day() -> None:
    for holiday in (date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)):
        assert due(Q3, holiday, CALENDAR) == ()
    assert due(Q3, date(2027, 1, 4), CALENDAR) == (Q4,)


def test_extra_closed_day_moves_it() -> None:
    closed = WorkingCalendar(extra_closed=frozenset({date(2027, 1, 4)}))
    assert due(Q3, date(2027, 1, 4), closed) == ()
    assert due(Q3, date(2027, 1, 5), closed) == (Q4,)


def test_what_is_listed_is_not_due_again() -> None:
    assert due(Q4, date(2027, 1, 4), CALENDAR) == due(Q4, date(2027, 3, 31), CALENDAR) == ()


def test_missed_quarters_are_caught_up_in_order() -> None:
    assert due(Q3, date(2027, 7, 1), CALENDAR) == (Q4, Q1, Q2)
    assert due(Q3, date(2027, 4, 1), CALENDAR) == (Q4, Q1)


def test_first_list_is_of_the_latest_quarter_alone() -> None:
    assert due(None, date(2026, 11, 29), CALENDAR) == (Q3,)
    assert due(None, date(2027, 1, 2), CALENDAR) == (Q3,)  # the newest has not had its working day yet
