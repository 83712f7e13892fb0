"""The small tables of appointments: sound, with four eyes, and by the calendar."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pytest

from workflows import appointments as rules
from workflows.appointments import Row
from workflows.errors import NoSuchMove, Refused

TABLES = {"orderer": (rules.ORDERER, "nominated"), "handover": (rules.HANDOVER, "proposed")}


def reached(table: Collection[Row], start: str) -> set[str]:
    found = {start}
    while new := {row.target for row in table if row.source in found} - found:
        found |= new
    return found


@pytest.mark.parametrize("name", TABLES)
def test_every_state_is_reached_and_leads_to_an_end(name: str) -> None:
    table, start = TABLES[name]
    states = {row.source for row in table} | {row.target for row in table}
    assert reached(table, start) == states
    for state in states:
        assert reached(table, state) & rules.FINAL, state


@pytest.mark.parametrize("name", TABLES)
def test_nothing_leads_out_of_an_end_and_no_act_leads_two_ways(name: str) -> None:
    table, _ = TABLES[name]
    assert not [row for row in table if row.source in rules.FINAL]
    assert len({(row.source, row.trigger) for row in table}) == len(table)


def test_time_makes_nobody_an_orderer_and_gives_nobody_a_role_unasked() -> None:
    assert not [row for row in rules.ORDERER if row.who == "time" and row.target in ("accepted", "active")]
    assert [row.source for row in rules.HANDOVER if row.target == "completed"] == ["accepted"]


def test_an_act_that_the_state_does_not_know_is_refused() -> None:
    with pytest.raises(NoSuchMove):
        rules.next_state(rules.ORDERER, "nominated", "register")
    assert rules.next_state(rules.ORDERER, "suspended", "confirm") == "active"


@pytest.mark.parametrize(("nominator", "nominee", "registrar"), [(1, 2, 1), (1, 2, 2), (1, 1, 2)])
def test_three_people_make_an_orderer(nominator: int, nominee: int, registrar: int) -> None:
    with pytest.raises(Refused, match="four_eyes"):
        rules.check_registrar(nominator_id=nominator, nominee_id=nominee, registrar_id=registrar)
    rules.check_registrar(nominator_id=1, nominee_id=2, registrar_id=3)


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
    assert rules.must_be_confirmed(days[0], days[1], days[2]) is is_asked
