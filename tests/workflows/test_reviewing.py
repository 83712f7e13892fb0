"""By which day a right is reviewed next."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.case import Profile
from workflows.reviewing import every_year, next_review, rhythm


@pytest.mark.parametrize(("level", "process", "months"), [(6, 24, 6), (None, 24, 24), (None, None, None), (6, None, 6)])
def test_the_level_says_before_the_process(level: int | None, process: int | None, months: int | None) -> None:
    assert rhythm(level, process) == months


@pytest.mark.parametrize(
    ("profile", "confidentiality", "yearly"),
    [
        (Profile.BASIC, 1, False),
        (Profile.STANDARD, 1, False),
        (Profile.STANDARD, 2, True),
        (Profile.SENSITIVE, 3, True),
        (Profile.PRIVILEGED, 0, True),
        (Profile.PHYSICAL, 0, True),
    ],
)
def test_what_is_reviewed_every_year(profile: Profile, confidentiality: int, yearly: bool) -> None:
    assert every_year(profile, confidentiality) is yearly


@pytest.mark.parametrize(
    ("since", "months", "yearly", "last"),
    [
        (date(2026, 3, 2), 24, False, date(2028, 3, 2)),
        (date(2026, 8, 31), 6, False, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, False, date(2028, 2, 29)),
        (date(2026, 3, 2), 24, True, date(2027, 12, 15)),
        (date(2026, 3, 2), 6, True, date(2026, 9, 2)),
        (date(2026, 12, 31), 12, True, date(2027, 12, 15)),
        (date(2026, 3, 2), None, True, date(2027, 12, 15)),
        (date(2026, 3, 2), None, False, None),
    ],
)
def test_the_last_day(since: date, months: int | None, yearly: bool, last: date | None) -> None:
    assert next_review(since, months, yearly=yearly) == last
