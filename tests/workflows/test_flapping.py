"""When a leaver who flaps has left (field.md B6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workflows.flapping import Sighting, certain, waits_for_nothing

SEEN = datetime(2026, 2, 28, 1, 30, tzinfo=UTC)  # the last day of February
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("first", "after", "snapshot", "why"),
    [
        (7, timedelta(minutes=5), 8, "seen_again"),  # the next whole reading
        (None, timedelta(minutes=5), 8, "seen_again"),  # seen in the changes, then in a snapshot
        (7, timedelta(minutes=5), 7, ""),  # the same reading, applied twice
        (7, timedelta(0), 8, ""),
        (7, -timedelta(minutes=5), 8, ""),  # an older reading, resumed
        (7, timedelta(minutes=5), None, ""),  # changes are no snapshot
        (None, DAY - timedelta(seconds=1), None, ""),
        (None, DAY, None, "a_day_later"),
        (7, DAY, None, "a_day_later"),
        (7, DAY, 7, ""),
    ],
)
def test_second_sighting(first: int | None, after: timedelta, snapshot: int | None, why: str) -> None:
    assert certain(Sighting(SEEN, first), Sighting(SEEN + after, snapshot)) == why


@pytest.mark.parametrize(
    ("profile", "confidentiality", "urgent"),
    [
        ("basic", 1, False),
        ("standard", 2, False),
        ("physical", 2, False),
        ("standard", 3, True),
        ("sensitive", 3, True),
        ("privileged", 0, True),
    ],
)
def test_what_ends_at_the_first_sighting(profile: str, confidentiality: int, urgent: bool) -> None:
    assert waits_for_nothing(profile, confidentiality) is urgent
