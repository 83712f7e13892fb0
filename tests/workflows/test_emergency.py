"""The hours of emergency access, and what is late (rules.md C7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from workflows import emergency
from workflows.emergency import Control

NIGHT = datetime(2026, 3, 28, 21, 0, tzinfo=UTC)
DONE = Control(True, True, True, date(2026, 3, 3), date(2026, 3, 9))


def test_24_hours_are_24_hours() -> None:
    assert emergency.ends_at(NIGHT) - NIGHT == timedelta(hours=24)


def test_the_employment_ends_it_before() -> None:
    assert emergency.ends_at(NIGHT, NIGHT + timedelta(hours=2)) == NIGHT + timedelta(hours=2)
    assert emergency.ends_at(NIGHT, NIGHT + timedelta(days=9)) == NIGHT + timedelta(hours=24)


@pytest.mark.parametrize(("hours", "more"), [(24, (12, 24, 48)), (25, (12, 24)), (60, (12,)), (61, ()), (72, ())])
def test_never_more_than_72_hours_in_all(hours: int, more: tuple[int, ...]) -> None:
    assert emergency.extensions(NIGHT, NIGHT + timedelta(hours=hours)) == more


@pytest.mark.parametrize(
    ("change", "day", "found"),
    [
        ({"approved": None}, date(2026, 3, 3), ()),
        ({"approved": None}, date(2026, 3, 4), ("approval_late",)),
        ({"approved": None, "followed_up": False}, date(2026, 3, 10), ("approval_late", "follow_up_late")),
        ({"approved": None, "deviations": frozenset({"approval_late"})}, date(2026, 3, 10), ()),
        ({"approved": False}, date(2026, 3, 10), ()),
    ],
)
def test_what_is_late(change: dict[str, object], day: date, found: tuple[str, ...]) -> None:
    assert emergency.late(replace(DONE, **change), day) == found  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [{"ended": False}, {"approved": None}, {"approved": False}, {"followed_up": False}, {"deviations": frozenset("x")}],
)
def test_closes_by_itself_only_when_nothing_is_left(change: dict[str, object]) -> None:
    assert emergency.closes_by_itself(DONE)
    assert not emergency.closes_by_itself(replace(DONE, **change))  # type: ignore[arg-type]
