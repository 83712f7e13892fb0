"""G12 and G20: what goes across nämnder is denied, unless a legal ground is stated and both sides approve."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.workflows.cases import ALICE, BOB, CAROL, CATALOG, INGA, KARIN, OLGA, TODAY, approved_by, order
from workflows import authority, examples, loader, machine, simulate, soundness
from workflows.calendar import WorkingCalendar
from workflows.case import Case, Decision, Level, Party, Profile
from workflows.conditions import Traits, crossing_of
from workflows.definition import Workflow
from workflows.errors import Refused
from workflows.guards import GUARDS

PROCESS = CATALOG["sensitive_system"]
TEXT = (loader.CATALOG / "sensitive_system.yaml").read_text(encoding="utf-8")
SVEA = Party(60, "Svea")  # heads the system's nämnd
SECRET = Level("PRO", "UTF", Profile.SENSITIVE, board="SOC", confidentiality=3, max_days=365, max_days_hourly=120)
STATED = {"legal_ground": "10 kap. 28 § OSL", "need_analysis_ref": "17", "is_needed": "yes"}
FROM_BUN = replace(ALICE, board="BUN")
BOTH = (*approved_by(("manager_approval", BOB), ("owner_approval", OLGA)), Decision("x", KARIN.id, board="BUN"))


def across(**changes: Any) -> Case:
    """Alice, who belongs to BUN, orders a K3 level of SOC with a legal ground. Karin heads BUN, Svea SOC."""
    about = {"subject": FROM_BUN, "orderer": FROM_BUN, "actor": FROM_BUN, "level": SECRET, "answers": STATED} | changes
    case = order(system_board_managers=(SVEA,), valid_to=TODAY.replace(month=6), **about)
    return replace(case, questions=PROCESS.form_of(case.traits), justification="Ska läsa ärenden för en utredning.")


def people(step: str, case: Case) -> list[str]:
    """Names of those whom the step asks."""
    found = next(s for s in PROCESS.steps if s.name == step)
    return [a.party.name for a in authority.addressees(found, case)]


def changed(old: str, new: str) -> Workflow:
    """The shipped process with one thing written in another way."""
    assert old in TEXT
    return loader.loads(TEXT.replace(old, new), "changed.yaml")


@pytest.mark.parametrize(
    ("mine", "theirs", "k", "crossing"),
    [
        ("SOC", "SOC", 3, "within"),
        ("BUN", "SOC", 3, "across"),
        ("BUN", "SOC", 2, "within"),
        ("", "SOC", 3, "across"),
        ("", "", 3, "across"),
    ],
)
def test_crossing_is_secrecy_between_two_boards(mine: str, theirs: str, k: int, crossing: str) -> None:
    assert crossing_of(mine, theirs, k) == crossing


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({}, "", None),
        ({"answers": {}}, "cross_board_ground", "answer_legal_ground"),
        ({"answers": {"legal_ground": "  "}}, "cross_board_ground", "answer_legal_ground"),
        ({"subject": replace(ALICE, board="")}, "cross_board", "level"),
        ({"level": replace(SECRET, board="")}, "cross_board", "level"),
    ],
)
def test_ground_lets_an_order_across(changes: dict[str, Any], reason: str, field: str | None) -> None:
    result = GUARDS["G12"](across(**changes))
    assert (result.passed, result.reason, result.field) == (not reason, reason, field)


def test_ground_is_worth_nothing_where_the_definition_does_not_ask_for_it() -> None:
    result = GUARDS["G12"](replace(across(), questions=()))
    assert (result.reason, result.consequence) == ("cross_board", "refuse")


def test_ground_is_asked_only_of_what_crosses() -> None:
    asked = {c: [q.name for q in PROCESS.form_of(Traits("sensitive", crossing=c))] for c in ("within", "across")}
    assert [name for name in asked["across"] if name not in asked["within"]] == ["legal_ground"]


def test_both_sides_are_asked_before_it_is_granted() -> None:
    steps = simulate.path(PROCESS, across(), WorkingCalendar())
    assert [(s.step, [a.party.name for a in s.asked]) for s in steps] == [
        ("manager_approval", ["Bob"]),
        ("owner_approval", ["Olga"]),
        ("other_board_approval", ["Karin"]),
        ("grant", ["Carol", "Sam"]),
    ]


def test_within_a_board_nothing_is_added() -> None:
    steps = simulate.path(PROCESS, across(subject=replace(ALICE, board="SOC")), WorkingCalendar())
    assert [s.step for s in steps] == ["manager_approval", "owner_approval", "grant"]


def test_vacant_owner_goes_to_the_systems_side_and_never_to_the_other() -> None:
    vacant = across(system_owners=(), decisions=approved_by(("manager_approval", BOB)))
    assert people("owner_approval", vacant) == ["Svea"]
    assert people("owner_approval", replace(vacant, system_board_managers=())) == ["Inga"]
    owner = next(s for s in PROCESS.steps if s.name == "owner_approval")
    assert KARIN.id not in authority.deciders(vacant, owner)


@pytest.mark.parametrize("step", ["manager_approval", "owner_approval"])
def test_one_person_never_answers_for_both_sides(step: str) -> None:
    case = across(decisions=approved_by((step, KARIN)))
    assert people("other_board_approval", case) == ["Inga"]


def test_other_side_answers_and_the_answer_says_for_which_board() -> None:
    asked = across(state="other_board_requested", actor=KARIN, decisions=BOTH[:2], step="other_board_approval")
    move = machine.next_state(PROCESS, asked, "approve")
    after = machine.after(PROCESS, asked, move)
    assert (move.target, after.decisions[-1]) == ("owner_approved", Decision(
        "other_board_approval", KARIN.id, board="BUN"))  # fmt: skip
    assert machine.next_state(PROCESS, replace(after, actor=CAROL), "grant").target == "granted"


@pytest.mark.parametrize(
    ("subject", "decisions", "reason"),
    [
        (FROM_BUN, BOTH[:2], "other_board_missing"),  # moved to BUN after the owner had answered
        (replace(ALICE, board="KTN"), BOTH, "other_board_missing"),  # and on, to a third
        (replace(ALICE, board="SOC"), BOTH, ""),  # to the system's own: nothing crosses any more
    ],
)
def test_who_moves_is_asked_about_again(subject: Party, decisions: tuple[Decision, ...], reason: str) -> None:
    case = across(subject=subject, state="owner_approved", actor=CAROL, decisions=decisions)
    try:
        found = machine.next_state(PROCESS, case, "grant").wait_reason
    except Refused as refusal:
        found = refusal.reason
    assert found == reason


def test_new_round_asks_the_other_side_anew() -> None:
    returned = across(state="returned", decisions=BOTH)
    move = machine.next_state(PROCESS, returned, "resubmit")
    assert machine.after(PROCESS, returned, move).decisions == ()


SIDES = ", G20]}"
OTHER_SIDE_OTHERWISE = "    ask: board_manager\n    otherwise: [coordinator, it_manager]\n"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (SIDES, "]}", "across nämnder: grant from owner_approved is not guarded by G12 and G20"),
        (
            "to: other_board_requested, by: owner_approval",
            "to: owner_approved, by: owner_approval",
            "across nämnder: the other side can be passed by",
        ),
        (OTHER_SIDE_OTHERWISE, OTHER_SIDE_OTHERWISE.replace("board_manager", "system_owner"), "does not ask the board"),
        (
            "otherwise: [system_board_manager, coordinator",
            "otherwise: [board_manager, coordinator",
            "the owner's step reaches the other side's board_manager",
        ),
        (
            "    otherwise: [coordinator, it_manager]\n    distinct_from: [manager_approval, owner_approval]",
            "    otherwise: [coordinator, it_manager]\n    distinct_from: [manager_approval]",
            "who decided for one side may decide for the other",
        ),
    ],
)
def test_definition_that_asks_the_ground_alone_is_refused(old: str, new: str, problem: str) -> None:
    assert problem in "\n".join(soundness.check(changed(old, new)))


def test_ground_without_any_second_step_is_refused() -> None:
    plain = replace(
        PROCESS,
        steps=tuple(s for s in PROCESS.steps if s.name != "other_board_approval"),
        transitions=tuple(
            replace(t, only_crossing=frozenset())
            for t in PROCESS.transitions
            if "other_board_requested" not in (t.source, t.target)
        ),
        states={name: state for name, state in PROCESS.states.items() if name != "other_board_requested"},
    )
    assert any("the other side can be passed by" in problem for problem in soundness.check(plain))
    assert soundness.check(replace(plain, questions=())) == []


def test_golden_case_of_the_crossing_order_says_who_is_asked() -> None:
    wrong = changed("other_board_approval: [board_manager]", "other_board_approval: [system_board_manager]")
    assert next(m.found for m in examples.misses(wrong)).endswith(
        "other_board_approval: board_manager; grant: system_manager, second_system_manager"
    )


def test_nobody_on_the_other_side_means_the_coordinator() -> None:
    assert people("other_board_approval", across(board_managers=())) == [INGA.name]
