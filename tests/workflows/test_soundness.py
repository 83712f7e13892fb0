"""The model checker: the shipped processes are sound, and each way of breaking one is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.workflows.cases import BASE, SYSTEM
from workflows import soundness
from workflows.definition import State, Step, Transition, Workflow


@pytest.mark.parametrize("workflow", [BASE, SYSTEM])
def test_shipped_processes_are_sound(workflow: Workflow) -> None:
    assert soundness.check(workflow) == []


def without(trigger: str, source: str = "") -> Workflow:
    """The business system process without a transition."""
    kept = tuple(t for t in SYSTEM.transitions if t.trigger != trigger or (source and t.source != source))
    return replace(SYSTEM, transitions=kept)


def changed(change: Callable[[Transition], Transition]) -> Workflow:
    """The business system process with its transitions changed."""
    return replace(SYSTEM, transitions=tuple(change(t) for t in SYSTEM.transitions))


def stepwise(change: Callable[[Step], Step]) -> Workflow:
    """The business system process with its steps changed."""
    return replace(SYSTEM, steps=tuple(change(s) for s in SYSTEM.steps))


def unguarded(guard: str, trigger: str) -> Workflow:
    """The business system process without a guard at a trigger."""
    return changed(lambda t: replace(t, guards=tuple(g for g in t.guards if g != guard)) if t.trigger == trigger else t)


def added(*transitions: Transition) -> Workflow:
    """The business system process with more transitions."""
    return replace(SYSTEM, transitions=(*SYSTEM.transitions, *transitions))


def has(part: str) -> Callable[[str], bool]:
    """Does a problem hold these words?"""
    return lambda problem: part in problem


@pytest.mark.parametrize(
    ("workflow", "problem"),
    [
        (unguarded("G1", "grant"), "grants without G1"),
        (unguarded("G2", "grant"), "grants without G2"),
        (unguarded("G6", "grant"), "grants without G6"),
        (unguarded("G7", "grant"), "privileged: grant from owner_approved is not guarded by G7"),
        (unguarded("G6", "reject"), "a decision without G6"),
        (unguarded("G2", "resume"), "resume does not ask G2 again"),
        (without("submit"), "basic: no order can be granted"),
        (without("revoke"), "no way out of the state granted"),
        (without("lapse"), "do not agree"),
        (without("approve", "manager_approved"), "privileged: no order can be granted"),
        (without("resubmit"), "but no answer leads on"),
        (added(Transition("lapse", "owner_approved", "granted", "time")), "time may only end an order"),
        (added(Transition("hurry", "requested", "manager_approved", "system")), "system may not approve"),
        (added(Transition("hurry", "requested", "manager_approved", "orderer")), "orderer may not approve"),
        (added(Transition("hurry", "requested", "granted", "grant", ("G1", "G2", "G6"))), "only grant may lead to"),
        (added(Transition("reopen", "rejected", "requested", "orderer")), "the final state rejected leads on"),
        (added(Transition("skip", "returned", "manager_approved", "step", ("G6",))), "old approvals would count"),
        (
            added(Transition("approve", "requested", "rejected", "step", ("G6",))),
            "two transitions approve from requested",
        ),
        (added(Transition("approve", "returned", "rejected", "grant", ("G6",))), "whom nobody asks there"),
        (
            added(
                Transition(
                    "grant", "manager_approved", "granted", "grant", ("G1", "G2", "G6", "G7"), frozenset({"privileged"})
                )
            ),
            "passes the owner by",
        ),
        (
            replace(SYSTEM, states={**SYSTEM.states, "limbo": State("limbo", "open")}),
            "nothing leads to the state limbo",
        ),
        (
            replace(
                SYSTEM, states={n: s for n, s in SYSTEM.states.items() if n != "waiting_prerequisites"}, transitions=()
            ),
            "the state waiting_prerequisites is missing",
        ),
        (replace(SYSTEM, steps=(*SYSTEM.steps, SYSTEM.steps[0])), "two steps in the state requested"),
        (replace(SYSTEM, steps=tuple(s for s in SYSTEM.steps if s.name != "owner_approval")), "the owner is not asked"),
        (
            changed(lambda t: replace(t, target="manager_approved") if t.target == "receiving_requested" else t),
            "basic: the manager of the receiving unit can be passed by",
        ),
        (
            added(Transition("hurry", "requested", "owner_approved", "manager_approval", ("G6",))),
            "privileged: the manager of the receiving unit can be passed by",
        ),
        (
            stepwise(lambda s: replace(s, ask="line_manager") if s.ask == "receiving_manager" else s),
            "standard: the manager of the receiving unit can be passed by",
        ),
        (stepwise(lambda s: replace(s, otherwise=())), "no coordinator as the last resort"),
        (stepwise(lambda s: replace(s, distinct_from=frozenset())), "privileged: who approved may also grant"),
        (stepwise(lambda s: replace(s, distinct_from=frozenset())), "privileged: a manager may also approve as owner"),
        (
            stepwise(lambda s: replace(s, distinct_from=s.distinct_from - {"receiving_approval"})),
            "privileged: a manager may also approve as owner",
        ),
        (stepwise(lambda s: replace(s, clock=replace(s.clock, lapse=30))), "a grant task never lapses"),
        (stepwise(lambda s: replace(s, clock=replace(s.clock, lapse=None))), "asks for ever"),
        (stepwise(lambda s: replace(s, clock=replace(s.clock, lapse=4))), "reminds or escalates after it has lapsed"),
    ],
)
def test_each_way_of_breaking_a_process_is_found(workflow: Workflow, problem: str) -> None:
    found = soundness.check(workflow)
    assert any(map(has(problem), found)), found


def test_what_is_wrong_with_every_kind_is_said_once() -> None:
    assert soundness.check(without("revoke")).count("basic: no way out of the state granted") == 1


def test_process_that_does_not_handle_the_kind_needs_no_receiving_manager() -> None:
    steps = tuple(s for s in SYSTEM.steps if s.ask != "receiving_manager")
    moves = tuple(t for t in SYSTEM.transitions if "receiving_requested" not in (t.source, t.target))
    states = {name: state for name, state in SYSTEM.states.items() if name != "receiving_requested"}
    plain = replace(SYSTEM, steps=steps, transitions=moves, states=states, kinds=("new", "change", "extend"))
    assert soundness.check(plain) == []
