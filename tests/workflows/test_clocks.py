"""Due dates, reminders, escalation and lapse as rules.md C0.4 has them."""

from __future__ import annotations

from datetime import date

import pytest

from tests.workflows.cases import BASE, SYSTEM
from workflows import clocks
from workflows.calendar import WorkingCalendar
from workflows.case import Profile
from workflows.conditions import Traits
from workflows.definition import Clock, Workflow

CALENDAR = WorkingCalendar()
MONDAY = date(2026, 3, 2)


def plan(workflow: Workflow, state: str, profile: str, created: date) -> dict[str, tuple[str, str]]:
    """What time will do, by act: the date and whom it asks."""
    step = workflow.step_in(state, Traits(profile, "new"))
    assert step is not None
    return {f.act: (f.on.isoformat(), f.ask) for f in clocks.schedule(step.clock, created, CALENDAR)}


def due(workflow: Workflow, state: str, profile: str = "standard") -> date:
    """When a task made on Monday 2 March is due."""
    step = workflow.step_in(state, Traits(profile, "new"))
    assert step is not None
    return clocks.due_on(step.clock, MONDAY, CALENDAR)


def test_silent_manager_across_christmas() -> None:
    """Scenario 11: +2, +4, deputy +5, next level +8, lapse +20, with five closed days on the way."""
    assert plan(SYSTEM, "requested", "standard", date(2026, 12, 18)) == {
        "remind_1": ("2026-12-22", ""),
        "remind_2": ("2026-12-28", ""),
        "escalate_1": ("2026-12-29", "deputy"),
        "escalate_2": ("2027-01-05", "next_level_manager"),
        "lapse": ("2027-01-22", ""),
    }


def test_silent_owner() -> None:
    assert plan(SYSTEM, "manager_approved", "privileged", MONDAY) == {
        "remind_1": ("2026-03-05", ""),
        "remind_2": ("2026-03-09", ""),
        "escalate_1": ("2026-03-10", "deputy"),
        "escalate_2": ("2026-03-16", "board_manager"),
        "escalate_3": ("2026-03-16", "coordinator"),
        "lapse": ("2026-03-30", ""),
    }


def test_silent_system_manager_never_lapses() -> None:
    """Scenario 12: the owner is asked at due +4, and the task stays."""
    assert plan(SYSTEM, "manager_approved", "standard", MONDAY) == {
        "remind_1": ("2026-03-05", ""),
        "remind_2": ("2026-03-06", ""),
        "escalate_1": ("2026-03-09", "functional_mailbox"),
        "escalate_2": ("2026-03-11", "system_owner"),
    }


def test_silent_orderer() -> None:
    assert plan(BASE, "returned", "basic", MONDAY) == {
        "remind_1": ("2026-03-09", ""),
        "remind_2": ("2026-03-12", ""),
        "lapse": ("2026-03-23", ""),
    }


def test_due_dates() -> None:
    assert due(SYSTEM, "requested") == date(2026, 3, 5)
    assert due(SYSTEM, "manager_approved") == date(2026, 3, 5)
    assert due(SYSTEM, "manager_approved", "privileged") == date(2026, 3, 9)
    assert due(SYSTEM, "owner_approved", "privileged") == date(2026, 3, 5)
    assert due(BASE, "manager_approved") == date(2026, 3, 3)
    assert due(SYSTEM, "returned") == date(2026, 3, 16)


@pytest.mark.parametrize("workflow", [BASE, SYSTEM])
def test_waiting_order_lapses(workflow: Workflow) -> None:
    assert workflow.states["waiting_prerequisites"].lapse == (10 if workflow is BASE else 30)


@pytest.mark.parametrize(
    ("profile", "confidentiality", "days"),
    [
        (Profile.PRIVILEGED, 0, 0),
        (Profile.STANDARD, 3, 0),
        (Profile.SENSITIVE, 4, 0),
        (Profile.STANDARD, 2, 1),
        (Profile.STANDARD, 1, 3),
        (Profile.BASIC, 0, 3),
    ],
)
def test_how_soon_a_right_must_be_gone(profile: str, confidentiality: int, days: int) -> None:
    clock = clocks.revoke_clock(profile, confidentiality)
    assert (clock.due, clock.lapse) == (days, None)
    acts = {f.act: (CALENDAR.between(MONDAY, f.on) - days, f.ask) for f in clocks.schedule(clock, MONDAY, CALENDAR)}
    first, second = ("remind_noon", "remind_1") if days == 0 else ("remind_1", "remind_2")
    assert acts == {
        first: (0, ""),
        second: (1, ""),
        "escalate_1": (1, "system_owner"),
        "escalate_2": (2, "coordinator"),
        "escalate_3": (2, "it_manager"),
    }


def test_lapse_counts_from_the_day_of_asking_whatever_reminders_count_from() -> None:
    firings = clocks.schedule(Clock(5, "due", (1,), lapse=20), MONDAY, CALENDAR)
    assert [(f.act, f.on) for f in firings] == [("remind_1", date(2026, 3, 10)), ("lapse", date(2026, 3, 30))]


def test_same_day_on_a_sunday_is_the_next_working_day() -> None:
    sunday = date(2026, 3, 1)
    assert clocks.due_on(clocks.revoke_clock("privileged", 3), sunday, CALENDAR) == MONDAY


def test_schedule_is_in_the_order_of_time_and_names_each_act_once() -> None:
    for workflow in (BASE, SYSTEM):
        for step in workflow.steps:
            firings = clocks.schedule(step.clock, MONDAY, CALENDAR)
            assert [f.on for f in firings] == sorted(f.on for f in firings)
            assert len({f.act for f in firings}) == len(firings)
