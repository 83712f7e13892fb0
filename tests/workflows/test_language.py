"""What a definition can say: whom it asks, for which orders a part of it is, and what else than orders it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.workflows.cases import (
    ALICE,
    BOB,
    DAN,
    SAM,
    STAND_IN,
    SYSTEM,
    away,
    left,
    order,
)
from tests.workflows.matters import INTEGRATION, with_end, written
from workflows import authority, examples, machine, soundness, variants
from workflows.case import Case
from workflows.conditions import CONDITIONS, Traits
from workflows.definition import Clock, State, Step, Workflow
from workflows.errors import DefinitionError

OPINION = Step("opinion", "requested", "opinion", "coordinator", Clock(5, lapse=20), otherwise=("it_manager",))
CHAIRS: list[tuple[str, str, Any]] = [
    ("zone_owner", "zone_owners", (DAN,)),
    ("other_system_owner", "other_owners", (DAN,)),
    ("data_protection_officer", "protection_officers", (DAN,)),
    ("role:archivist", "named_roles", {"archivist": (DAN,)}),
    ("field:contact", "named_people", {"contact": (DAN,)}),
]


def asked(ask: str, case: Case) -> list[tuple[str, str]]:
    """Names and reasons of those whom a step with this chair asks."""
    found = authority.addressees(replace(OPINION, ask=ask, otherwise=("coordinator",)), case)
    return [(a.party.name, a.why) for a in found]


@pytest.mark.parametrize(("ask", "field", "people"), CHAIRS)
def test_chair_asks_who_sits_on_it(ask: str, field: str, people: Any) -> None:
    assert asked(ask, order(**{field: people})) == [("Dan", ask)]


@pytest.mark.parametrize(("ask", "field", "people"), CHAIRS)
def test_empty_chair_is_passed_by(ask: str, field: str, people: Any) -> None:
    assert asked(ask, order()) == [("Inga", "coordinator")]
    gone = (left(DAN),) if isinstance(people, tuple) else {name: (left(DAN),) for name in people}
    assert asked(ask, order(**{field: gone})) == [("Inga", "coordinator")]


@pytest.mark.parametrize("party", ["subject", "orderer"])
@pytest.mark.parametrize(("ask", "field", "people"), CHAIRS)
def test_whom_it_is_about_never_decides_whatever_names_them(ask: str, field: str, people: Any, party: str) -> None:
    """The orderer who writes a name of their own choice in a form chooses neither themselves nor the subject."""
    assert asked(ask, order(**{field: people, party: DAN})) == [("Inga", "coordinator")]


def test_another_role_of_the_same_person_is_another_chair() -> None:
    case = order(named_roles={"archivist": (DAN,), "registrar": (SAM,)})
    assert asked("role:registrar", case) == [("Sam", "role:registrar")]


def test_subject_does_in_person_what_only_the_subject_can_do() -> None:
    step = replace(OPINION, task="prerequisite", ask="subject", otherwise=())
    case = order(orderer=BOB, subject=away(ALICE), deputies={ALICE.id: (STAND_IN,)})
    assert [a.party.name for a in authority.addressees(step, case)] == ["Alice"]
    assert authority.receivers(step, case, frozenset()) == ()
    assert authority.may_decide(case, step, ALICE.id)
    assert not authority.may_decide(case, step, BOB.id)


# Conditions


TRAITS = Traits("standard", "new", "permanent", "SOC", 2)


@pytest.mark.parametrize(
    ("condition", "others"),
    [
        ({"only_profiles": frozenset({"standard"})}, {"profile": "sensitive"}),
        ({"only_kinds": frozenset({"new", "end"})}, {"kind": "extend"}),
        ({"only_employment_forms": frozenset({"permanent"})}, {"employment_form": "hourly"}),
        ({"only_boards": frozenset({"SOC"})}, {"board": "BUN"}),
        ({"from_confidentiality": 2}, {"confidentiality": 1}),
        ({"only_zones": frozenset({"ordinary"})}, {"zones": "special"}),
    ],
)
def test_condition(condition: dict[str, Any], others: dict[str, Any]) -> None:
    step = replace(OPINION, **condition)
    assert step.applies_to(TRAITS)
    assert not step.applies_to(replace(TRAITS, **others))
    assert set(condition) <= set(CONDITIONS)


def test_order_shows_its_traits() -> None:
    case = order(subject=replace(ALICE, employment_form="hourly", board="BUN"), kind="extend")
    assert case.traits == Traits("standard", "extend", "hourly", "BUN", 1)


def narrowed(**only: Any) -> Workflow:
    """The process for business systems with an extra approval before the grant, under a condition."""
    extra = replace(
        SYSTEM.steps[0], name="extra", task="approval", ask="coordinator", otherwise=(), state="extra_requested", **only
    )
    approve, grant = (
        next(t for t in SYSTEM.transitions if (t.trigger, t.source) == key)
        for key in (("approve", "requested"), ("grant", "manager_approved"))
    )
    moves = (
        replace(approve, target="extra_requested", **only),
        replace(approve, source="extra_requested", by="extra"),
    )
    assert grant in SYSTEM.transitions
    states = {**SYSTEM.states, "extra_requested": State("extra_requested", "open")}
    return replace(
        SYSTEM, states=states, digest=str(only), steps=(*SYSTEM.steps, extra), transitions=(*moves, *SYSTEM.transitions)
    )


def test_condition_decides_which_way_an_order_goes() -> None:
    workflow = narrowed(only_employment_forms=frozenset({"hourly"}))
    decided = {"state": "requested", "actor": BOB}
    assert machine.next_state(workflow, order(**decided), "approve").target == "manager_approved"
    hourly = order(**decided, subject=replace(ALICE, employment_form="hourly"))
    assert machine.next_state(workflow, hourly, "approve").target == "extra_requested"


@pytest.mark.parametrize(
    ("only", "found"),
    [
        ({}, {("permanent", variants.BOARD, 1)}),
        (
            {"only_employment_forms": frozenset({"permanent"})},
            {("permanent", variants.BOARD, 1), ("fixed_term", variants.BOARD, 1)},
        ),
        ({"only_boards": frozenset({"SOC"})}, {("permanent", variants.BOARD, 1), ("permanent", "SOC", 1)}),
        ({"from_confidentiality": 2}, {("permanent", variants.BOARD, 0), ("permanent", variants.BOARD, 2)}),
    ],
)
def test_proof_looks_at_every_order_that_a_condition_tells_apart(only: dict[str, Any], found: set[Any]) -> None:
    seen = variants.among(narrowed(**only), "standard", "new")
    assert {(t.employment_form, t.board, t.confidentiality) for t in seen} == found


def test_unknown_form_of_employment_is_refused() -> None:
    with pytest.raises(DefinitionError) as caught:
        written(INTEGRATION, ("    ask: subject\n", "    ask: subject\n    only_employment_forms: [tim]\n"))
    assert (caught.value.key, caught.value.found) == ("steps.3.only_employment_forms.0", "'tim'")


# Other things than orders


def test_process_about_something_else_is_sound() -> None:
    workflow = written(INTEGRATION)
    assert (workflow.about, workflow.gives) == ("integration", frozenset({"in_production"}))
    assert workflow.roles == {"it_architect"}
    assert soundness.check(workflow) == []
    assert list(examples.misses(workflow)) == []


def test_state_that_gives_must_be_there() -> None:
    with pytest.raises(DefinitionError) as caught:
        written(INTEGRATION, ("gives: [in_production]\n", ""))
    assert (caught.value.key, caught.value.found) == ("gives", "granted")


def test_ending_gives_nothing_and_needs_no_grant() -> None:
    assert soundness.check(with_end()) == []
