"""Moves: what is allowed leads on, and all else is refused by name. The library's traps are sprung here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.workflows.cases import (
    ADMIN,
    ALICE,
    BASE,
    BASE_LEVEL,
    BOB,
    CAROL,
    DAN,
    EVA,
    KARIN,
    MICROMARC,
    OLGA,
    SYSTEM,
    approved_by,
    order,
    privileged,
)
from workflows import machine
from workflows.case import Case, Decision, EmploymentStatus, OrdererAuthority
from workflows.definition import Transition, Workflow
from workflows.errors import NoSuchMove, NotYours, Refused

UNKNOWN = replace(ALICE, status=EmploymentStatus.UNKNOWN)
ENDED = replace(ALICE, status=EmploymentStatus.ENDED)


def target(case: Case, trigger: str, workflow: Workflow = SYSTEM) -> str:
    """Where the move leads."""
    return machine.next_state(workflow, case, trigger).target


def refusal(case: Case, trigger: str, workflow: Workflow = SYSTEM) -> Refused:
    """Why there is no move."""
    with pytest.raises(Refused) as caught:
        machine.next_state(workflow, case, trigger)
    return caught.value


def at(state: str, actor: Any = BOB, **changes: Any) -> Case:
    """Alice's order in this state."""
    return order(state=state, actor=actor, **changes)


# The way of an order


def test_the_way_of_a_standard_order() -> None:
    assert target(order(), "submit") == "requested"
    assert target(at("requested"), "approve") == "manager_approved"
    assert target(at("manager_approved", CAROL), "grant") == "granted"
    assert target(at("granted", None), "revoke") == "revoked"


def test_the_way_of_a_privileged_order() -> None:
    manager = approved_by(("manager_approval", BOB))
    both = (*manager, *approved_by(("owner_approval", OLGA)))
    assert target(privileged(), "submit") == "requested"
    assert target(privileged(state="manager_approved", actor=OLGA, decisions=manager), "approve") == "owner_approved"
    assert target(privileged(state="owner_approved", actor=CAROL, decisions=both), "grant") == "granted"


def test_the_way_of_a_base_order() -> None:
    case = order(
        level=BASE_LEVEL, orderer=BOB, actor=BOB, orderer_authority=OrdererAuthority.LINE_MANAGER, has_base_grant=False
    )
    assert target(case, "submit", BASE) == "requested"
    assert target(replace(case, state="requested"), "approve_implicitly", BASE) == "manager_approved"
    assert target(replace(case, state="manager_approved", actor=CAROL), "grant", BASE) == "granted"


@pytest.mark.parametrize("state", ["requested", "manager_approved"])
@pytest.mark.parametrize(("trigger", "expected"), [("reject", "rejected"), ("return", "returned")])
def test_a_step_may_say_no_or_ask(state: str, trigger: str, expected: str) -> None:
    assert target(at(state), trigger) == expected
    assert refusal(at(state, ALICE), trigger).reason == "not_self"


@pytest.mark.parametrize("state", ["draft", "requested", "waiting_prerequisites", "manager_approved", "returned"])
@pytest.mark.parametrize("actor", [ALICE, DAN])
def test_orderer_and_subject_may_withdraw(state: str, actor: Any) -> None:
    assert target(at(state, actor, orderer=DAN), "withdraw") == "withdrawn"
    assert isinstance(refusal(at(state, BOB, orderer=DAN), "withdraw"), NotYours)
    assert isinstance(refusal(at(state, None, orderer=DAN), "withdraw"), NotYours)


def test_move_tells_the_step_that_begins() -> None:
    move = machine.next_state(SYSTEM, at("requested"), "approve")
    assert move.step is not None
    assert (move.source, move.step.name) == ("requested", "grant")


# What the next step knows


def test_approval_joins_the_decisions_of_its_round() -> None:
    case = privileged(state="requested", actor=BOB)
    case = machine.after(SYSTEM, case, machine.next_state(SYSTEM, case, "approve"), on_behalf_of=EVA.id)
    assert (case.state, case.decisions) == ("manager_approved", (Decision("manager_approval", BOB.id, EVA.id),))
    case = replace(case, actor=OLGA)
    case = machine.after(SYSTEM, case, machine.next_state(SYSTEM, case, "approve"))
    assert [d.person_id for d in case.decisions] == [BOB.id, OLGA.id]


