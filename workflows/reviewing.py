"""By which day a right is to be reviewed next (rules.md C8). The campaigns that do it are not here."""

from __future__ import annotations

from datetime import date

from workflows.case import Profile
from workflows.form_answers import months_on

CLOSES = (12, 15)  # month and day by which the year's reviews are closed, so that the yearly report is complete
DEMANDING_CONFIDENTIALITY = 2
EVERY_YEAR = (Profile.PRIVILEGED, Profile.PHYSICAL)


def rhythm(level_months: int | None, process_months: int | None) -> int | None:
    """How many months apart a right is reviewed: the level's own, else the process's; None where neither says."""
    return process_months if level_months is None else level_months


def every_year(profile: Profile, confidentiality: int) -> bool:
    """Must it be reviewed at least once in each calendar year, however far apart its reviews are?"""
    return profile in EVERY_YEAR or confidentiality >= DEMANDING_CONFIDENTIALITY


def next_review(since: date, months: int | None, *, yearly: bool) -> date | None:
    """The last day for the next review of what was granted, or last reviewed, on ``since``; None where there is none.

    It may have passed. What is reviewed every year is so at the latest before the next calendar year's reviews close.
    """
    by_year = date(since.year + 1, *CLOSES) if yearly else None
    by_rhythm = months_on(since, months) if months is not None else None
    return min((day for day in (by_year, by_rhythm) if day is not None), default=None)
