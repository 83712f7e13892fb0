"""The proof: what ships is safe, each broken process is refused with its story, and so is each broken engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.proof.broken import SEEDS, Seed, narrowed, workflow
from workflows import authority, clocks, guards, loader, machine
from workflows.case import Case, EmploymentStatus, GuardResult, Profile
from workflows.definition import Clock, Workflow
from workflows.proof import asking, checking, exploring
from workflows.proof.faults import ANSWERABLE, CONFINED, GATED, IMPARTIAL, INVARIANTS, THREE_PEOPLE, TIMELESS, Fault

CATALOG = loader.load_catalog()
FEWEST_SEEDS = 5


def told(faults: tuple[Fault, ...]) -> str:
    """All of them, for a failure's message."""
    return "\n".join(map(str, faults)) or "nothing was found"


@pytest.mark.parametrize("shipped", CATALOG.values(), ids=lambda w: w.process)
def test_what_ships_is_safe(shipped: Workflow) -> None:
    found = checking.objections(shipped)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_broken_process_is_refused_and_the_story_told(seed: Seed) -> None:
    faults = checking.prove(workflow(seed))
    meant = [f for f in faults if f.invariant == seed.invariant and f.problem == seed.problem]
    assert meant, told(faults)
    story = next((f.story for f in meant if not seed.key or f.key == seed.key), None)
    assert story is not None, told(faults)
    acts = iter(story)
    for act in seed.ends:
        assert any(line.startswith(act) for line in acts), told(tuple(meant))


def test_every_invariant_has_its_seeds() -> None:
    assert set(INVARIANTS) == {seed.invariant for seed in SEEDS}
    assert min(Counter(seed.invariant for seed in SEEDS).values()) >= FEWEST_SEEDS
    assert len({seed.name for seed in SEEDS}) == len(SEEDS)


# A broken engine: what no definition can bring about


@pytest.fixture
def fresh() -> Iterator[None]:
    """No step is remembered from a sound engine, nor from the broken one afterwards."""
    for remembered in (asking.study, asking.studied):
        remembered.cache_clear()
    yield
    for remembered in (asking.study, asking.studied):
        remembered.cache_clear()


def leaving_out(guard: str) -> Callable[[Case], GuardResult]:
    """A guard that lets everything through."""
    return lambda case: GuardResult(guard, True)


def who_left(party: Any, case: Case, barred: frozenset[int]) -> bool:
    """Asks whoever is not barred, gone or not."""
    return party.id not in barred


def trusting_the_account(party: Any, case: Case, barred: frozenset[int]) -> bool:
    """Looks at the account alone, and not at the employment."""
    return party.may_act and party.id not in barred


def deputies_of_all(principals: Any, known: Any, barred: frozenset[int]) -> tuple[Any, ...]:
    """Lets everybody's deputies answer, whoever is asked, and whoever they are."""
    return tuple(authority.Asked(d, "deputy", "deputy", p) for p, found in known.items() for d in found)


def asking_managers(ask: str, case: Case, barred: frozenset[int]) -> tuple[Any, ...]:
    """Asks the system managers whatever the definition names."""
    return tuple(authority.Asked(p, "addressee", "system_manager") for p in case.system_managers if p.id not in barred)


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    ("room", "name", "broken", "invariant", "problem"),
    [
        (authority, "_barred", lambda step, case: frozenset(), IMPARTIAL, "the subject is asked to decide"),
        (authority, "_barred", lambda step, case: frozenset({1, 2}), THREE_PEOPLE, "who decided before is asked again"),
        (authority, "_can_answer", who_left, ANSWERABLE, "somebody unable is asked"),
        (authority, "_can_answer", trusting_the_account, ANSWERABLE, "somebody unable is asked"),
        (authority, "_deputies", deputies_of_all, CONFINED, "one person is asked twice"),
        (authority, "_resolve", asking_managers, CONFINED, "somebody without authority is asked"),
        (authority, "_first_of", lambda asks, case, barred: (), ANSWERABLE, "nobody is asked"),
        (
            authority,
            "may_decide",
            lambda case, step, person: True,
            CONFINED,
            "somebody may decide whom nothing leads to",
        ),
        (
            clocks,
            "revoke_clock",
            lambda profile, level: Clock(1, lapse=20),
            TIMELESS,
            "the task to revoke a basic level lapses",
        ),
    ],
)
def test_broken_engine_is_found(
    monkeypatch: pytest.MonkeyPatch, room: Any, name: str, broken: Any, invariant: int, problem: str
) -> None:
    monkeypatch.setattr(room, name, broken)
    faults = checking.prove(only_privileged())
    assert [f for f in faults if (f.invariant, f.problem) == (invariant, problem)], told(faults)


