"""When a leave lets rights rest, and when the manager is asked (rules.md C3, C5)."""

from __future__ import annotations

from datetime import date

import pytest

from workflows import absence

DAYS = {"secret_rests_after": 14, "listed_after": 30}
FIRST = date(2028, 2, 1)


@pytest.mark.parametrize(
    ("ends_on", "rests", "listed"),
    [
        (date(2028, 2, 14), None, None),  # fourteen days are not longer than fourteen
        (date(2028, 2, 15), FIRST, None),
        (date(2028, 2, 29), FIRST, None),  # the last day of February
        (date(2028, 3, 1), FIRST, None),  # thirty days
        (date(2028, 3, 2), FIRST, FIRST),
        (None, date(2028, 2, 15), date(2028, 3, 2)),  # not known: as soon as it has lasted so long
    ],
)
def test_known_end_counts_from_the_first_day(ends_on: date | None, rests: date | None, listed: date | None) -> None:
    assert absence.rests_on(DAYS, FIRST, ends_on) == rests
    assert absence.listed_on(DAYS, FIRST, ends_on) == listed