def test_implicit_approval_is_the_orderers() -> None:
    case = order(state="requested", orderer=BOB, actor=None)
    case = machine.after(SYSTEM, case, machine.next_state(SYSTEM, case, "approve_implicitly"))
    assert case.decisions == (Decision("manager_approval", BOB.id),)


def test_new_round_voids_the_decisions() -> None:
    case = privileged(state="returned", decisions=approved_by(("manager_approval", BOB)))
    case = machine.after(SYSTEM, case, machine.next_state(SYSTEM, case, "resubmit"))
    assert (case.state, case.round, case.decisions) == ("requested", 2, ())


def test_approval_that_has_to_wait_is_kept_and_a_cancelled_one_is_not() -> None:
    waiting = at("requested", has_base_grant=False)
    kept = machine.after(SYSTEM, waiting, machine.next_state(SYSTEM, waiting, "approve"))
    assert (kept.state, kept.resume_state, len(kept.decisions)) == ("waiting_prerequisites", "manager_approved", 1)
    ended = at("requested", subject=ENDED)
    assert machine.after(SYSTEM, ended, machine.next_state(SYSTEM, ended, "approve")).decisions == ()


# Refusals


def test_all_faults_of_a_form_are_told_at_once() -> None:
    error = refusal(order(justification="", valid_from=None, duplicates=("BEH-1",)), "submit")
    assert error.reason == "duplicate"
    assert {(g.guard, g.field) for g in error.guards if not g.passed} == {
        ("G4", "level"),
        ("G10", "valid_from"),
        ("G11", "justification"),
    }
    assert len(error.guards) == 11


def test_a_fault_is_told_before_waiting() -> None:
    assert refusal(order(subject=UNKNOWN, justification=""), "submit").reason == "justification_too_short"


def test_order_is_sent_by_its_orderer() -> None:
    assert isinstance(refusal(order(actor=DAN), "submit"), NotYours)
    assert isinstance(refusal(order(state="returned", actor=BOB), "resubmit"), NotYours)
    assert target(order(actor=None), "submit") == "requested"


def test_who_approved_does_not_grant_what_is_privileged() -> None:
    decisions = approved_by(("manager_approval", BOB), ("owner_approval", OLGA))
    for actor in (BOB, OLGA):
        case = privileged(state="owner_approved", actor=actor, decisions=decisions)
        assert refusal(case, "grant").reason == "four_eyes"


def test_privileged_order_is_not_granted_without_the_owner() -> None:
    assert isinstance(refusal(privileged(state="manager_approved", actor=CAROL), "grant"), NoSuchMove)


def test_ordering_approves_only_for_the_line_manager() -> None:
    for orderer in (ALICE, EVA, DAN):
        case = order(state="requested", orderer=orderer, actor=orderer)
        assert isinstance(refusal(case, "approve_implicitly"), NotYours)
    assert target(order(state="requested", orderer=BOB, actor=BOB), "approve_implicitly") == "manager_approved"


# Waiting


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"subject": UNKNOWN}, "directory_unavailable"),
        ({"has_base_grant": False}, "base_grant_missing"),
        ({"level": replace(MICROMARC, lifecycle="phasing_out")}, "system_not_open"),
        ({"courses_missing": ("SEKRETESS-SOC",)}, "training_missing"),
        ({"agreement_missing": "SOC"}, "confidentiality_missing"),
    ],
)
def test_approved_order_waits_and_keeps_the_approval(changes: dict[str, Any], reason: str) -> None:
    move = machine.next_state(SYSTEM, at("requested", **changes), "approve")
    assert (move.target, move.resume_state, move.wait_reason) == ("waiting_prerequisites", "manager_approved", reason)
    waiting = at("waiting_prerequisites", None, resume_state=move.resume_state)
    assert target(waiting, "resume") == "manager_approved"
    still = refusal(replace(waiting, **changes), "resume")
    assert (still.reason, [g.reason for g in still.guards if not g.passed]) == ("still_waiting", [reason])


def test_order_without_employment_waits_before_anybody_is_asked() -> None:
    move = machine.next_state(SYSTEM, order(subject=UNKNOWN), "submit")
    assert (move.target, move.resume_state) == ("waiting_prerequisites", "requested")
    assert target(at("waiting_prerequisites", None), "resume") == "requested"


UNPREPARED = ({"courses_missing": ("SEKRETESS-SOC",)}, {"agreement_missing": "SOC"})


