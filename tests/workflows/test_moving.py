"""Whether an order under way has a place in another definition of its process."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workflows.cases import ADMIN, BASE, BOB, OLGA, SYSTEM, approved_by, order, privileged
from workflows import moving
from workflows.case import Case
from workflows.definition import Workflow

BY_BOB = approved_by(("manager_approval", BOB))
BY_BOTH = approved_by(("manager_approval", BOB), ("owner_approval", OLGA))


def without_step(name: str) -> Workflow:
    """The process with a step taken out, and what leads past it."""
    return replace(SYSTEM, steps=tuple(s for s in SYSTEM.steps if s.name != name))


@pytest.mark.parametrize(
    "case",
    [
        order(state="requested"),
        order(state="manager_approved", decisions=BY_BOB),
        order(state="waiting_prerequisites", resume_state="requested"),
        order(state="waiting_prerequisites", resume_state="manager_approved", decisions=BY_BOB),
        order(state="returned", decisions=BY_BOB),
        privileged(state="owner_approved", decisions=BY_BOTH),
    ],
)
def test_nothing_hinders_going_over_to_the_same_process(case: Case) -> None:
    assert moving.hindrance(SYSTEM, case) == ""


def test_state_that_is_gone_hinders() -> None:
    assert moving.hindrance(BASE, privileged(state="owner_approved", decisions=BY_BOTH)) == "version_lacks_state"


def test_state_to_go_on_to_that_is_gone_hinders() -> None:
    waiting = privileged(state="waiting_prerequisites", resume_state="owner_approved", decisions=BY_BOTH)
    assert moving.hindrance(BASE, waiting) == "version_lacks_state"


def test_process_for_other_levels_hinders() -> None:
    narrow = replace(SYSTEM, profiles=SYSTEM.profiles - {ADMIN.profile})
    assert moving.hindrance(narrow, privileged(state="requested")) == "version_lacks_level"


def test_process_for_other_kinds_hinders() -> None:
    assert moving.hindrance(replace(SYSTEM, kinds=("change",)), order(state="requested")) == "version_lacks_level"


def test_approval_in_a_step_that_is_gone_hinders() -> None:
    case = privileged(state="owner_approved", decisions=BY_BOTH)
    assert moving.hindrance(without_step("owner_approval"), case) == "version_lacks_step"


def test_decision_that_the_order_has_passed_by_hinders() -> None:
    """A standard level goes straight to granting; where the owner must be asked first, it may not be passed by."""
    stricter = replace(
        SYSTEM,
        steps=tuple(replace(s, only_profiles=frozenset()) for s in SYSTEM.steps if s.state != "manager_approved")
        + tuple(
            replace(s, only_profiles=frozenset())
            for s in SYSTEM.steps
            if s.state == "manager_approved" and s.name == "owner_approval"
        ),
        transitions=tuple(
            replace(t, only_profiles=frozenset(), only_kinds=frozenset())
            for t in SYSTEM.transitions
            if not (t.trigger == "grant" and t.source == "manager_approved")
        ),
    )
    by_hand = order(state="owner_approved", decisions=BY_BOB)
    assert moving.hindrance(stricter, by_hand) == "version_wants_approval"
    assert moving.hindrance(stricter, order(state="manager_approved", decisions=BY_BOB)) == ""
