"""What the proof leaves out because it would be the same again (decision 34), is the same again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.proof.broken import narrowed
from workflows import loader
from workflows.case import Decision
from workflows.definition import Step
from workflows.proof import asking, exploring
from workflows.proof.courses import Graph
from workflows.proof.seating import Seating

CATALOG = loader.load_catalog()
STEPS = [
    next(s for s in CATALOG[process].steps if s.name == name)
    for process, name in (
        ("business_system", "owner_approval"),  # distinct from two others
        ("sensitive_system", "manager_approval"),
        ("integration", "completeness"),
        ("business_system", "complete_request"),
    )
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_step_has_those_who_can_answer_whatever_it_is_called(step: Step) -> None:
    """Looked at by itself it gives what it is given by a step without a name, that is shared with others."""
    shared, alone = asking.study(step), asking.studied.__wrapped__(step)
    assert shared == alone
    assert shared.answerers


def test_fault_of_a_shared_step_is_told_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who decided before are called as this definition calls them."""
    monkeypatch.setattr(asking, "_fit", lambda world, party: False)
    monkeypatch.setattr(asking, "studied", asking.studied.__wrapped__)
    (fault,) = asking.study.__wrapped__(STEPS[0]).faults
    assert (fault.key, fault.line) == ("the step owner_approval in manager_approved", STEPS[0].line)
    assert "The step owner_approval in manager_approved begins." in fault.story
    assert not any("(step" in line for line in fault.story)


def courses(graph: Graph) -> set[Any]:
    """All that can happen."""
    return {(a.source, a.rule, a.actor, a.target, a.new_round) for a in graph.acts}


def test_round_of_any_number_has_the_same_courses(monkeypatch: pytest.MonkeyPatch) -> None:
    workflow = narrowed(CATALOG["business_system"], ["privileged"])
    lane = next(iter(exploring.lanes(workflow)))
    first, facts = courses(exploring.explore(workflow, lane)), Seating.facts

    def in_the_seventh(seating: Seating, decisions: Iterable[Decision] = ()) -> dict[str, Any]:
        return facts(seating, decisions) | {"round": 7}

    monkeypatch.setattr(Seating, "facts", in_the_seventh)
    assert courses(exploring.explore(workflow, lane)) == first
    assert any(new_round for *_, new_round in first)
