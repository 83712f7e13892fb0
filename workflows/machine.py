"""Moves. The only importer of ``transitions``: one shared machine for each definition, fired on a tiny cursor.

What of the library is tamed here (house.md): no automatic ``to_<state>`` triggers, functions instead of names,
a failed condition and a wrong state both become a named refusal, and no side effects at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from transitions import EventData, Machine, MachineError

from workflows.case import Case, GuardResult
from workflows.definition import Step, Transition, Workflow
from workflows.errors import NoSuchMove, Refused
from workflows.guards import GUARDS

WAITING = "waiting_prerequisites"


@dataclass(frozen=True, slots=True)
class Move:
    """A move that the rules allow, with every guard that was evaluated for it."""

    trigger: str
    source: str
    target: str
    guards: tuple[GuardResult, ...] = ()
    resume_state: str | None = None
    wait_reason: str = ""
    step: Step | None = None


class _Cursor:
    """What the shared machine moves: a state, the case, and the transition that was taken."""

    __slots__ = ("case", "state", "taken")

    def __init__(self, case: Case) -> None:
        self.case, self.state = case, case.state
        self.taken: Transition | None = None


@lru_cache(maxsize=64)
def _by_identity(workflow_id: int, holder: _Holder) -> Machine:
    return _build(holder.workflow)


class _Holder:
    """Hashable stand-in for a definition, which holds mappings."""

    __slots__ = ("workflow",)

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow

    def __hash__(self) -> int:
        return hash((self.workflow.process, self.workflow.version, self.workflow.digest))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Holder) and hash(other) == hash(self)


def machine_of(workflow: Workflow) -> Machine:
    """The shared machine of a definition version, made once for the process."""
    return _by_identity(0, _Holder(workflow))


def _build(workflow: Workflow) -> Machine:
    machine = Machine(
        model=None,
        states=list(workflow.states),
        initial="draft",
        auto_transitions=False,
        send_event=True,
        ignore_invalid_triggers=False,
    )
    for rule in workflow.transitions:
        machine.add_transition(rule.trigger, rule.source, rule.target, conditions=_applies(rule), before=_take(rule))
    return machine


def _applies(rule: Transition) -> Any:
    def profile_matches(event: EventData) -> bool:
        return not rule.only_profiles or event.model.case.level.profile in rule.only_profiles

    return profile_matches


def _take(rule: Transition) -> Any:
    def note(event: EventData) -> None:
        event.model.taken = rule

    return note


def next_state(workflow: Workflow, case: Case, trigger: str) -> Move:
    """The move that ``trigger`` makes in ``case.state``. Raises Refused with every guard, or NoSuchMove.

    All guards are evaluated, so that a form can show every fault at once. A guard that says wait sends the
    order to ``waiting_prerequisites`` with the state to go on to, except when granting: there nothing may
    happen, and nobody else's decision would be lost by trying again.
    """
    rule = _rule(workflow, case, trigger)
    guards = tuple(GUARDS[name](case) for name in rule.guards)
    failed = [g for g in guards if not g.passed]
    if not failed:
        target = case.resume_state if trigger == "resume" and case.resume_state else rule.target
        return Move(trigger, case.state, target, guards, step=workflow.step_in(target, case.level.profile))
    refusal = next((g for g in failed if g.consequence == "refuse"), None)
    if refusal is not None:
        raise Refused(refusal.reason, guards=guards)
    cancelling = next((g for g in failed if g.consequence == "cancel"), None)
    if cancelling is not None:
        return Move(trigger, case.state, "cancelled", guards, wait_reason=cancelling.reason)
    if trigger == "resume":
        raise Refused("still_waiting", guards=guards)
    if trigger == "grant":
        raise Refused(failed[0].reason, guards=guards)
    return Move(trigger, case.state, WAITING, guards, resume_state=rule.target, wait_reason=failed[0].reason)


def _rule(workflow: Workflow, case: Case, trigger: str) -> Transition:
    machine = machine_of(workflow)
    cursor = _Cursor(case)
    event = machine.events.get(trigger)
    if event is None:
        raise NoSuchMove(trigger, case.state)
    try:
        event.trigger(cursor)
    except MachineError as error:
        raise NoSuchMove(trigger, case.state) from error
    if cursor.taken is None:
        raise NoSuchMove(trigger, case.state)
    return cursor.taken


def open_actions(workflow: Workflow, case: Case) -> tuple[str, ...]:
    """The triggers that exist in the case's state for its profile, in the definition's order."""
    found = [
        t.trigger
        for t in workflow.transitions
        if t.source == case.state and (not t.only_profiles or case.level.profile in t.only_profiles)
    ]
    return tuple(dict.fromkeys(found))
