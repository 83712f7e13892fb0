"""N of M: no set of answers by fewer different people than needed ever leads on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workflows.cases import ALICE, BOB, CAROL, DAN, EVA, INGA, KARIN, OLGA, STAND_IN, away, order
from tests.workflows.matters import BOTH_OWNERS, TWO_OF_THREE, written
from workflows import authority, examples, machine, quorum, simulate, soundness
from workflows.calendar import WorkingCalendar
from workflows.case import Case, Decision, Party
from workflows.errors import NotYours
from workflows.quorum import Needs

BOTH, TWO = written(BOTH_OWNERS), written(TWO_OF_THREE)
OWNERS = BOTH.steps[0]
ALL_OWNERS = Needs(2, (("owner", 1), ("other", 1)))


def said(person: int, *chairs: str, behalf: int | None = None) -> Decision:
    """One answer."""
    return Decision("owners", person, behalf, chairs)


@pytest.mark.parametrize(
    ("needs", "answers", "enough"),
    [
        (Needs(), [said(3)], True),
        (Needs(), [], False),
        (Needs(2), [said(3, "a"), said(4, "b")], True),
        (Needs(2), [said(3, "a"), said(3, "b")], False),  # one person twice
        (Needs(2), [said(3, "a"), said(4, "b", behalf=3)], False),  # a person and their own deputy
        (Needs(2), [said(5, "a", behalf=3), said(5, "b", behalf=4)], False),  # one deputy for two
        (Needs(2), [said(3), said(4)], False),  # those alone who are asked instead
        (Needs(2), [said(3, "a"), said(4)], True),
        (ALL_OWNERS, [said(3, "owner"), said(4, "owner")], False),  # one chair for another
        (ALL_OWNERS, [said(3, "owner"), said(4, "other")], True),
        (ALL_OWNERS, [said(3, "owner", "other"), said(4, "owner")], True),  # whoever comes first
        (ALL_OWNERS, [said(3, "owner"), said(4)], True),
        (Needs(3, (("owner", 1), ("it", 1))), [said(3, "owner"), said(4, "it")], False),
    ],
)
def test_what_is_enough(needs: Needs, answers: list[Decision], enough: bool) -> None:
    assert quorum.met(needs, answers) is enough


# In the engine


def both(**changes: object) -> Case:
    """An order that both owners are asked about, and the data protection officer."""
    people = {"system_owners": (OLGA,), "other_owners": (EVA,), "protection_officers": (KARIN,), "it_managers": (DAN,)}
    return order(**{"state": "requested", "board_managers": (), **people, **changes})


def answered(case: Case, who: Party, step: str = "owners", behalf: int | None = None) -> tuple[machine.Move, Case]:
    """The move that the answer makes, and the order after it."""
    mine = replace(case, actor=who, step=step, acting_for=behalf)
    move = machine.next_state(BOTH, mine, "approve")
    return move, machine.after(BOTH, mine, move)


def asked(case: Case) -> list[list[str]]:
    """Who is asked for the owners' answers, each with deputies."""
    return [[a.party.name for a in group] for group in authority.panel(OWNERS, case)]


def test_state_is_left_with_the_last_answer() -> None:
    first, case = answered(both(), OLGA)
    assert (first.target, first.stays) == ("requested", True)
    second, case = answered(case, KARIN, "protection")
    assert second.target == "requested"
    last, case = answered(case, EVA)
    assert (last.target, [d.person_id for d in case.decisions]) == ("approved", [OLGA.id, KARIN.id, EVA.id])


@pytest.mark.parametrize(("who", "behalf"), [(OLGA, None), (OLGA, EVA.id), (STAND_IN, OLGA.id)])
def test_nobody_answers_twice_in_any_capacity(who: Party, behalf: int | None) -> None:
    _, case = answered(both(), OLGA)
    with pytest.raises(NotYours):
        answered(case, who, behalf=behalf)


def test_both_are_asked_and_who_has_answered_is_not() -> None:
    assert asked(both()) == [["Olga"], ["Eva"]]
    assert asked(answered(both(), OLGA)[1]) == [["Eva"]]


@pytest.mark.parametrize(
    ("changes", "people"),
    [
        ({"other_owners": (OLGA,)}, [["Olga"], ["Dan"]]),  # one person is both: the IT manager is the second (W10)
        ({"other_owners": ()}, [["Olga"], ["Dan"]]),
        ({"other_owners": (), "system_owners": ()}, [["Dan"], ["Inga"]]),
        ({"other_owners": (BOB,), "orderer": BOB}, [["Olga"], ["Dan"]]),
    ],
)
def test_others_are_asked_where_the_owners_cannot_be_enough(
    changes: dict[str, object], people: list[list[str]]
) -> None:
    assert asked(both(coordinators=(INGA,), **changes)) == people


def test_of_two_on_leave_with_one_deputy_only_one_can_answer() -> None:
    case = both(
        system_owners=(away(OLGA),),
        other_owners=(away(EVA),),
        deputies={OLGA.id: (STAND_IN,), EVA.id: (STAND_IN,)},
    )
    assert asked(case) == [["Olga", "Stig"], ["Dan"]]


def test_path_shows_steps_of_one_state_side_by_side() -> None:
    steps = simulate.path(BOTH, replace(both(), state="draft"), WorkingCalendar())
    assert [(s.step, [a.party.name for a in s.asked], str(s.asked_on)) for s in steps] == [
        ("owners", ["Olga", "Eva"], "2026-03-02"),
        ("protection", ["Karin"], "2026-03-02"),
        ("grant", ["Carol", "Sam"], "2026-03-16"),
    ]
    assert CAROL.id != ALICE.id


def test_definitions_of_the_tests_are_sound_and_their_examples_true() -> None:
    assert soundness.check(BOTH) == []
    assert soundness.check(TWO) == []
    assert list(examples.misses(BOTH)) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("by: steps, guards", "by: owners, guards", "one of several steps leads alone from the state"),
        ("    needs: all\n", "", "several are asked, and one answer is enough"),
        ("    needs: all\n", "    needs: {total: 2, each: {system_owner: 3}}\n", "more are needed of each chair"),
        ("    needs: all\n", "    needs: all\n    skip_if_ordered_by_addressee: true\n", "everybody is asked"),
        ("    ask: system_managers\n", "    ask: system_managers\n    needs: 2\n", "only an approval can need"),
    ],
)
def test_unsound_needs_are_refused(old: str, new: str, problem: str) -> None:
    assert any(problem in found for found in soundness.check(written(BOTH_OWNERS, (old, new))))
