"""Whatever the employments of one person are, in whatever order: one answer."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from workflows.case import EmploymentStatus as Status
from workflows.hr_employment import HrEmployment, answer

DAYS = st.dates(date(2026, 11, 1), date(2026, 12, 31))
PERIODS = st.lists(st.tuples(DAYS, st.none() | DAYS), min_size=1, max_size=5)


def rows_of(periods) -> list[HrEmployment]:
    return [
        HrEmployment(str(n), "permanent", starts, max(starts, ends) if ends else None)
        for n, (starts, ends) in enumerate(periods)
    ]


@given(PERIODS, DAYS)
def test_order_of_rows_is_of_no_consequence(periods, today):
    rows = rows_of(periods)
    assert answer(rows, today) == answer(rows[::-1], today)


@given(PERIODS, DAYS)
def test_employed_until_the_last_day_that_is_said(periods, today):
    rows = rows_of(periods)
    said = answer(rows, today)
    if said.status is Status.ACTIVE and said.ends_on:
        assert answer(rows, said.ends_on).status is Status.ACTIVE
        assert not any(row.lasts(date.fromordinal(said.ends_on.toordinal() + 1)) for row in rows)
