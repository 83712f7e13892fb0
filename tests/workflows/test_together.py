"""Steps that are asked at the same time: when their state is left, and whom each of them asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workflows.cases import BOB, CAROL, INGA, KARIN, OLGA, order
from tests.workflows.matters import INTEGRATION, written
from workflows import machine, soundness, together
from workflows.case import Case, Decision, Party
from workflows.definition import Workflow
from workflows.errors import NoSuchMove

TWO_MOVES = (
    "  - {trigger: approve, from: proposed, to: risk_assessed, by: completeness, guards: [G6]}\n"
    "  - {trigger: approve, from: risk_assessed, to: approved, by: protection, guards: [G6]}\n"
)
AT_ONCE = written(
    INTEGRATION,
    ("    state: risk_assessed\n", "    state: proposed\n"),
    ("  risk_assessed: {kind: open}\n", ""),
    (
        TWO_MOVES,
        "  - {trigger: confirm, from: proposed, to: approved, by: steps, guards: [G6]}\n",
    ),
    ("[proposed, risk_assessed, approved]", "[proposed, approved]"),
    ("[proposed, risk_assessed, approved, suspended]", "[proposed, approved, suspended]"),
    ("[draft, proposed, risk_assessed, approved]", "[draft, proposed, approved]"),
)


def proposed(actor: Party, step: str, *decisions: Decision) -> Case:
    return order(state="proposed", actor=actor, step=step, decisions=decisions, protection_officers=(KARIN,))


def test_a_state_of_confirmations_is_left_with_the_last_of_them() -> None:
    first = proposed(CAROL, "completeness")
    made = machine.next_state(AT_ONCE, first, "confirm")
    assert made.stays
    known = machine.after(AT_ONCE, first, made)
    assert known.decisions == (Decision("completeness", CAROL.id),)
    last = replace(known, actor=KARIN, step="protection")
    made = machine.next_state(AT_ONCE, last, "confirm")
    assert made.target == "approved"
    assert machine.after(AT_ONCE, last, made).decisions == ()  # a confirmation is no decision that others know of


def test_what_was_approved_before_is_still_known_afterwards() -> None:
    earlier = Decision("other_owner", OLGA.id)
    case = proposed(KARIN, "protection", earlier, Decision("completeness", CAROL.id))
    made = machine.next_state(AT_ONCE, case, "confirm")
    assert machine.after(AT_ONCE, case, made).decisions == (earlier,)


def test_one_confirmation_alone_does_not_lead_on() -> None:
    alone = written(
        INTEGRATION, ("    state: risk_assessed\n", "    state: proposed\n"), ("trigger: approve", "trigger: confirm")
    )
    assert any("one of several steps leads alone" in problem for problem in soundness.check(alone))


@pytest.mark.parametrize("trigger", ["approve", "grant"])
def test_nothing_else_leads_on(trigger: str) -> None:
    with pytest.raises(NoSuchMove):
        machine.next_state(AT_ONCE, proposed(CAROL, "completeness"), trigger)


def asked(workflow: Workflow, case: Case) -> dict[str, list[int]]:
    """The first of whom each step of the state asks."""
    from workflows import authority

    steps = together.asked_at_once(workflow.steps_in(case.state, case.traits), case)
    return {step.name: [a.party.id for a in authority.addressees(step, seen)] for step, seen in steps}


def test_who_alone_would_be_asked_twice_is_asked_in_the_first() -> None:
    case = proposed(CAROL, "")
    case = replace(case, named_roles={"it_architect": (KARIN,)}, it_managers=(BOB,), coordinators=(INGA,))
    assert asked(AT_ONCE, case) == {"completeness": [KARIN.id], "protection": [KARIN.id]}
    text = INTEGRATION.replace("    state: risk_assessed\n", "    state: proposed\n").replace(
        "    ask: data_protection_officer\n",
        "    ask: data_protection_officer\n    distinct_from: [completeness]\n",
    )
    apart = written(text, ("version: 1", "version: 2"))
    assert asked(apart, case) == {"completeness": [KARIN.id], "protection": [INGA.id]}
