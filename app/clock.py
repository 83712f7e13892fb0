"""The wall clock: the only place that reads it. ``now`` is UTC, ``today`` a local date."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app

from workflows.calendar import WorkingCalendar


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


def calendar() -> WorkingCalendar:
    """The working-day calendar with the municipality's own closed days."""
    return WorkingCalendar(extra_closed=frozenset(current_app.extensions["settings"].extra_closed_days))
