"""Invariant 7 for steps that need several answers: a count that lets somebody through is found, with its story."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tests.workflows.matters import BOTH_OWNERS, written
from workflows import authority, quorum
from workflows.case import Case, Decision
from workflows.proof import exploring, invariants
from workflows.proof.faults import CONFINED, Fault
from workflows.quorum import Needs

PROTECTION = BOTH_OWNERS[BOTH_OWNERS.index("  - name: protection") : BOTH_OWNERS.index("  - name: grant")]
OWNERS = written(
    BOTH_OWNERS[: BOTH_OWNERS.index("examples:")], (PROTECTION, ""), ("by: steps, guards", "by: owners, guards")
)


def faults(workflow: Any = OWNERS) -> list[Fault]:
    """What is wrong with single acts, for an order that somebody places for somebody else."""
    lane = list(exploring.lanes(workflow))[1]
    return [f for f in invariants.of_acts(workflow, exploring.explore(workflow, lane)) if f.invariant == CONFINED]


def by_number(needs: Needs, answers: Iterable[Decision]) -> bool:
    """Counts answers, whoever gave them."""
    return len(tuple(answers)) >= needs.total


def without_chairs(needs: Needs, answers: Iterable[Decision]) -> bool:
    """Counts people, and lets one chair stand for another."""
    kept = quorum.distinct(answers)
    return len(kept) >= needs.total and any(one.chairs for one in kept)


def with_anybody(needs: Needs, answers: Iterable[Decision]) -> bool:
    """Counts people, and is content with those alone who are asked instead."""
    kept = quorum.distinct(answers)
    return len(kept) >= needs.total and (not any(d.chairs for d in kept) or sound_met(needs, kept))


def of_nobody(step: Any, case: Case) -> frozenset[int]:
    """Forgets who has answered."""
    return frozenset()


def in_person(step: Any, case: Case) -> frozenset[int]:
    """Remembers who has answered, and not for whom."""
    return frozenset(d.person_id for d in case.decisions if d.step == step.name)


def any_chair(step: Any, case: Case, person_id: int) -> tuple[str, ...]:
    """Lets whoever a task was passed on to count for every chair."""
    return tuple(step.asks)


sound_met = quorum.met


def test_sound_count_has_no_fault() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("broken", "problem", "last"),
    [
        (
            [(quorum, "met", by_number), (authority, "answered", of_nobody)],
            "owners is met by fewer people than it needs",
            "Bob, ",
        ),
        (
            [(quorum, "met", by_number), (authority, "answered", in_person)],
            "owners is met by fewer people than it needs",
            "as deputy for ",
        ),
        (
            [(quorum, "met", without_chairs)],
            "owners is met although a chair is missing",
            "approves: requested -> approved",
        ),
        (
            [(quorum, "met", with_anybody)],
            "owners is met by those alone who are asked instead",
            "approves: requested -> approved",
        ),
        (
            [(authority, "sits_on", any_chair)],
            "owners is met although a chair is missing",
            "approves: requested -> approved",
        ),
    ],
    ids=["one person twice", "person and deputy", "one chair for another", "fallback alone", "passed on more widely"],
)
def test_broken_count_is_found(
    monkeypatch: pytest.MonkeyPatch, broken: list[tuple[Any, str, Callable[..., Any]]], problem: str, last: str
) -> None:
    for room, name, instead in broken:
        monkeypatch.setattr(room, name, instead)
    meant = [f for f in faults() if f.problem == problem]
    assert meant, [(f.problem, f.story) for f in faults()]
    assert any(last in f.story[-1] for f in meant), [f.story for f in meant][:3]
