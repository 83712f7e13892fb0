"""The base order of somebody without employment is proved too: no way to it but by a regular assignment (G17)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.proof.broken import text_of
from workflows import guards, loader, machine
from workflows.assignment_guard import assigned
from workflows.case import GuardResult
from workflows.definition import Workflow
from workflows.proof import asking, checking, exploring
from workflows.proof.courses import ASSIGNMENTS, REGULAR, TURNED_OFF
from workflows.proof.faults import CONFINED, GATED, IMPARTIAL, Fault
from workflows.proof.seating import SUBJECT, TODAY

BASE = loader.load_catalog()["base_order"]
GRANT = "{trigger: grant, from: manager_approved, to: granted, by: grant, guards: [G6, G7, G3, G1, G17]}"
MISSING = "missing"
APPROVE = "by: sponsor_approval, guards: [G6, G3, G1, G17]"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No step is remembered from another engine."""
    yield
    for remembered in (asking.study, asking.studied):
        remembered.cache_clear()


def broken(*changes: tuple[str, str]) -> Workflow:
    """The shipped base order with something changed."""
    text = text_of("base_order")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return loader.loads(text, "broken.yaml")


def faults(workflow: Workflow) -> list[Fault]:
    return list(checking.prove(workflow))


@pytest.mark.parametrize("how", ASSIGNMENTS)
def test_only_the_regular_one_of_the_assignments_that_are_tried_is_one(how: str) -> None:
    found = assigned(ASSIGNMENTS[how], opted_in=how != TURNED_OFF, subject_id=SUBJECT.id, today=TODAY)
    assert found.passed == (how == REGULAR)


def test_only_a_regular_one_leads_to_a_grant() -> None:
    lanes = [lane for lane in exploring.lanes(BASE) if lane.is_assigned]
    acts = [act for lane in lanes for act in exploring.explore(BASE, lane).acts]
    assert {act.circumstances.assignment for act in acts if act.target.state == "granted"} == {REGULAR}


def test_the_employed_have_no_more_courses_than_before() -> None:
    """Whether there are assignments makes no difference for who has an employment."""
    lanes = [lane for lane in exploring.lanes(BASE) if not lane.is_assigned]
    acts = [a for lane in lanes for a in exploring.explore(BASE, lane).acts]
    assert {a.circumstances.assignment for a in acts} == {REGULAR}


def test_a_grant_without_the_guard_is_found() -> None:
    found = faults(broken((GRANT, GRANT.replace(", G17", ""))))
    assert {f.invariant for f in found} == {GATED}
    assert {f.problem for f in found} == {f"granted although the assignment is {MISSING}"}  # the mildest of its kind
    assert any(f"the assignment of Alice is {MISSING}" in line for f in found for line in f.story)


def test_a_guard_that_lets_everything_through_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "GUARDS", {**guards.GUARDS, "G17": lambda case: GuardResult("G17", True)})
    assert {f.invariant for f in faults(BASE)} == {GATED}


@pytest.mark.parametrize(
    ("change", "invariant", "problem"),
    [
        (("    ask: sponsor\n", "    ask: system_managers\n"), CONFINED, "somebody without authority is asked"),
        (("    ask: sponsor\n", "    ask: subject\n"), IMPARTIAL, ""),
        ((APPROVE, APPROVE.replace("G1, G17", "G17").replace("G6, ", "")), IMPARTIAL, ""),
    ],
)
def test_a_step_that_asks_somebody_else_is_found(change: tuple[str, str], invariant: int, problem: str) -> None:
    found = faults(broken(change))
    assert [f for f in found if f.invariant == invariant and f.problem.startswith(problem)], found


def test_no_order_of_who_has_an_assignment_is_forgotten() -> None:
    """Without the sponsor's step nobody is asked about them: the proof sees the form by itself."""
    found = checking.objections(
        broken(("[permanent, fixed_term, hourly, substitute]\n    skip", "[permanent, hourly]\n    skip"))
    )
    assert found
