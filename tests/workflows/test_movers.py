"""Whether somebody has moved, and when silence removes what (rules.md C5)."""

from __future__ import annotations

from datetime import date

import pytest

from workflows import loader, movers
from workflows.calendar import WorkingCalendar
from workflows.movers import Placement

MOVER = loader.load_catalog()["mover"]
assert MOVER.life is not None
TIMES = movers.times(MOVER, MOVER.life.days)
CALENDAR = WorkingCalendar()
LIBRARIAN = Placement(1, "Bibliotekarie", 10)


@pytest.mark.parametrize(
    ("after", "what"),
    [
        (Placement(2, "Bibliotekarie", 10), ("unit",)),
        (Placement(1, "Lärare", 11), ("title", "manager")),
        (Placement(1, "BIBLIOTEKARIE", 10), ()),
        (Placement(None, "", None), ()),
        (Placement(None, "Bibliotekarie", 11), ("manager",)),
    ],
)
def test_what_is_another_and_what_is_not_said_is_no_change(after: Placement, what: tuple[str, ...]) -> None:
    assert movers.changed(LIBRARIAN, after) == what


def test_what_is_said_for_the_first_time_is_no_change() -> None:
    assert movers.changed(Placement(1), LIBRARIAN) == ()
    assert movers.filled(LIBRARIAN, Placement(2)) == Placement(2, "Bibliotekarie", 10)


@pytest.mark.parametrize(
    ("what", "secret", "removed"),
    [
        (("unit",), True, date(2026, 12, 21)),  # on the day of the change
        (("employment",), True, date(2026, 12, 21)),
        (("title",), True, date(2026, 12, 30)),  # five working days to confirm, across Christmas
        (("manager",), True, date(2026, 12, 30)),
        (("unit", "manager"), False, date(2027, 1, 11)),  # ten
    ],
)
def test_when_silence_removes_it(what: tuple[str, ...], secret: bool, removed: date) -> None:
    found = movers.removed_on(
        what, secret=secret, changes_on=date(2026, 12, 21), asked_on=date(2026, 12, 21), calendar=CALENDAR, times=TIMES
    )
    assert found == removed


def test_overlap_is_twenty_working_days_and_five_of_what_is_secret() -> None:
    day = date(2026, 3, 2)
    assert movers.last_overlap(day, secret=False, calendar=CALENDAR, times=TIMES) == date(2026, 3, 30)
    assert movers.last_overlap(day, secret=True, calendar=CALENDAR, times=TIMES) == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("verdict", "what", "secret", "state"),
    [
        ("keep", ("unit",), False, "kept"),
        ("keep", ("unit",), True, "anew"),
        ("keep", ("manager",), True, "kept"),
        ("change", ("unit",), False, "changing"),
        ("remove", ("title",), True, "ending"),
    ],
)
def test_what_becomes_of_a_row(verdict: str, what: tuple[str, ...], secret: bool, state: str) -> None:
    assert movers.becomes(verdict, what, secret=secret) == state


def test_another_manager_alone_asks_only_about_what_is_secret() -> None:
    assert not movers.asks_about(("manager",), secret=False)
    assert movers.asks_about(("manager",), secret=True)
    assert movers.asks_about(("manager", "title"), secret=False)
