"""The proof of what goes across nämnder (rules.md G12): both sides, two people, and a legal ground."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workflows.matters import written
from workflows import loader
from workflows.proof import exploring, invariants
from workflows.proof.faults import GATED, SOUND, THREE_PEOPLE, Fault

TEXT = (loader.CATALOG / "sensitive_system.yaml").read_text(encoding="utf-8")
OTHER_SIDE = "[coordinator, it_manager]\n    distinct_from: [manager_approval, owner_approval]\n"
THEIR_MOVE = "by: other_board_approval, guards: [G6, G7, "
TO_THEM = "to: other_board_requested, by: owner_approval"


def faults(*changes: tuple[str, str]) -> list[Fault]:
    """What is wrong with the orders across nämnder of the shipped process, with these changes."""
    workflow = replace(written(TEXT, *changes), profiles=frozenset({"sensitive"}), kinds=("new",))
    graphs = [exploring.explore(workflow, lane) for lane in exploring.lanes(workflow) if lane.crosses]
    return [f for g in graphs for f in (*invariants.of_acts(workflow, g), *invariants.of_graph(workflow, g))]


def test_shipped_process_is_explored_across_boards_and_grants_there() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("changes", "invariant", "problem"),
    [
        (
            ((", G15, G16, G20]}", ", G15, G16]}"),),
            THREE_PEOPLE,
            "by the other side of a nämnd that the person has left",
        ),
        (
            (
                (", G15, G16, G20]}", ", G15, G16]}"),
                (TO_THEM, TO_THEM.replace("other_board_requested", "owner_approved")),
            ),
            THREE_PEOPLE,
            "granted without the other side",
        ),
        (
            ((OTHER_SIDE, OTHER_SIDE.replace(", owner_approval]", "]")), (THEIR_MOVE, THEIR_MOVE.replace("G7, ", ""))),
            THREE_PEOPLE,
            "as other side and as owner",
        ),
        (((TO_THEM, TO_THEM.replace("by: owner_approval", "by: other_board_approval")),), SOUND, "no answer leads on"),
    ],
)
def test_broken_process_is_refused(changes: tuple[tuple[str, str], ...], invariant: int, problem: str) -> None:
    found = faults(*changes)
    assert any(f.invariant == invariant and problem in f.problem for f in found), [f.problem for f in found]


def test_ground_that_no_move_asks_for_is_seen() -> None:
    """Without G12 on any move an order comes through although nobody has stated why it may."""
    bare = [(", G12", "")]
    assert any(f.invariant == GATED and "without a legal ground" in f.problem for f in faults(*bare))
