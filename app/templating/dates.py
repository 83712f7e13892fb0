"""Dates as people say them where they decide, and as ISO where they compare."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date
from flask_babel import get_locale, gettext, ngettext

from app import clock

SOON = 5


def _format(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=get_locale() or "sv")


def day_in_words(day: date | None) -> str:
    """``fredag 27 november``; with the year when it is not this year's. Empty for None."""
    if day is None:
        return ""
    return _format(day, "EEEE d MMMM" if day.year == clock.today().year else "EEEE d MMMM y")


def date_in_words(day: date | None) -> str:
    """``27 november 2026``: where the weekday does not matter and the year does. Empty for None."""
    return "" if day is None else _format(day, "d MMMM y")


def month_text(day: date | None) -> str:
    """``oktober 2026``, for any day of the month. Empty for None."""
    return "" if day is None else _format(day, "LLLL y")


def moment_in_words(moment: datetime | None) -> str:
    """``fredag 27 november kl. 14.02`` on the municipality's wall clock. Empty for None."""
    if moment is None:
        return ""
    local = clock.local(moment)
    return gettext("%(day)s kl. %(hour)s.%(minute)s", day=day_in_words(local.date()), **_hands(local))


def _hands(local: datetime) -> dict[str, str]:
    return {"hour": f"{local.hour:02}", "minute": f"{local.minute:02}"}


def iso_day(day: date | None) -> str:
    """``2026-11-27``, for tables. Empty for None."""
    return "" if day is None else day.isoformat()


def iso_moment(moment: datetime | None) -> str:
    """``2026-11-27 14:02`` on the municipality's wall clock, for tables. Empty for None."""
    return "" if moment is None else clock.local(moment).strftime("%Y-%m-%d %H:%M")


def lateness(due: date) -> str:
    """How a due date stands to today, in working days: ``2 arbetsdagar sen``, ``i dag``, ``3 arbetsdagar kvar``."""
    days = clock.calendar().between(clock.today(), due)
    if urgency(due) == "late":
        late = max(1, -days)
        return ngettext("%(num)d arbetsdag sen", "%(num)d arbetsdagar sen", late)
    if due == clock.today():
        return gettext("Senast i dag")
    if days > SOON:
        return gettext("Senast %(day)s", day=_format(due, "d MMMM"))
    return ngettext("%(num)d arbetsdag kvar", "%(num)d arbetsdagar kvar", max(1, days))


def urgency(due: date) -> str:
    """``late``, ``today``, ``soon`` (tomorrow's working day) or ``later``: which colour and icon the words get."""
    today = clock.today()
    if due < today:
        return "late"
    if due == today:
        return "today"
    return "soon" if clock.calendar().between(today, due) <= 1 else "later"


def period(valid_from: date | None, valid_to: date | None) -> str:
    """``1 december 2026 till 30 november 2027``, or without an end, or without a start."""
    if valid_from and valid_to:
        return gettext("%(start)s till %(end)s", start=date_in_words(valid_from), end=date_in_words(valid_to))
    if valid_from:
        return gettext("Från %(start)s, tills vidare", start=date_in_words(valid_from))
    return gettext("Till %(end)s", end=date_in_words(valid_to)) if valid_to else gettext("Tills vidare")


FILTERS = {
    "day": day_in_words,
    "date": date_in_words,
    "month": month_text,
    "moment": moment_in_words,
    "iso_day": iso_day,
    "iso_moment": iso_moment,
    "lateness": lateness,
    "urgency": urgency,
}
