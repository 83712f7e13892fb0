"""Dates in words, Swedish and English, and how late a thing is in working days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask_babel import force_locale

from app.templating import dates

pytestmark = pytest.mark.usefixtures("app")


def test_day_has_its_weekday_and_no_year_this_year() -> None:
    assert dates.day_in_words(date(2026, 11, 27)) == "fredag 27 november"


def test_day_of_another_year_says_which() -> None:
    assert dates.day_in_words(date(2027, 1, 7)) == "torsdag 7 januari 2027"


def test_day_in_english() -> None:
    with force_locale("en"):
        assert dates.day_in_words(date(2026, 11, 27)) == "Friday 27 November"


def test_moment_is_on_the_wall_clock_of_the_municipality() -> None:
    assert dates.moment_in_words(datetime(2026, 11, 26, 23, 5, tzinfo=UTC)) == "fredag 27 november kl. 00.05"
    assert dates.iso_moment(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == "2026-07-01 14:00"


@pytest.mark.parametrize("words", [dates.day_in_words, dates.date_in_words, dates.iso_day])
def test_no_date_is_no_words(words) -> None:  # type: ignore[no-untyped-def]  # several filters in one
    assert words(None) == ""


@pytest.mark.parametrize(
    ("due", "words", "urgency"),
    [
        (date(2026, 11, 24), "1 arbetsdag sen", "late"),
        (date(2026, 11, 20), "3 arbetsdagar sen", "late"),
        (date(2026, 11, 25), "Senast i dag", "today"),
        (date(2026, 11, 26), "1 arbetsdag kvar", "soon"),
        (date(2026, 11, 30), "3 arbetsdagar kvar", "later"),
        (date(2026, 12, 11), "Senast 11 december", "later"),
    ],
)
def test_lateness_counts_working_days(due: date, words: str, urgency: str) -> None:
    assert (dates.lateness(due), dates.urgency(due)) == (words, urgency)


def test_what_was_due_on_friday_is_late_on_saturday() -> None:
    with time_machine.travel(datetime(2026, 11, 28, 9, 0, tzinfo=UTC), tick=False):
        assert dates.lateness(date(2026, 11, 27)) == "1 arbetsdag sen"


def test_christmas_does_not_count() -> None:
    with time_machine.travel(datetime(2026, 12, 23, 9, 0, tzinfo=UTC), tick=False):
        assert dates.lateness(date(2026, 12, 28)) == "1 arbetsdag kvar"


def test_period_with_and_without_an_end() -> None:
    assert dates.period(date(2026, 12, 1), date(2027, 5, 31)) == "1 december 2026 till 31 maj 2027"
    assert dates.period(date(2026, 12, 1), None) == "Från 1 december 2026, tills vidare"
    assert dates.period(None, None) == "Tills vidare"
