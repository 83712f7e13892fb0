"""When somebody's leave lets rights rest, and when the manager is asked about the others (rules.md C3, C5).

Only dates are known, never why. The days of a leave are counted as the calendar's, both ends included.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

DAY = timedelta(days=1)


def reached_on(longer_than: int, starts_on: date, ends_on: date | None) -> date | None:
    """The day on which a leave counts as longer than so many days; None when it never does.

    One whose end is known counts from its first day, else as soon as it has lasted so long.
    """
    if ends_on is None:
        return starts_on + longer_than * DAY
    return starts_on if (ends_on - starts_on).days + 1 > longer_than else None


def rests_on(days: Mapping[str, int], starts_on: date, ends_on: date | None) -> date | None:
    """From when what is secret rests (K3, sensitive, privileged)."""
    return reached_on(days["secret_rests_after"], starts_on, ends_on)


def listed_on(days: Mapping[str, int], starts_on: date, ends_on: date | None) -> date | None:
    """From when the manager is asked about what is not secret."""
    return reached_on(days["listed_after"], starts_on, ends_on)
