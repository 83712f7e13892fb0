"""The path that the order page shows before anything is sent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.workflows.cases import BASE, BASE_LEVEL, BOB, CAROL, OLGA, SYSTEM, approved_by, order, privileged
from workflows import simulate
from workflows.calendar import WorkingCalendar
from workflows.case import Case, OrdererAuthority
from workflows.definition import Workflow

CALENDAR = WorkingCalendar()


def path(case: Case, workflow: Workflow = SYSTEM) -> list[tuple[str, list[str], str, str]]:
    """Step, who is asked, from when and by when."""
    return [
        (p.step, [a.party.name for a in p.asked], p.asked_on.isoformat(), p.due_on.isoformat())
        for p in simulate.path(workflow, case, CALENDAR)
    ]


def test_standard_order() -> None:
    assert path(order()) == [
        ("manager_approval", ["Bob"], "2026-03-02", "2026-03-05"),
        ("grant", ["Carol", "Sam"], "2026-03-05", "2026-03-10"),
    ]


def test_privileged_order_asks_three_different_people() -> None:
    assert path(privileged(system_owners=(BOB, OLGA), system_managers=(OLGA, CAROL))) == [
        ("manager_approval", ["Bob"], "2026-03-02", "2026-03-05"),
        ("owner_approval", ["Olga"], "2026-03-05", "2026-03-12"),
        ("grant", ["Carol"], "2026-03-12", "2026-03-17"),
    ]


def test_managers_own_order_for_an_employee_is_approved_at_once() -> None:
    case = order(orderer=BOB, level=BASE_LEVEL, orderer_authority=OrdererAuthority.LINE_MANAGER)
    steps = simulate.path(BASE, case, CALENDAR)
    assert [(p.step, p.implicit, p.due_on) for p in steps] == [
        ("manager_approval", True, date(2026, 3, 2)),
        ("grant", False, date(2026, 3, 3)),
    ]


def test_dates_pass_over_christmas() -> None:
    assert path(order(today=date(2026, 12, 22)))[0][3] == "2026-12-29"


def test_only_what_lapses_says_when() -> None:
    manager, grant = simulate.path(SYSTEM, order(), CALENDAR)
    assert (manager.lapses_on, grant.lapses_on) == (date(2026, 3, 30), None)


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        ({"state": "requested"}, ["manager_approval", "owner_approval", "grant"]),
        ({"state": "manager_approved"}, ["owner_approval", "grant"]),
        ({"state": "owner_approved"}, ["grant"]),
        ({"state": "waiting_prerequisites"}, ["manager_approval", "owner_approval", "grant"]),
        ({"state": "waiting_prerequisites", "resume_state": "owner_approved"}, ["grant"]),
        ({"state": "returned"}, ["manager_approval", "owner_approval", "grant"]),
        ({"state": "granted"}, []),
        ({"state": "rejected"}, []),
    ],
)
def test_order_under_way_shows_what_is_left(changes: dict[str, Any], steps: list[str]) -> None:
    assert [step for step, *_ in path(privileged(**changes))] == steps


def test_new_round_voids_earlier_approvals() -> None:
    case = privileged(state="returned", system_owners=(OLGA,), decisions=approved_by(("manager_approval", OLGA)))
    assert path(case)[1][1] == ["Olga"]


def test_nobody_to_ask_is_shown_and_not_hidden() -> None:
    assert path(order(system_managers=(), system_owners=(), coordinators=()))[1][1] == []