@pytest.mark.parametrize("missing", UNPREPARED)
def test_manager_is_asked_while_the_subject_trains(missing: dict[str, Any]) -> None:
    move = machine.next_state(SYSTEM, order(**missing), "submit")
    assert move.target == "requested"
    assert [g.reason for g in move.guards if g.reason] in (["training_missing"], ["confidentiality_missing"])


@pytest.mark.parametrize("missing", UNPREPARED)
@pytest.mark.parametrize("state", ["requested", "receiving_requested"])
def test_who_waited_for_something_else_goes_on_to_the_manager_untrained(missing: dict[str, Any], state: str) -> None:
    kind = "new" if state == "requested" else "temporary_other_unit"
    waiting = at("waiting_prerequisites", None, kind=kind, resume_state=state, **missing)
    assert target(waiting, "resume") == state


@pytest.mark.parametrize("missing", UNPREPARED)
def test_owner_is_not_asked_before_the_subject_is_trained(missing: dict[str, Any]) -> None:
    move = machine.next_state(SYSTEM, at("requested", level=ADMIN, **missing), "approve")
    assert (move.target, move.resume_state) == ("waiting_prerequisites", "manager_approved")


@pytest.mark.parametrize("missing", UNPREPARED)
def test_manager_who_orders_does_not_pass_training_by(missing: dict[str, Any]) -> None:
    case = at("requested", BOB, orderer=BOB, orderer_authority=OrdererAuthority.LINE_MANAGER, **missing)
    assert target(case, "approve_implicitly") == "waiting_prerequisites"


@pytest.mark.parametrize("missing", UNPREPARED)
def test_course_that_runs_out_before_the_grant_stops_it(missing: dict[str, Any]) -> None:
    assert refusal(at("manager_approved", CAROL, **missing), "grant").reason in (
        "training_missing",
        "confidentiality_missing",
    )


@pytest.mark.parametrize("changes", [{"subject": UNKNOWN}, {"has_base_grant": False}])
def test_nothing_is_granted_while_it_would_have_to_wait(changes: dict[str, Any]) -> None:
    error = refusal(at("manager_approved", CAROL, **changes), "grant")
    assert error.reason in ("directory_unavailable", "base_grant_missing")
    assert error.guards


@pytest.mark.parametrize("forged", ["granted", "revoked", "draft", "nowhere"])
def test_waiting_order_cannot_resume_to_where_it_was_not_going(forged: str) -> None:
    assert isinstance(refusal(at("waiting_prerequisites", None, resume_state=forged), "resume"), NoSuchMove)


@pytest.mark.parametrize(
    ("state", "trigger"), [("requested", "approve"), ("manager_approved", "grant"), ("waiting_prerequisites", "resume")]
)
def test_order_whose_employment_has_ended_is_cancelled(state: str, trigger: str) -> None:
    move = machine.next_state(SYSTEM, at(state, CAROL, subject=ENDED), trigger)
    assert (move.target, move.wait_reason, move.resume_state) == ("cancelled", "employment_ended", None)


# The library's traps


def test_there_are_no_triggers_but_those_written() -> None:
    written = {t.trigger for t in SYSTEM.transitions}
    assert set(machine.machine_of(SYSTEM).events) == written


@pytest.mark.parametrize("trigger", ["to_granted", "to_revoked", "to", "trigger", "", "state", "__class__"])
@pytest.mark.parametrize("state", ["draft", "requested", "manager_approved"])
def test_invented_triggers_are_no_moves(trigger: str, state: str) -> None:
    assert isinstance(refusal(at(state), trigger), NoSuchMove)


@pytest.mark.parametrize("state", ["rejected", "withdrawn", "lapsed", "cancelled", "revoked", "nowhere", ""])
@pytest.mark.parametrize("trigger", sorted({t.trigger for t in SYSTEM.transitions}))
def test_nothing_moves_once_it_has_ended(state: str, trigger: str) -> None:
    error = refusal(at(state), trigger)
    assert isinstance(error, NoSuchMove)
    assert (error.reason, error.trigger, error.state) == ("no_such_move", trigger, state)


def test_granted_order_is_not_granted_again() -> None:
    assert isinstance(refusal(at("granted", CAROL), "grant"), NoSuchMove)


