"""Working days (rules.md C0.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from holidays.countries.sweden import Sweden

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Public holidays of the year with midsommarafton, julafton and nyårsafton; Sundays not included."""
    days = set(Sweden(years=year, include_sundays=False))
    midsummer = next(date(year, 6, d) for d in range(20, 27) if date(year, 6, d).weekday() == SATURDAY)
    return frozenset(days | {midsummer - ONE_DAY, date(year, 12, 24), date(year, 12, 31)})


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The municipality's calendar: public holidays plus its own closed days."""

    extra_closed: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, no public holiday, none of the three eves. Klämdagar count as working days."""
        return day.weekday() < SATURDAY and day not in public_holidays(day.year) and day not in self.extra_closed

    def add(self, day: date, working_days: int) -> date:
        """The date ``working_days`` after ``day`` (negative: before). The day itself is day 0 and may be a Sunday."""
        step = ONE_DAY if working_days >= 0 else -ONE_DAY
        left = abs(working_days)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def on_or_before(self, day: date) -> date:
        """The last working day on or before ``day``: where an internal deadline moves to."""
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    def on_or_after(self, day: date) -> date:
        """The first working day on or after ``day``."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.between(end, start)
        days = (end - start).days
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))
