"""What time does to the yearly reports. The job may run twice or late: nothing happens twice, and no day is skipped."""

from __future__ import annotations

from functools import partial

from app import clock
from app.control import rounds
from app.db import transaction
from app.requests.tasks import alone

YEARS_BACK = 2


def follow() -> int:
    """Open the round on 1 December, freeze it after the year's end, draft it, remind; returns how much was done."""
    now, today = clock.now(), clock.today()
    year = today.year if today >= rounds.days_of(today.year).opens_on else today.year - 1
    done = 0
    if year == today.year:
        done += alone(partial(rounds.open_round, year, now), year=year)
    for earlier in range(today.year - YEARS_BACK, today.year):
        done += _follow(earlier)
    return done


def _follow(year: int) -> int:
    now, today, done = clock.now(), clock.today(), 0
    with transaction():
        is_open = rounds.is_open(year)
    if not is_open:
        return 0
    done += alone(partial(rounds.freeze, year, now), year=year)
    if today >= rounds.days_of(year).drafts_on and clock.is_sending_time(now):
        done += alone(partial(rounds.draft, year, now), year=year)
        done += alone(partial(rounds.remind, year, now), year=year)
    return done