def test_of_two_transitions_the_first_that_fits_is_taken() -> None:
    first = Transition("approve", "requested", "rejected", "step")
    shadowed = replace(SYSTEM, transitions=(first, *SYSTEM.transitions), digest="first")
    assert target(at("requested"), "approve", shadowed) == "rejected"
    shadowed = replace(SYSTEM, transitions=(*SYSTEM.transitions, first), digest="last")
    assert target(at("requested"), "approve", shadowed) == "manager_approved"


def test_machine_is_shared_and_keeps_nothing() -> None:
    shared = machine.machine_of(SYSTEM)
    assert machine.machine_of(SYSTEM) is shared
    assert machine.machine_of(BASE) is not shared
    machine.next_state(SYSTEM, order(), "submit")
    assert shared.models == []


def test_definitions_that_differ_have_machines_that_differ() -> None:
    open_house = replace(SYSTEM, transitions=(Transition("open", "draft", "granted", "system"),))
    assert machine.machine_of(open_house) is not machine.machine_of(SYSTEM)
    assert target(order(), "open", open_house) == "granted"
    assert isinstance(refusal(order(), "open"), NoSuchMove)


def test_the_case_is_not_changed() -> None:
    case = order()
    machine.next_state(SYSTEM, case, "submit")
    assert case == order()


# What is open


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (order(), ("submit", "withdraw")),
        (order(actor=DAN), ()),
        (at("requested"), ("approve", "reject", "return")),
        (at("requested", ALICE), ("withdraw",)),
        (at("requested", DAN), ()),
        (at("requested", CAROL), ()),
        (at("manager_approved", CAROL), ("grant", "propose_lower", "reject", "return")),
        (privileged(state="manager_approved", actor=CAROL), ()),
        (privileged(state="manager_approved", actor=OLGA), ("approve", "reject", "return")),
        (at("returned", ALICE), ("resubmit", "withdraw")),
        (at("waiting_prerequisites", ALICE), ("withdraw",)),
        (at("granted", CAROL), ()),
        (at("requested", None), ("approve_implicitly", "lapse", "cancel")),
        (at("manager_approved", None), ("cancel",)),
        (at("waiting_prerequisites", None), ("resume", "lapse", "cancel")),
    ],
)
def test_what_is_open_to_whom(case: Case, expected: tuple[str, ...]) -> None:
    assert machine.open_actions(SYSTEM, case) == expected


# For a time in another unit


def elsewhere(state: str, actor: Any = BOB, **changes: Any) -> Case:
    """Alice's order of a right in the unit that Karin leads."""
    given = {"kind": "temporary_other_unit", "receiving_unit": "BOU-TAL", "receiving_managers": (KARIN,)}
    return at(state, actor, **{**given, "valid_to": date(2026, 6, 2), **changes})


def test_the_way_through_two_units() -> None:
    assert target(elsewhere("draft", ALICE), "submit") == "requested"
    assert target(elsewhere("requested"), "approve") == "receiving_requested"
    assert target(elsewhere("receiving_requested", KARIN), "approve") == "manager_approved"
    assert target(elsewhere("manager_approved", CAROL), "grant") == "granted"


def test_other_orders_do_not_stop_at_the_receiving_manager() -> None:
    for kind in ("new", "change", "extend"):
        assert target(elsewhere("requested", kind=kind), "approve") == "manager_approved"
        assert refusal(elsewhere("receiving_requested", KARIN, kind=kind), "approve").reason == "no_such_move"


def test_one_answer_for_both_units_is_a_move_of_its_own() -> None:
    decided = approved_by(("manager_approval", BOB))
    case = elsewhere("receiving_requested", receiving_managers=(BOB,), decisions=decided)
    move = machine.next_state(SYSTEM, case, "approve_implicitly")
    assert move.target == "manager_approved"
    assert machine.after(SYSTEM, case, move).decisions == (*decided, Decision("receiving_approval", BOB.id))


def test_no_implicit_approval_where_another_one_leads_the_receiving_unit() -> None:
    case = elsewhere("receiving_requested", decisions=approved_by(("manager_approval", BOB)))
    assert isinstance(refusal(case, "approve_implicitly"), NotYours)


def test_employment_that_is_unknown_keeps_the_answer_of_the_first_manager() -> None:
    move = machine.next_state(SYSTEM, elsewhere("requested", subject=UNKNOWN), "approve")
    assert (move.target, move.resume_state) == ("waiting_prerequisites", "receiving_requested")
    waiting = elsewhere("waiting_prerequisites", None, resume_state="receiving_requested")
    assert target(waiting, "resume") == "receiving_requested"
