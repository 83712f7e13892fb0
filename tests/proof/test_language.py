"""What the language adds beside the shipped processes is proved as they are."""

from __future__ import annotations

import pytest

from tests.proof.broken import narrowed, text_of
from tests.workflows.matters import INTEGRATION, with_end, written
from workflows import loader
from workflows.proof import checking
from workflows.proof.faults import CONFINED, IMPARTIAL, SOUND, THREE_PEOPLE, TIMELESS

CONTACT = """
form:
  - {name: contact, type: person, label: {sv: Kontakt, en: Contact}}
"""


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
    faults = checking.prove(written(INTEGRATION, (old, new), ("\nstates:\n", f"{CONTACT}\nstates:\n")))
    assert (invariant, problem) in {(f.invariant, f.problem) for f in faults}


GUIDE = """
form:
  - {name: guide, type: person, label: {sv: Vem lär upp?, en: Who teaches?}}

steps:
  - name: guidance
    state: guided
    task: opinion
    ask: "field:guide"
    otherwise: [coordinator, it_manager]
    clock: {due: 3, lapse: 20}
"""
MOVES = """
transitions:
  - {trigger: approve, from: guided, to: manager_approved, by: guidance, guards: [G6, G3, G1, G2, G8, G9]}
  - {trigger: reject, from: guided, to: rejected, by: step, guards: [G6]}
  - {trigger: return, from: guided, to: returned, by: step, guards: [G6]}
  - {trigger: withdraw, from: guided, to: withdrawn, by: parties}
  - {trigger: lapse, from: guided, to: lapsed, by: time}
  - {trigger: cancel, from: guided, to: cancelled, by: system}
"""


def edited_order(*edits: tuple[str, str]) -> str:
    """The shipped business system with one more state, and these edits."""
    text = text_of("business_system").partition("\nform:")[0]
    text = text.replace("\nstates:\n", "\nstates:\n  guided: {kind: open}\n", 1)
    for before, after in edits:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def test_whom_a_field_names_may_not_come_to_decide_twice() -> None:
    """The orderer chooses who is named: of a privileged level that could be whoever decides another step of it too."""
    text = edited_order(
        ("\nsteps:\n", GUIDE),
        ("approve, from: requested, to: manager_approved, by:", "approve, from: requested, to: guided, by:"),
        ("\ntransitions:\n", MOVES),
    )
    faults = checking.prove(narrowed(loader.loads(text, "mine.yaml"), ["privileged"]))
    told = [fault for fault in faults if fault.invariant == THREE_PEOPLE]
    assert any("as field guide" in line for fault in told for line in fault.story)
    alone = checking.prove(narrowed(loader.loads(text, "mine.yaml"), ["standard"]))
    assert alone == ()
