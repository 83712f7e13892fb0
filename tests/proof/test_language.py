"""What the language adds beside the shipped processes is proved as they are."""

from __future__ import annotations

import pytest

from tests.workflows.matters import INTEGRATION, with_end, written
from workflows.proof import checking
from workflows.proof.faults import CONFINED, IMPARTIAL, SOUND, TIMELESS


def test_process_about_something_else_is_proved_safe() -> None:
    assert checking.objections(written(INTEGRATION)) == ()


def test_ending_gives_nothing_and_needs_no_grant() -> None:
    assert checking.objections(with_end()) == ()


@pytest.mark.parametrize(
    ("old", "new", "invariant", "problem"),
    [
        (
            "{trigger: retire",
            "{trigger: begin, from: proposed, to: in_production, by: orderer}\n  - {trigger: retire",
            IMPARTIAL,
            "granted although nobody but subject and orderer has decided",
        ),
        (
            "{trigger: retire",
            "{trigger: begin, from: approved, to: in_production, by: time}\n  - {trigger: retire",
            TIMELESS,
            "a timer grants",
        ),
        (
            "to: in_production, by: other_owner, guards: [G6]",
            "to: in_production, by: other_owner",
            IMPARTIAL,
            "the subject can approve",
        ),
        (
            "to: suspended, by: time",
            "to: approved, by: orderer",
            SOUND,
            "nothing leads to it",
        ),
        (
            "ask: other_system_owner\n    otherwise: [board_manager,",
            "ask: field:contact\n    otherwise: [board_manager,",
            CONFINED,
            "somebody without authority is asked",
        ),
    ],
)
def test_broken_process_about_something_else_is_refused(old: str, new: str, invariant: int, problem: str) -> None:
    faults = checking.prove(written(INTEGRATION, (old, new)))
    assert (invariant, problem) in {(f.invariant, f.problem) for f in faults}
