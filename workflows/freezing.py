"""Freeze windows (rules.md C0.3 G15): days on which a system gives no new write levels, and what that moves."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from workflows.calendar import ONE_DAY, WorkingCalendar
from workflows.case import Case, Freeze, GuardResult

READ = "read"
# An emergency cannot wait for the bank. An extension gives nobody anything new, and without it somebody would lose
# in the middle of the pay run what they work with.
EXEMPT_KINDS = ("emergency", "extend", "end")


def applies_to(case: Case) -> bool:
    """True for an order that gives somebody a write level that they do not have."""
    return case.level.access != READ and case.kind not in EXEMPT_KINDS


def covering(freezes: Iterable[Freeze], day: date) -> Freeze | None:
    """The window that holds the day, the one that lasts longest of several; or None."""
    return max((f for f in freezes if f.holds(day)), key=lambda f: f.last_day, default=None)


def not_frozen(case: Case) -> GuardResult:
    """G15: no new write level is given while the system is frozen. Removal, emergency and extension go on."""
    window = covering(case.freezes, case.today)
    inputs: dict[str, Any] = {"access": case.level.access, "today": str(case.today)}
    if window is None or not applies_to(case):
        return GuardResult("G15", True, inputs=inputs)
    told = {"until": str(window.last_day), "why": window.reason}
    return GuardResult("G15", False, "frozen", "refuse", inputs=inputs | told)


def opens_on(freezes: Iterable[Freeze], day: date, calendar: WorkingCalendar) -> date:
    """The first working day from ``day`` on that no window holds."""
    windows = tuple(freezes)
    day = calendar.on_or_after(day)
    while (window := covering(windows, day)) is not None:
        day = calendar.on_or_after(window.last_day + ONE_DAY)
    return day


def moved_due(due: date, freezes: Iterable[Freeze], today: date, calendar: WorkingCalendar) -> date:
    """When a grant that was to be done by ``due`` is to be done, as it looks ``today``.

    A due date in a window goes to the first working day after it; so does one that had passed, undone, when a window
    began. Any other stays. ``freezes``: those that have not ended before the task was made.
    """
    windows = sorted(freezes, key=lambda f: f.first_day)
    for window in windows:
        if window.holds(due) or due < window.first_day <= today:
            due = opens_on(windows, window.last_day + ONE_DAY, calendar)
    return due


def due_for(case: Case, due: date, calendar: WorkingCalendar) -> date:
    """``due`` of the grant of this order, moved out of the system's windows where they hold for it."""
    return moved_due(due, case.freezes, case.today, calendar) if applies_to(case) else due


def planned(rule: Mapping[str, Any], first: date, last: date, calendar: WorkingCalendar) -> tuple[Freeze, ...]:
    """The windows of one rule of the catalogue file (``freeze``) that touch the days from ``first`` to ``last``.

    ``monthly``: up to and including ``day``, or the working day before it, from ``working_days_before`` that.
    ``yearly``: from one day of the year to another, over New Year if it is earlier. ``listed``: each by its dates.
    """
    found = {"monthly": _monthly, "yearly": _yearly, "listed": _listed}[rule["kind"]](rule, first, last, calendar)
    wanted = (Freeze(begins, ends, rule["text"]) for begins, ends in found)
    return tuple(f for f in wanted if f.last_day >= first and f.first_day <= last)


Days = Iterator[tuple[date, date]]


def _monthly(rule: Mapping[str, Any], first: date, last: date, calendar: WorkingCalendar) -> Days:
    month = first.replace(day=1)
    while month <= last + timedelta(days=31):
        ends = calendar.on_or_before(_day(month.year, month.month, rule["day"]))
        yield calendar.add(ends, -rule.get("working_days_before", 0)), ends
        month = (month + timedelta(days=32)).replace(day=1)


def _yearly(rule: Mapping[str, Any], first: date, last: date, _calendar: WorkingCalendar) -> Days:
    for year in range(first.year - 1, last.year + 1):
        begins = _day(year, *_month_and_day(rule["from"]))
        until = _month_and_day(rule["to"])
        ends = _day(year, *until)
        yield begins, ends if ends >= begins else _day(year + 1, *until)


def _listed(rule: Mapping[str, Any], _first: date, _last: date, _calendar: WorkingCalendar) -> Days:
    for window in rule.get("windows", ()):
        yield date.fromisoformat(window["first"]), date.fromisoformat(window.get("last", window["first"]))


def _month_and_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def _day(year: int, month: int, day: int) -> date:
    """That day, or the month's last where it is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))
