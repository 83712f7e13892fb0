"""The wall clock: the only place that reads it. ``now`` is UTC, ``today`` a local date."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask import current_app

from workflows.calendar import WorkingCalendar

OPENS_AT = time(7, 0)


def now() -> datetime:
    """The present instant, in UTC. Tests move it with time-machine."""
    return datetime.now(UTC)


def zone() -> ZoneInfo:
    """The municipality's time zone."""
    return ZoneInfo(current_app.extensions["settings"].timezone)


def local(moment: datetime) -> datetime:
    """``moment`` (UTC) on the municipality's wall clock."""
    return moment.astimezone(zone())


def today() -> date:
    """The local date: what due dates are compared with."""
    return local(now()).date()


def is_sending_time(moment: datetime) -> bool:
    """True from 07:00 on a working day, local time: nobody is reminded of anything earlier (rules.md C0.4)."""
    at = local(moment)
    return calendar().is_working_day(at.date()) and at.time() >= OPENS_AT


def is_office_time(moment: datetime) -> bool:
    """True in the office hours of a working day, local time: otherwise it is the jour who answers the telephone."""
    at = local(moment)
    first, _, last = current_app.extensions["settings"].office_hours.partition("-")
    return calendar().is_working_day(at.date()) and (
        time.fromisoformat(first.strip()) <= at.time() < time.fromisoformat(last.strip())
    )


def calendar() -> WorkingCalendar:
    """The working-day calendar with the municipality's own closed days."""
    return WorkingCalendar(extra_closed=frozenset(current_app.extensions["settings"].extra_closed_days))
