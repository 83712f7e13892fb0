"""The unchanged definition makes no difference; a changed one tells whom it would have asked and whom it would stop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workflows.cases import CAROL, INGA, OLGA, SAM, SYSTEM, TODAY, order, privileged
from workflows import backtest
from workflows.backtest import Comparison
from workflows.calendar import WorkingCalendar
from workflows.case import Case
from workflows.conditions import Traits
from workflows.definition import Workflow

CALENDAR = WorkingCalendar()


def compared(new: Workflow, case: Case, old: Workflow = SYSTEM) -> Comparison:
    """The case by both."""
    return backtest.compare(backtest.replay(old, case, CALENDAR), backtest.replay(new, case, CALENDAR))


def with_step(name: str, state: str, **changes: object) -> Workflow:
    """The process with one step changed."""
    steps = tuple(
        replace(s, **changes) if (s.name, s.state) == (name, state) else s  # type: ignore[arg-type]
        for s in SYSTEM.steps
    )
    return replace(SYSTEM, steps=steps)


def test_tells_who_would_have_been_asked_instead() -> None:
    found = compared(with_step("grant", "manager_approved", ask="system_owner"), order())
    (change,) = found.changes
    assert change.before is not None and change.after is not None
    assert [a.party for a in change.before.asked] == [CAROL, SAM]
    assert [a.party for a in change.after.asked] == [OLGA]
    assert (found.more, found.stops) == (0, False)


def test_tells_of_a_step_more_and_of_a_step_fewer() -> None:
    """The owner is asked about every level, as about the privileged ones."""
    skipped = {"grant", "manager_approved"}
    stricter = replace(
        SYSTEM,
        steps=tuple(replace(s, only_profiles=frozenset()) for s in SYSTEM.steps if {s.name, s.state} != skipped),
        transitions=tuple(
            replace(t, only_profiles=frozenset()) for t in SYSTEM.transitions if {t.by, t.source} != skipped
        ),
    )
    found = compared(stricter, order())
    assert found.more == 1
    back = backtest.compare(found.after, found.before)
    assert back.more == -1
    assert [c.after for c in back.changes if c.before and c.before.step == "owner_approval"] == [None]


def test_other_deadline_is_a_difference() -> None:
    step = SYSTEM.step_in("requested", Traits("standard", "new"))
    assert step is not None
    found = compared(with_step("manager_approval", "requested", clock=replace(step.clock, due=9)), order())
    assert found.differs
    assert found.more == 0


@pytest.mark.parametrize(
    ("case", "outcome", "stops"),
    [(order(has_base_grant=False), "waits", True), (order(justification=""), "refused", True)],
)
def test_tells_what_would_have_stopped(case: Case, outcome: str, stops: bool) -> None:
    lax = replace(
        SYSTEM, transitions=tuple(replace(t, guards=()) if t.trigger == "submit" else t for t in SYSTEM.transitions)
    )
    found = compared(SYSTEM, case, lax)
    assert (found.before.outcome, found.after.outcome, found.stops) == ("asked", outcome, stops)
    assert found.after.reasons


def test_level_that_the_process_does_not_handle_is_refused() -> None:
    narrow = replace(SYSTEM, profiles=frozenset({"basic"}))
    found = compared(narrow, order())
    assert (found.refuses, found.after.reasons, found.more) == (True, ("process_missing",), 0)


def test_order_under_way_without_a_place_says_why() -> None:
    narrow = replace(SYSTEM, profiles=frozenset({"basic"}))
    assert backtest.ahead(narrow, order(state="requested"), CALENDAR).reasons == ("version_lacks_level",)
    assert [s.step for s in backtest.ahead(SYSTEM, order(state="requested"), CALENDAR).steps] == [
        "manager_approval",
        "grant",
    ]


def test_same_people_in_another_order_are_no_difference() -> None:
    turned = compared(SYSTEM, order(system_managers=(SAM, CAROL))).after
    assert not backtest.compare(backtest.replay(SYSTEM, order(), CALENDAR), turned).differs


def test_replay_is_of_the_day_of_the_order() -> None:
    found = backtest.replay(SYSTEM, privileged(coordinators=(INGA,)), CALENDAR)
    assert [s.step for s in found.steps] == ["manager_approval", "owner_approval", "grant"]
    assert found.steps[0].asked_on == TODAY
