"""Who is asked: never the subject, never the orderer, upwards past whoever cannot answer, and never nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.workflows.cases import (
    ALICE,
    BOB,
    CAROL,
    DAN,
    EVA,
    INGA,
    KARIN,
    OLGA,
    SAM,
    STAND_IN,
    SYSTEM,
    approved_by,
    away,
    left,
    order,
    privileged,
)
from workflows import authority
from workflows.authority import Asked
from workflows.case import Case, Decision, EmploymentStatus, OrdererAuthority
from workflows.conditions import Traits
from workflows.definition import Step


def step(state: str, profile: str = "standard", kind: str = "new") -> Step:
    """The step of the business system process in this state."""
    found = SYSTEM.step_in(state, Traits(profile, kind))
    assert found is not None
    return found


MANAGER, GRANT = step("requested"), step("manager_approved")
OWNER, STRICT_GRANT = step("manager_approved", "privileged"), step("owner_approved", "privileged")
RETURNED, RECEIVING = step("returned"), step("receiving_requested", kind="temporary_other_unit")


def asked(which: Step, case: Case) -> list[tuple[str, str]]:
    """Who is asked at the start of the step, and as what."""
    return [(a.party.name, a.why) for a in authority.addressees(which, case)]


def also(ask: str, which: Step, case: Case, *already: int) -> list[str]:
    """Who is asked as well."""
    return [a.party.name for a in authority.escalate(ask, which, case, frozenset(already))]


# The line manager


def test_nearest_manager_is_asked() -> None:
    assert asked(MANAGER, order()) == [("Bob", "line_manager")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"line_managers": (ALICE, EVA)}, ("Eva", "next_level_manager"), id="manager of himself"),
        pytest.param({"line_managers": (EVA,)}, ("Eva", "line_manager"), id="vacant"),
        pytest.param({"line_managers": (left(BOB), EVA)}, ("Eva", "next_level_manager"), id="disabled"),
        pytest.param({"line_managers": (away(BOB), EVA)}, ("Eva", "next_level_manager"), id="on leave, no deputy"),
        pytest.param({"line_managers": (BOB, EVA), "orderer": BOB}, ("Eva", "next_level_manager"), id="is the orderer"),
        pytest.param(
            {"line_managers": (BOB, ALICE, BOB, EVA), "orderer": BOB}, ("Eva", "next_level_manager"), id="loop"
        ),
        pytest.param({"line_managers": ()}, ("Karin", "board_manager"), id="no chain"),
        pytest.param(
            {"line_managers": (ALICE,), "board_managers": (ALICE,)}, ("Inga", "coordinator"), id="top manager"
        ),
    ],
)
def test_who_is_asked_instead_of_the_manager(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert asked(MANAGER, order(**changes)) == [expected]


def test_whole_chain_unable_ends_with_the_coordinator() -> None:
    case = order(line_managers=(left(BOB), left(EVA)), board_managers=(left(KARIN),))
    assert asked(MANAGER, case) == [("Inga", "coordinator")]


def test_nobody_left_in_the_whole_municipality() -> None:
    assert asked(MANAGER, order(line_managers=(), board_managers=(), coordinators=(ALICE,))) == []


# Deputies


def test_deputy_is_asked_during_absence() -> None:
    case = order(line_managers=(away(BOB), EVA), deputies={BOB.id: (STAND_IN,)})
    assert authority.addressees(MANAGER, case) == (
        Asked(away(BOB), "addressee", "line_manager"),
        Asked(STAND_IN, "deputy", "deputy", BOB.id),
    )


@pytest.mark.parametrize("unfit", [ALICE, DAN, left(STAND_IN), away(STAND_IN)])
def test_absent_manager_with_an_unfit_deputy_is_passed_upwards(unfit: Any) -> None:
    case = order(orderer=DAN, line_managers=(away(BOB), EVA), deputies={BOB.id: (unfit,)})
    assert asked(MANAGER, case) == [("Eva", "next_level_manager")]


def test_deputys_deputy_is_not_asked() -> None:
    case = order(deputies={BOB.id: (STAND_IN,), STAND_IN.id: (DAN,)})
    assert [a.party.name for a in authority.addressees(MANAGER, case)] == ["Bob", "Stig"]


def test_deputy_for_two_is_asked_once() -> None:
    case = order(deputies={CAROL.id: (STAND_IN, SAM), SAM.id: (STAND_IN,)})
    assert [a.party.name for a in authority.addressees(GRANT, case)] == ["Carol", "Sam", "Stig"]


# The implicit approval


def test_line_manager_who_orders_has_approved() -> None:
    case = order(orderer=BOB, orderer_authority=OrdererAuthority.LINE_MANAGER)
    assert authority.implicit_approver(MANAGER, case) == Asked(BOB, "addressee", "implicit")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"orderer": ALICE}, id="orders for self"),
        pytest.param({"orderer": ALICE, "line_managers": (ALICE, EVA)}, id="manager of himself"),
        pytest.param({"orderer": EVA}, id="next level while the nearest is there"),
        pytest.param({"orderer": DAN}, id="authorised orderer"),
        pytest.param({"orderer": None}, id="nobody"),
        pytest.param({"orderer": left(BOB), "line_managers": (left(BOB), EVA)}, id="has left"),
    ],
)
def test_nobody_else_approves_by_ordering(changes: dict[str, Any]) -> None:
    assert authority.implicit_approver(MANAGER, order(**changes)) is None


def test_next_level_approves_by_ordering_when_the_nearest_is_gone() -> None:
    found = authority.implicit_approver(MANAGER, order(orderer=EVA, line_managers=(left(BOB), EVA)))
    assert found == Asked(EVA, "addressee", "implicit")


def test_only_steps_that_say_so_are_skipped() -> None:
    assert authority.implicit_approver(GRANT, order(orderer=CAROL)) is None


# The manager of another unit


def elsewhere(**changes: Any) -> Case:
    """Alice, led by Bob, is to work for a time where Karin leads."""
    return order(**{"kind": "temporary_other_unit", "receiving_managers": (KARIN, INGA), **changes})


def test_manager_of_the_receiving_unit_is_asked_after_the_line_manager() -> None:
    assert asked(MANAGER, elsewhere()) == [("Bob", "line_manager")]
    assert asked(RECEIVING, elsewhere()) == [("Karin", "receiving_manager")]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"orderer": KARIN}, id="the receiving manager orders"),
        pytest.param({"receiving_managers": (ALICE, INGA)}, id="the subject leads the unit"),
        pytest.param({"receiving_managers": (left(KARIN), INGA)}, id="has left"),
        pytest.param({"receiving_managers": (INGA,)}, id="vacant"),
    ],
)
def test_receiving_manager_who_may_not_answer_is_passed_upwards(changes: dict[str, Any]) -> None:
    assert [name for name, _ in asked(RECEIVING, elsewhere(**changes))] == ["Inga"]


def test_unit_that_nobody_leads_is_answered_for_by_the_head_of_administration() -> None:
    assert asked(RECEIVING, elsewhere(receiving_managers=())) == [("Karin", "board_manager")]


def test_silent_receiving_manager_escalates_along_the_receiving_chain() -> None:
    found = authority.escalate("next_level_manager", RECEIVING, elsewhere(), frozenset({KARIN.id}))
    assert [a.party.name for a in found] == ["Inga"]


def test_one_manager_of_both_units_answers_once() -> None:
    case = elsewhere(receiving_managers=(BOB,), decisions=approved_by(("manager_approval", BOB)))
    found = authority.implicit_approver(RECEIVING, case)
    assert found is not None
    assert (found.party.id, found.why, found.on_behalf_of) == (BOB.id, "same_answer", None)


def test_deputys_answer_for_the_manager_of_both_units_counts_twice_too() -> None:
    decided = (Decision("manager_approval", STAND_IN.id, BOB.id),)
    found = authority.implicit_approver(RECEIVING, elsewhere(receiving_managers=(BOB,), decisions=decided))
    assert found is not None
    assert (found.party.id, found.why, found.on_behalf_of) == (STAND_IN.id, "same_answer", BOB.id)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"decisions": approved_by(("manager_approval", BOB))}, id="two managers"),
        pytest.param({"receiving_managers": (BOB,)}, id="no answer yet"),
        pytest.param(
            {"receiving_managers": (BOB,), "orderer": BOB, "decisions": approved_by(("manager_approval", BOB))},
            id="manager of both orders",
        ),
        pytest.param(
            {"receiving_managers": (BOB,), "decisions": approved_by(("owner_approval", BOB))}, id="another step"
        ),
    ],
)
def test_receiving_manager_is_asked_unless_the_same_person_answered(changes: dict[str, Any]) -> None:
    assert authority.implicit_approver(RECEIVING, elsewhere(**changes)) is None


# System managers and owners


def test_all_system_managers_are_asked() -> None:
    assert asked(GRANT, order()) == [("Carol", "system_manager"), ("Sam", "system_manager")]


def test_group_without_subject_orderer_and_the_unable() -> None:
    case = order(subject=CAROL, orderer=DAN, system_managers=(CAROL, DAN, left(STAND_IN), SAM, SAM))
    assert asked(GRANT, case) == [("Sam", "system_manager")]


def test_group_of_the_subject_alone_falls_to_the_owner() -> None:
    assert asked(GRANT, order(subject=CAROL, system_managers=(CAROL,))) == [("Olga", "system_owner")]
    assert asked(GRANT, order(system_managers=(), system_owners=())) == [("Inga", "coordinator")]


def test_three_people_for_what_is_privileged() -> None:
    case = privileged(system_owners=(BOB, OLGA), decisions=approved_by(("manager_approval", BOB)))
    assert asked(OWNER, case) == [("Olga", "system_owner")]
    case = replace(case, decisions=approved_by(("manager_approval", CAROL), ("owner_approval", OLGA)))
    assert asked(STRICT_GRANT, case) == [("Sam", "system_manager")]


def test_deputy_for_whom_somebody_approved_counts_as_having_approved() -> None:
    decision = replace(approved_by(("manager_approval", STAND_IN))[0], on_behalf_of=CAROL.id)
    assert asked(STRICT_GRANT, privileged(decisions=(decision,))) == [("Sam", "system_manager")]


def test_vacant_owner_goes_to_the_board_manager() -> None:
    assert asked(OWNER, privileged(system_owners=())) == [("Karin", "board_manager")]


def test_returned_order_is_asked_of_the_orderer() -> None:
    assert asked(RETURNED, order(orderer=BOB)) == [("Bob", "orderer")]


# Escalation


def test_escalation_to_the_deputy() -> None:
    case = order(standing_deputies={BOB.id: (STAND_IN,), EVA.id: (DAN,)})
    assert authority.escalate("deputy", MANAGER, case, frozenset({BOB.id})) == (
        Asked(STAND_IN, "deputy", "deputy", BOB.id),
    )


@pytest.mark.parametrize("partial", [ALICE, DAN, left(STAND_IN)])
def test_escalation_skips_a_partial_or_unable_deputy(partial: Any) -> None:
    assert also("deputy", MANAGER, order(orderer=DAN, standing_deputies={BOB.id: (partial,)}), BOB.id) == []


def test_escalation_to_the_next_level() -> None:
    assert also("next_level_manager", MANAGER, order(), BOB.id) == ["Eva"]
    assert also("next_level_manager", MANAGER, order(orderer=EVA), BOB.id) == ["Karin"]
    assert also("next_level_manager", MANAGER, order(line_managers=(BOB, ALICE, left(EVA), DAN)), BOB.id) == ["Dan"]


def test_escalation_never_goes_downwards() -> None:
    """Eva was asked while Bob was away; now Bob is back, and still it is Eva's manager's turn."""
    assert also("next_level_manager", MANAGER, order(line_managers=(BOB, EVA, DAN)), EVA.id) == ["Dan"]


def test_escalation_above_the_top_goes_to_the_last_resort() -> None:
    assert also("next_level_manager", MANAGER, order(line_managers=(BOB,), board_managers=()), BOB.id) == ["Inga"]


@pytest.mark.parametrize(
    ("ask", "name"),
    [("board_manager", "Karin"), ("system_owner", "Olga"), ("coordinator", "Inga"), ("it_manager", "Eva")],
)
def test_escalation_to_a_post(ask: str, name: str) -> None:
    case = order(it_managers=(EVA,))
    assert also(ask, GRANT, case, CAROL.id) == [name]
    assert {a.role for a in authority.escalate(ask, GRANT, case, frozenset())} == {"escalation"}


@pytest.mark.parametrize("ask", ["deputy", "next_level_manager", "board_manager", "system_owner", "coordinator"])
def test_escalation_never_reaches_subject_orderer_or_those_asked(ask: str) -> None:
    parties = (ALICE, DAN, BOB)
    case = order(
        orderer=DAN,
        line_managers=parties,
        board_managers=parties,
        system_owners=parties,
        coordinators=parties,
        standing_deputies={BOB.id: parties},
    )
    assert also(ask, MANAGER, case, BOB.id) == []


def test_functional_mailbox_is_nobody() -> None:
    assert also("functional_mailbox", GRANT, order()) == []


# Who may decide


def test_who_may_decide() -> None:
    case = order(standing_deputies={BOB.id: (STAND_IN,)})
    may = {p.name for p in (ALICE, BOB, EVA, CAROL, OLGA, DAN, STAND_IN) if authority.may_decide(case, MANAGER, p.id)}
    assert may == {"Bob", "Eva", "Stig"}


def test_only_the_orderer_completes_an_order() -> None:
    assert authority.may_decide(order(orderer=BOB), RETURNED, BOB.id)
    assert not authority.may_decide(order(orderer=BOB), RETURNED, ALICE.id)


# Found by the proof


@pytest.mark.parametrize("status", [s for s in EmploymentStatus if s is not EmploymentStatus.ACTIVE])
def test_account_that_works_does_not_make_somebody_employed(status: EmploymentStatus) -> None:
    """``may_act`` alone was trusted: who is known to be no employee any more was asked."""
    case = order(line_managers=(replace(BOB, status=status), EVA))
    assert asked(MANAGER, case) == [("Eva", "next_level_manager")]
    case = order(line_managers=(away(BOB), EVA), deputies={BOB.id: (replace(STAND_IN, status=status),)})
    assert asked(MANAGER, case) == [("Eva", "next_level_manager")]


@pytest.mark.parametrize("which", [MANAGER, OWNER, GRANT, STRICT_GRANT])
def test_where_the_coordinator_is_partial_the_it_manager_is_asked(which: Step) -> None:
    """Nobody was asked, and the move before was refused."""
    case = order(
        subject=INGA, line_managers=(), board_managers=(), system_owners=(), system_managers=(), it_managers=(DAN,)
    )
    assert asked(which, case) == [("Dan", "it_manager")]