@pytest.mark.parametrize(
    ("guard", "invariant"), [("G1", GATED), ("G2", GATED), ("G6", IMPARTIAL), ("G7", THREE_PEOPLE)]
)
def test_broken_guard_is_found(monkeypatch: pytest.MonkeyPatch, guard: str, invariant: int) -> None:
    monkeypatch.setattr(machine, "GUARDS", {**guards.GUARDS, guard: leaving_out(guard)})
    faults = checking.prove(only_privileged())
    assert {f.invariant for f in faults} == {invariant}, told(faults)


def test_broken_order_among_levels_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A higher level, or another system's, slipped in where a lower one was to be: the proof tries each of them."""
    monkeypatch.setattr(machine, "GUARDS", {**guards.GUARDS, "G19": leaving_out("G19")})
    standard = narrowed(CATALOG["business_system"], ["standard"])
    slipped_in = {
        act.circumstances.offered
        for lane in exploring.lanes(standard)
        for act in exploring.explore(standard, lane).acts
        if act.rule.trigger == "accept_lower"
    }
    assert {"a higher one", "one of another system", "another of as much access", "missing"} <= slipped_in
    faults = checking.prove(standard)
    assert {f.problem for f in faults} == {"the orderer gets a level that nobody has approved"}, told(faults)


def test_round_that_keeps_its_decisions_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The approval of a round before would count, although the order has been changed since."""
    sound = machine.after

    def keeping(workflow: Workflow, case: Case, move: machine.Move, **about: Any) -> Case:
        return replace(
            sound(workflow, case, move, **about),
            decisions=case.decisions or sound(workflow, case, move, **about).decisions,
        )

    monkeypatch.setattr(machine, "after", keeping)
    assert checking.prove(only_privileged())


def only_privileged() -> Workflow:
    """The process for business systems, for one profile and one kind of order: quick to explore."""
    return narrowed(CATALOG["business_system"], ["privileged"])


# What the exploration leaves out by symmetry, it may leave out


def test_profiles_that_nothing_tells_apart_have_the_same_courses() -> None:
    whole = CATALOG["business_system"]
    for lane in exploring.lanes(narrowed(whole, ["basic"])):
        profiles = (replace(lane.traits, profile=profile) for profile in (Profile.BASIC, Profile.STANDARD))
        graphs = [exploring.explore(whole, replace(lane, traits=traits)) for traits in profiles]
        courses = [{(a.source, a.rule, a.actor, a.target) for a in graph.acts} for graph in graphs]
        assert courses[0] == courses[1]


def test_kinds_that_nothing_tells_apart_have_the_same_courses() -> None:
    whole = CATALOG["business_system"]
    for lane in exploring.lanes(narrowed(whole, ["standard"])):
        kinds = (replace(lane.traits, kind=kind) for kind in ("new", "extend", "change"))
        graphs = [exploring.explore(whole, replace(lane, traits=traits)) for traits in kinds]
        courses = [{(a.source, a.rule, a.actor, a.target) for a in graph.acts} for graph in graphs]
        assert courses[0] == courses[1] == courses[2]


def test_employment_turns_at_every_point() -> None:
    """Wherever an order may be cancelled or wait, both happen: the directory is asked at each move of the way."""
    graph = exploring.explore(CATALOG["business_system"], next(iter(exploring.lanes(only_privileged()))))
    turned = {(a.source.state, a.circumstances.status) for a in graph.acts if a.target.state != a.rule.target}
    for state in ("requested", "manager_approved"):
        assert (state, EmploymentStatus.ENDED) in turned
        assert any(s == state and status is not EmploymentStatus.ENDED for s, status in turned)
    assert ("owner_approved", EmploymentStatus.ENDED) in turned
