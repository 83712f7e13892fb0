"""What is a lower level, and that nothing else than a lower one can be slipped in."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from tests.workflows.cases import ADMIN, ALICE, BOB, CAROL, MICROMARC, SYSTEM, approved_by, order
from workflows import loader, lowering, machine, moving, soundness
from workflows.case import Case, Level, Offer, Profile
from workflows.definition import Workflow
from workflows.errors import NotYours, Refused

READ = replace(MICROMARC, code="LAS", access="read")
BY_BOB = approved_by(("manager_approval", BOB))
TEXT = (loader.CATALOG / "business_system.yaml").read_text(encoding="utf-8")


def asked(**changes: Any) -> Case:
    """Alice is asked about the reading level."""
    case = lowering.accepted(order(decisions=BY_BOB), READ)
    return replace(case, **{"state": "lower_proposed", "actor": ALICE, **changes})


def proposing(offered: Level = READ, **changes: Any) -> Case:
    """Carol proposes a level."""
    case = order(state="manager_approved", actor=CAROL, decisions=BY_BOB)
    return replace(case, offer=Offer(case.level, offered), **changes)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"access": "write"}, "level_not_lower"),
        ({"access": "admin"}, "level_not_lower"),
        ({"access": "write", "gives_less_than": ("DISK",)}, None),
        ({"system": "PRO-SOC"}, "other_system"),
        ({"code": "DISK"}, "same_level"),
        ({"profile": Profile.BASIC}, None),
        ({"profile": Profile.SENSITIVE}, "level_not_lower"),
        ({"profile": Profile.PRIVILEGED}, "level_not_lower"),
        ({"profile": Profile.PHYSICAL}, "level_not_lower"),
        ({"confidentiality": 2}, "level_not_lower"),
        ({"confidentiality": 0}, None),
        ({"scope_kind": "unit"}, "level_not_lower"),
        ({"is_base": True}, "level_not_lower"),
    ],
)
def test_lower_is_what_gives_less_in_the_same_system(changes: dict[str, Any], why: str | None) -> None:
    assert lowering.why_not_lower(MICROMARC, replace(READ, **changes)) == why


def test_what_the_catalogue_says_goes_before_what_access_says() -> None:
    above = replace(MICROMARC, gives_less_than=("LAS",))
    assert lowering.why_not_lower(above, READ) == "level_not_lower"


def test_no_two_levels_are_lower_than_each_other() -> None:
    said = product(("read", "write", "admin"), Profile, (1, 2), ((), ("A",), ("B",)))
    levels = [Level("MIC", "A", p, access=a, confidentiality=k, gives_less_than=less) for a, p, k, less in said]
    for one, other in product(levels, levels):
        there, back = replace(other, code="B"), one
        if "B" in back.gives_less_than and "A" in there.gives_less_than:
            continue  # the catalogue's loader refuses it
        both = lowering.why_not_lower(back, there), lowering.why_not_lower(there, back)
        assert None not in both or both != (None, None), (back, there)


def test_yes_goes_on_to_the_grant_of_the_lower_level_by_the_approvals_that_there_are() -> None:
    move = machine.next_state(SYSTEM, asked(), "accept_lower")
    after = machine.after(SYSTEM, asked(), move)
    assert (move.target, after.level.code, after.decisions) == ("manager_approved", "LAS", BY_BOB)
    assert move.step is not None and move.step.name == "grant"
    assert {g.guard for g in move.guards} >= {"G1", "G2", "G3", "G4", "G8", "G9", "G10", "G13", "G19"}


def test_no_goes_back_to_whoever_grants() -> None:
    case = order(state="lower_proposed", decisions=BY_BOB)
    move = machine.next_state(SYSTEM, case, "decline_lower")
    assert (move.target, machine.after(SYSTEM, case, move).level.code) == ("manager_approved", "DISK")


@pytest.mark.parametrize(
    ("offered", "reason"),
    [
        (replace(READ, system="PRO-SOC"), "other_system"),
        (ADMIN, "level_not_lower"),
        (replace(READ, access="admin"), "level_not_lower"),
        (MICROMARC, "same_level"),
    ],
)
def test_nothing_else_is_proposed_or_accepted(offered: Level, reason: str) -> None:
    for case, trigger in ((proposing(offered), "propose_lower"), (_accepting(offered), "accept_lower")):
        with pytest.raises(Refused) as refusal:
            machine.next_state(SYSTEM, case, trigger)
        found = refusal.value
        assert reason in {found.reason, *(g.reason for g in found.guards)} or offered.profile is Profile.PRIVILEGED


def _accepting(offered: Level) -> Case:
    return replace(lowering.accepted(order(decisions=BY_BOB), offered), state="lower_proposed", actor=ALICE)


def test_yes_without_a_proposal_is_refused() -> None:
    for case in (order(state="lower_proposed", decisions=BY_BOB), asked(level=replace(READ, code="MORE"))):
        with pytest.raises(Refused, match="nothing_offered"):
            machine.next_state(SYSTEM, case, "accept_lower")


def test_yes_takes_every_approval_that_the_lower_level_would_have_needed() -> None:
    assert "manager_approved" not in moving.reached_by(SYSTEM, asked(decisions=()))
    with pytest.raises(Refused, match="approval_missing"):
        machine.next_state(SYSTEM, asked(decisions=()), "accept_lower")


@pytest.mark.parametrize("actor", [BOB, CAROL])
@pytest.mark.parametrize("trigger", ["accept_lower", "decline_lower"])
def test_nobody_but_the_orderer_answers(actor: Any, trigger: str) -> None:
    with pytest.raises(NotYours):
        machine.next_state(SYSTEM, asked(actor=actor), trigger)


def test_neither_subject_nor_orderer_proposes() -> None:
    with pytest.raises(Refused, match="not_self"):
        machine.next_state(SYSTEM, proposing(actor=ALICE), "propose_lower")


def test_first_day_that_has_passed_meanwhile_is_no_hindrance() -> None:
    late = order(decisions=BY_BOB, valid_from=DAY_BEFORE)
    case = replace(lowering.accepted(late, READ), state="lower_proposed")
    assert machine.next_state(SYSTEM, case, "accept_lower").target == "manager_approved"


DAY_BEFORE = order().today.replace(day=1)


def changed(old: str, new: str) -> Workflow:
    """The business process with a line changed."""
    assert old in TEXT
    return loader.loads(TEXT.replace(old, new), "changed.yaml")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("guards: [G6, G19]", "guards: [G6]", "propose_lower from manager_approved is not guarded by G19"),
        ("guards: [G19, G5,", "guards: [G5,", "accept_lower from lower_proposed is not guarded by G19"),
        (
            "propose_lower, from: manager_approved, to: lower_proposed, by: grant",
            "propose_lower, from: requested, to: lower_proposed, by: manager_approval",
            "only who grants may propose a lower level",
        ),
        (
            "from: lower_proposed, to: manager_approved, by: orderer, guards",
            "from: lower_proposed, to: requested, by: orderer, guards",
            "the order must go back to where the level was proposed",
        ),
        (
            "from: lower_proposed, to: manager_approved, by: orderer, guards",
            "from: lower_proposed, to: manager_approved, by: system, guards",
            "only the orderer may answer",
        ),
        ("trigger: decline_lower", "trigger: withdraw_lower", "the orderer cannot say both yes and no"),
        ("task: level_answer", "task: complete_request", "the step asks for no level_answer"),
    ],
)
def test_faulty_definition_is_refused(old: str, new: str, fault: str) -> None:
    assert [p for p in soundness.check(changed(old, new)) if fault in p]
