"""Working days: the vectors of rules.md C0.2, and the days around which mistakes are made."""

from datetime import date, timedelta

import pytest

from workflows.calendar import WorkingCalendar

CALENDAR = WorkingCalendar()


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-03-31", 3, "2026-04-07"),
        ("2026-04-30", 2, "2026-05-05"),
        ("2026-05-13", 1, "2026-05-15"),
        ("2026-06-17", 3, "2026-06-23"),
        ("2026-12-22", 3, "2026-12-29"),
        ("2026-12-30", 5, "2027-01-11"),
        ("2027-01-04", 2, "2027-01-07"),
        ("2018-12-19", 10, "2019-01-09"),
    ],
)
def test_vectors_of_the_rules(start: str, days: int, expected: str) -> None:
    begin, end = date.fromisoformat(start), date.fromisoformat(expected)
    assert CALENDAR.add(begin, days) == end
    assert CALENDAR.between(begin, end) == days
    assert CALENDAR.between(end, begin) == -days


@pytest.mark.parametrize(
    "closed",
    [
        "2026-01-01",  # nyårsdagen
        "2026-01-06",  # trettondedag jul
        "2026-04-03",  # långfredagen
        "2026-04-06",  # annandag påsk
        "2026-05-01",
        "2026-05-14",  # Kristi himmelsfärdsdag
        "2025-06-06",  # nationaldagen
        "2026-06-19",  # midsommarafton
        "2026-12-24",
        "2026-12-25",
        "2026-12-31",
        "2024-11-02",  # alla helgons dag
    ],
)
def test_closed_days(closed: str) -> None:
    assert not CALENDAR.is_working_day(date.fromisoformat(closed))


@pytest.mark.parametrize("open_day", ["2026-05-15", "2026-01-05", "2026-04-02", "2026-04-30", "2026-12-23"])
def test_bridge_days_and_half_days_count(open_day: str) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(open_day))


def test_leap_day_is_a_day_like_others() -> None:
    assert CALENDAR.is_working_day(date(2024, 2, 29))
    assert CALENDAR.add(date(2024, 2, 28), 1) == date(2024, 2, 29)
    assert CALENDAR.add(date(2024, 2, 28), 2) == date(2024, 3, 1)
    assert CALENDAR.add(date(2025, 2, 28), 1) == date(2025, 3, 3)


def test_the_day_itself_is_day_zero_even_on_a_sunday() -> None:
    sunday = date(2026, 3, 1)
    assert CALENDAR.add(sunday, 0) == sunday
    assert CALENDAR.add(sunday, 1) == date(2026, 3, 2)


def test_counting_backwards() -> None:
    assert CALENDAR.add(date(2026, 12, 28), -1) == date(2026, 12, 23)


@pytest.mark.parametrize(
    ("year", "last"), [(2025, date(2025, 2, 28)), (2026, date(2026, 2, 27)), (2027, date(2027, 3, 1))]
)
def test_internal_deadline_moves_backwards(year: int, last: date) -> None:
    assert CALENDAR.on_or_before(date(year, 3, 1)) == last


def test_forwards_over_christmas() -> None:
    assert CALENDAR.on_or_after(date(2026, 12, 24)) == date(2026, 12, 28)


def test_own_closed_days_of_the_municipality() -> None:
    closed = date(2026, 5, 15)
    assert not WorkingCalendar(frozenset({closed})).is_working_day(closed)
    assert WorkingCalendar(frozenset({closed})).add(date(2026, 5, 13), 1) == date(2026, 5, 18)


def test_every_year_has_its_three_eves() -> None:
    for year in range(2018, 2040):
        midsummer_eves = [d for d in range(19, 26) if not CALENDAR.is_working_day(date(year, 6, d))]
        assert any(date(year, 6, d).weekday() == 4 for d in midsummer_eves)
        working = sum(CALENDAR.is_working_day(date(year, 1, 1) + timedelta(days=n)) for n in range(365))
        assert 245 <= working <= 255
