"""The days of somebody who leaves, and how soon what they had must be gone (rules.md C6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from workflows.calendar import WorkingCalendar
from workflows.case import Profile
from workflows.clocks import revoke_clock
from workflows.definition import Clock

ENDED, TERMINATED = "employment_ended", "terminated"  # why a right is removed
IMMEDIATE = "immediate"  # why an employment has ended
SAME_DAY = frozenset({Profile.PHYSICAL, Profile.SENSITIVE, Profile.PRIVILEGED})
REASONS = ("ended_by_employer", "breach", "security", "death", "other")  # codes: nothing is written about why
SOURCES = ("date", "ended", "notice", "immediate")
ACCOUNT_HOURS = 1
SNAPSHOTS = 2


def reason_of(why: str) -> str:
    """The code for what follows from an end: of one at once nobody is told but those who carry it out."""
    return TERMINATED if why == IMMEDIATE else ENDED


def comes_near(last_day: date, today: date, calendar: WorkingCalendar, days: int) -> bool:
    """Whether ``today`` is at most so many working days before the last one."""
    return last_day <= calendar.add(today, days)


def removal_clock(profile: str, confidentiality: int, *, reason: str, is_base: bool) -> Clock:
    """How soon a right must be gone: of who leaves also the account and what opens doors the same day.

    Of who leaves at once everything. For other reasons as ever.
    """
    at_once = reason == TERMINATED or (reason == ENDED and (is_base or profile in SAME_DAY))
    return revoke_clock(Profile.PRIVILEGED if at_once else profile, confidentiality)


def days_to_last_removal(last_day: date, removed_on: date | None, calendar: WorkingCalendar) -> int:
    """The metric: working days from the end to the last removal; 0 when nothing was left to remove."""
    return max(0, calendar.between(last_day, removed_on)) if removed_on is not None else 0


def median(days: list[int]) -> float | None:
    """The middle of the metric; None without any."""
    ordered = sorted(days)
    middle = len(ordered) // 2
    if not ordered:
        return None
    return float(ordered[middle]) if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def is_over(last_day: date, today: date) -> bool:
    """Whether the last day has ended: at 24:00 local."""
    return today >= last_day + timedelta(days=1)


def numbers(days: Mapping[str, int]) -> tuple[int, int, int]:
    """Of the definition: when the manager hears, when it is reminded of, and within how many days all is to be gone."""
    return days["told_before"], days["reminded_before"], days["gone_within"]
