"""Whom a task may be passed on to: whoever the definition could have asked, and never anybody beyond (issue 3, 7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workflows.cases import (
    ALICE,
    BOB,
    CAROL,
    DAN,
    EVA,
    KARIN,
    OLGA,
    SAM,
    STAND_IN,
    approved_by,
    away,
    left,
    order,
    privileged,
)
from tests.workflows.test_authority import GRANT, MANAGER, OWNER, RETURNED, STRICT_GRANT
from workflows import authority
from workflows.authority import Asked
from workflows.case import Case, Party
from workflows.definition import Step


def receivers(step: Step, case: Case, *already: Party) -> list[str]:
    """The names of those to whom it may be passed on."""
    return [a.party.name for a in authority.receivers(step, case, frozenset(p.id for p in already))]


def test_manager_passes_on_upwards_or_to_the_steps_own_fallbacks() -> None:
    assert receivers(MANAGER, order(), BOB) == ["Eva", "Karin", "Inga"]


def test_managers_standing_deputy_answers_on_behalf_of_the_manager() -> None:
    case = order(standing_deputies={BOB.id: (STAND_IN,)})
    first = authority.receivers(MANAGER, case, frozenset({BOB.id}))[0]
    assert first == Asked(STAND_IN, "reassigned", "deputy", BOB.id)


def test_receiver_answers_in_a_capacity_of_their_own() -> None:
    found = authority.receivers(MANAGER, order(), frozenset({BOB.id}))
    assert [(a.party.name, a.why, a.role, a.on_behalf_of) for a in found] == [
        ("Eva", "next_level_manager", "reassigned", None),
        ("Karin", "board_manager", "reassigned", None),
        ("Inga", "coordinator", "reassigned", None),
    ]


def test_system_manager_passes_on_to_the_other_one_who_was_not_asked_or_to_the_owner() -> None:
    assert receivers(GRANT, order(), CAROL) == ["Sam", "Olga", "Inga"]
    assert receivers(GRANT, order(), CAROL, SAM) == ["Olga", "Inga"]


def test_standing_deputy_is_no_receiver_where_the_step_never_asks_one() -> None:
    assert "Stig" not in receivers(GRANT, order(standing_deputies={CAROL.id: (STAND_IN,)}), CAROL)


def test_deputys_deputy_receives_nothing() -> None:
    case = order(
        line_managers=(away(BOB), EVA), deputies={BOB.id: (STAND_IN,)}, standing_deputies={STAND_IN.id: (DAN,)}
    )
    assert receivers(MANAGER, case, BOB, STAND_IN) == ["Eva", "Karin", "Inga"]


def test_who_is_on_leave_receives_through_the_deputy_only() -> None:
    case = order(line_managers=(BOB, away(EVA)), deputies={EVA.id: (STAND_IN,)})
    assert receivers(MANAGER, case, BOB) == ["Stig", "Karin", "Inga"]


@pytest.mark.parametrize(
    ("step", "case", "already"),
    [
        pytest.param(MANAGER, order(orderer=EVA), BOB, id="the orderer is the next level"),
        pytest.param(MANAGER, order(line_managers=(BOB, ALICE, EVA), subject=EVA), BOB, id="the subject is above"),
        pytest.param(MANAGER, order(line_managers=(BOB, left(EVA))), BOB, id="has left"),
    ],
)
def test_parties_and_leavers_receive_nothing(step: Step, case: Case, already: Party) -> None:
    assert "Eva" not in receivers(step, case, already)


def test_who_approved_an_earlier_step_of_what_is_privileged_receives_nothing() -> None:
    case = privileged(system_owners=(OLGA, SAM, BOB), decisions=approved_by(("manager_approval", BOB)))
    assert receivers(OWNER, case, OLGA) == ["Sam", "Karin", "Inga"]
    case = replace(case, decisions=approved_by(("manager_approval", BOB), ("owner_approval", OLGA)))
    assert receivers(STRICT_GRANT, case, CAROL) == ["Sam", "Inga"]


def test_what_the_orderer_shall_complete_is_nobody_elses() -> None:
    assert receivers(RETURNED, order(orderer=BOB), BOB) == []


def test_a_task_goes_on_and_not_round() -> None:
    passed: list[Party] = [BOB]
    while found := authority.receivers(MANAGER, order(), frozenset(p.id for p in passed)):
        passed.append(found[0].party)
    assert [p.name for p in passed] == ["Bob", "Eva", "Karin", "Inga"]
    assert KARIN in passed
