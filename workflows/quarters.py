"""Which quarterly lists are due (rules.md C3): each on the first working day after a quarter's last day, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from workflows.calendar import WorkingCalendar

MONTHS = 3
ONE_DAY = timedelta(days=1)


def last_day_before(day: date) -> date:
    """The last day of the quarter that was over before ``day``."""
    first_month = day.month - (day.month - 1) % MONTHS
    return date(day.year, first_month, 1) - ONE_DAY


def due(listed: date | None, today: date, calendar: WorkingCalendar) -> tuple[date, ...]:
    """The last days of the quarters that are to be listed now, oldest first.

    ``listed`` is that of the latest list. Quarters that were missed after it are caught up; without any, only the
    latest is due.
    """
    missing = []
    for day in _back_from(last_day_before(today)):
        if listed is not None and day <= listed:
            break
        if calendar.add(day, 1) <= today:
            missing.append(day)
            if listed is None:
                break
    return tuple(reversed(missing))


def _back_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day = last_day_before(day)
