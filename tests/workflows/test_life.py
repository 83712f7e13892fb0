"""The lives of roles: where an act leads, when silence counts, who must be different people, and once a year."""

from __future__ import annotations

from datetime import date

import pytest

from tests.workflows.cases import CATALOG
from workflows import life
from workflows.calendar import WorkingCalendar
from workflows.errors import NoSuchMove, Refused

ORDERER, HANDOVER = (CATALOG[name] for name in ("authorised_orderer", "role_handover"))
CALENDAR = WorkingCalendar()


def test_an_act_that_the_state_does_not_know_is_refused() -> None:
    with pytest.raises(NoSuchMove):
        life.next_state(ORDERER, "nominated", "register")
    assert life.next_state(ORDERER, "suspended", "confirm") == "active"


@pytest.mark.parametrize(
    ("state", "question"),
    [("nominated", "accept"), ("accepted", "register"), ("active", "confirm"), ("suspended", "confirm"), ("ended", "")],
)
def test_each_state_awaits_what_its_step_asks_or_what_wakes_it(state: str, question: str) -> None:
    assert life.question(ORDERER, state) == question


@pytest.mark.parametrize(
    ("state", "act"), [("nominated", "lapse"), ("accepted", ""), ("active", "suspend"), ("suspended", "")]
)
def test_silence_does_what_the_definition_says(state: str, act: str) -> None:
    assert life.by_time(ORDERER, state) == act


def test_silence_counts_from_a_morning_and_a_working_day() -> None:
    step = life.asked_in(HANDOVER, "proposed")
    assert step is not None
    assert life.lapses_on(step.clock, date(2026, 12, 22), CALENDAR) == date(2027, 1, 5)
    register = life.asked_in(ORDERER, "accepted")
    assert register is not None and life.lapses_on(register.clock, date(2026, 12, 22), CALENDAR) is None


@pytest.mark.parametrize(("nominator", "nominee", "registrar"), [(1, 2, 1), (1, 2, 2), (1, 1, 2), (1, 2, None)])
def test_three_people_make_an_orderer(nominator: int, nominee: int, registrar: int | None) -> None:
    people = {"nominator": nominator, "nominee": nominee, "registrar": registrar}
    with pytest.raises(Refused, match="four_eyes"):
        life.check_apart(ORDERER, people)
    life.check_apart(ORDERER, {"nominator": 1, "nominee": 2, "registrar": 3})


@pytest.mark.parametrize(
    ("active_since", "asked_on", "today", "is_asked"),
    [
        ("2026-03-02", None, "2026-08-31", False),
        ("2026-03-02", None, "2026-09-01", True),
        ("2026-03-02", "2026-09-01", "2026-09-02", False),
        ("2026-03-02", "2025-09-01", "2026-09-02", True),
        ("2026-09-02", None, "2026-09-03", False),
        ("2026-03-02", None, "2027-02-01", True),  # the job stood still all autumn
    ],
)
def test_september_asks_once_a_year(active_since: str, asked_on: str | None, today: str, is_asked: bool) -> None:
    days = [date.fromisoformat(day) if day else None for day in (active_since, asked_on, today)]
    assert days[0] and days[2]
    assert life.must_be_asked(9, days[0], days[1], days[2]) is is_asked
