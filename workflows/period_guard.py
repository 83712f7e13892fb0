"""Guard G10 (rules.md C0.3): from when to when a right is ordered."""

from __future__ import annotations

from datetime import date, timedelta

from workflows import emergency_guard
from workflows.case import Case, GuardResult
from workflows.guard_results import first, passed, refuses
from workflows.order_guards import IN_ANOTHER_UNIT

AHEAD_DAYS = 366  # an order for a start further away is a slip of the pen
ENDLESS_CONFIDENTIALITY = 2  # up to this K a permanent employee's right may be without an end date
MONTHS_IN_ANOTHER_UNIT = 3  # rules.md C2


def period(case: Case) -> GuardResult:
    """G10: from <= to, no back-dating, not beyond the employment or the level's longest term.

    The base order needs no end date: it follows the employment by itself (C1), and an emergency ends by the hour (C7).
    What is for a time in another unit always has one, at most three months on (C2). What was given on paper in an
    outage may begin on the day of the paper, and no earlier; it always has an end, soon after the outage's (C12).
    """
    start, end, level, subject = case.valid_from, case.valid_to, case.level, case.subject
    hourly = subject.employment_form in ("hourly", "substitute") and level.max_days_hourly is not None
    longest = level.max_days_hourly if hourly else level.max_days
    inputs = {
        "from": str(start or ""),
        "to": str(end or ""),
        "employment_end": str(subject.ends_on or ""),
        "longest_days": longest,
        **({"written_on": str(case.written_on), "paper_until": str(case.paper_until)} if case.written_on else {}),
    }
    endless = longest is None and level.confidentiality <= ENDLESS_CONFIDENTIALITY
    elsewhere = case.kind == IN_ANOTHER_UNIT
    ends_by_itself = level.is_base or emergency_guard.is_one(case)
    may_be_open = ends_by_itself or (endless and subject.employment_form == "permanent" and not elsewhere)
    may_be_open = may_be_open and case.written_on is None
    days = (end - start).days if start and end else 0  # not start + longest: the calendar ends in the year 9999
    fault = first(
        (
            (start is None, ("start_missing", "valid_from")),
            (start is not None and start < (case.written_on or case.today), ("back_dated", "valid_from")),
            (_after(start, case.today + timedelta(days=AHEAD_DAYS)), ("too_far_ahead", "valid_from")),
            (_after(start, end), ("period_reversed", "valid_to")),
            (end is None and not may_be_open, ("end_date_needed", "valid_to")),
            (_after(end, subject.ends_on), ("beyond_employment", "valid_to")),
            (_after(end, case.paper_until), ("beyond_outage", "valid_to")),
            (elsewhere and _beyond(start, end, MONTHS_IN_ANOTHER_UNIT), ("over_three_months", "valid_to")),
            (longest is not None and days > longest, ("too_long", "valid_to")),
        )
    )
    return passed("G10", inputs) if fault is None else refuses("G10", inputs, *fault)


def _after(day: date | None, limit: date | None) -> bool:
    """True when ``day`` is later than ``limit``; an open end is no limit."""
    return day is not None and limit is not None and day > limit


def _beyond(start: date | None, end: date | None, months: int) -> bool:
    """True when ``end`` is later than the day of the same number ``months`` on, or that month's last day.

    So is a time in months counted by law (lag 1930:173, 2 §): from 30 November three months last to the end
    of February, of 28 days or 29.
    """
    if start is None or end is None:
        return False
    passed = (end.year - start.year) * 12 + end.month - start.month
    return passed > months or (passed == months and end.day > start.day)
