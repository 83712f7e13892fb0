"""Moves. The only importer of ``transitions``: one shared machine for each definition, fired on a tiny cursor.

What of the library is tamed here (house.md): no automatic ``to_<state>`` triggers, functions instead of names,
a failed condition and a wrong state both become a named refusal, and no side effects at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from transitions import EventData, Machine, MachineError

from workflows import authority, crossing, moving, quorum
from workflows.case import Case, Decision, GuardResult
from workflows.definition import Step, Transition, Workflow
from workflows.errors import NoSuchMove, NotYours, Refused
from workflows.guards import GUARDS
from workflows.lowering import ACCEPT

WAITING, CANCELLED = "waiting_prerequisites", "cancelled"
APPROVALS = ("approve", "approve_implicitly")
ANSWERS = (*APPROVALS, "confirm")  # what leads on from a step; a confirmation counts until its state is left
ANY_STEP = ("step", "steps", "implicit")  # by whom a move is that may answer any of the steps of the state
NO_ANSWERS = ("orderer", "parties", "system", "time")
Condition = Callable[[EventData], bool]
Note = Callable[[EventData], None]


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
    answers: Step | None = None

    @property
    def stays(self) -> bool:
        """True when more answers are needed before the state is left."""
        return self.source == self.target


class _Cursor:
    """What the shared machine moves: a state, the case, and the transition that was taken."""

    __slots__ = ("case", "state", "taken", "traits")

    def __init__(self, case: Case) -> None:
        self.case, self.state, self.traits = case, case.state, case.traits
        self.taken: Transition | None = None


@lru_cache(maxsize=64)
def machine_of(workflow: Workflow) -> Machine:
    """The shared machine of a definition version, made once for the process."""
    machine = Machine(
        model=None,
        states=list(workflow.states),
        initial="draft",
        auto_transitions=False,
        send_event=True,
        ignore_invalid_triggers=False,
    )
    for rule in workflow.transitions:
        for target in _targets(workflow, rule):
            machine.add_transition(
                rule.trigger, rule.source, target, conditions=_applies(rule, target), before=_note(rule)
            )
    return machine


def _targets(workflow: Workflow, rule: Transition) -> Iterator[str]:
    """Where the rule may lead. A resumed order goes to the state that it was on its way to when it had to wait."""
    yield rule.target
    if rule.trigger == "resume":
        yield from workflow.resume_targets - {rule.target}


def _applies(rule: Transition, target: str) -> Condition:
    def applies(event: EventData) -> bool:
        cursor = _cursor_of(event)
        wanted = cursor.case.resume_state or rule.target if rule.trigger == "resume" else target
        return rule.applies_to(cursor.traits) and wanted == target

    return applies


def _note(rule: Transition) -> Note:
    def note(event: EventData) -> None:
        _cursor_of(event).taken = rule

    return note


def _cursor_of(event: EventData) -> _Cursor:
    assert isinstance(event.model, _Cursor)
    return event.model


def next_state(workflow: Workflow, case: Case, trigger: str) -> Move:
    """The move that ``trigger`` makes in ``case.state``. Raises Refused with every guard, NotYours or NoSuchMove.

    All guards are evaluated, so that a form can show every fault at once. A guard that says wait sends the
    order to ``waiting_prerequisites`` with the state to go on to, except when granting: there nothing may
    happen, and nobody else's decision would be lost by trying again.
    """
    rule, target = _fire(workflow, case, trigger)
    answers = _answered(rule, workflow, case)
    if not _is_theirs(rule, answers, case):
        raise NotYours("not_your_order")
    if answers is not None and trigger in ANSWERS and not _completes(rule, answers, workflow, case):
        target = case.state
    guards = tuple(GUARDS[name](case) for name in rule.guards)
    if trigger == ACCEPT and target not in moving.reached_by(workflow, case):
        raise Refused("approval_missing", guards=guards)  # whatever was decided of more must be enough for less
    failed = {g.consequence: g.reason for g in reversed(guards) if not g.passed}  # the first of each kind stays
    if not failed:
        step = workflow.step_in(target, case.traits)
        return Move(trigger, case.state, target, guards, step=step, answers=answers)
    if "refuse" in failed:
        raise Refused(failed["refuse"], guards=guards)
    if "cancel" in failed:
        return Move(trigger, case.state, CANCELLED, guards, wait_reason=failed["cancel"], answers=answers)
    if trigger == "resume":
        raise Refused("still_waiting", guards=guards)
    if trigger == "grant":
        raise Refused(failed["wait"], guards=guards)
    return Move(trigger, case.state, WAITING, guards, target, failed["wait"], answers=answers)


def as_done(workflow: Workflow, case: Case, trigger: str) -> Move:
    """The move of an act that has been done already, whatever the guards say of it (C12). Raises NoSuchMove.

    It counts as an answer like any other, so that what follows knows who has decided (G7).
    """
    rule, target = _fire(workflow, case, trigger)
    return Move(trigger, case.state, target, answers=_answered(rule, workflow, case))


def _fire(workflow: Workflow, case: Case, trigger: str) -> tuple[Transition, str]:
    """Let the shared machine find the transition and its target."""
    event = machine_of(workflow).events.get(trigger)
    if event is None or case.state not in workflow.states:
        raise NoSuchMove(trigger, case.state)
    cursor = _Cursor(case)
    try:
        event.trigger(cursor)
    except MachineError as error:
        raise NoSuchMove(trigger, case.state) from error
    if cursor.taken is None:
        raise NoSuchMove(trigger, case.state)
    return cursor.taken, cursor.state


def _answered(rule: Transition, workflow: Workflow, case: Case) -> Step | None:
    """The step that the move answers; None for what is no answer to a step."""
    if rule.by in NO_ANSWERS:
        return None
    asked = workflow.steps_in(case.state, case.traits)
    wanted = rule.by if rule.by not in ANY_STEP else case.step
    return next((s for s in asked if s.name == wanted), asked[0] if asked and rule.by in ANY_STEP else None)


def _completes(rule: Transition, answers: Step, workflow: Workflow, case: Case) -> bool:
    """Is the state left with this answer? Not while others, or other steps of the same state, must answer too."""
    decisions = (*case.decisions, *_decided(answers, case, rule.trigger, case.acting_for))
    steps = workflow.steps_in(case.state, case.traits) if rule.by in ("steps", "implicit") else (answers,)
    return all(quorum.met(s.needs, (d for d in decisions if d.step == s.name)) for s in steps)


def _is_theirs(rule: Transition, answers: Step | None, case: Case) -> bool:
    """May this actor use the rule? Who is asked in a step is known to the task; here only G6 looks at them.

    Where several must answer, nobody does so twice, in whatever capacity. An order that is tried out before anybody
    sends it has no actor: it counts as the orderer's.
    """
    actor = case.actor.id if case.actor else None
    orderer = case.orderer.id if case.orderer else None
    if rule.by == "implicit":
        return answers is not None and authority.implicit_approver(answers, case) is not None
    if answers is not None and answers.needs.many:
        return {actor, case.acting_for or actor}.isdisjoint(authority.answered(answers, case))
    if rule.by == "orderer":
        return actor is None or actor == orderer
    if rule.by == "parties":
        return actor is not None and actor in (orderer, case.subject.id)
    return True


def after(workflow: Workflow, case: Case, move: Move, *, on_behalf_of: int | None = None) -> Case:
    """The case as it stands once the move is made, for whoever asks the next step.

    An approval joins the decisions of its round, so that the next step knows whom to leave out (G7); a new
    round voids them all (C0.6). A confirmation is no decision: it counts while its state waits for others.
    """
    decisions, round_ = case.decisions, case.round
    if move.trigger == "resubmit":
        decisions, round_ = (), case.round + 1
    elif move.trigger == "confirm" and move.answers is not None:
        together = {s.name for s in workflow.steps if s.state == move.source}
        confirmed = _decided(move.answers, case, move.trigger, on_behalf_of or case.acting_for)
        decisions = (*decisions, *confirmed) if move.stays else tuple(d for d in decisions if d.step not in together)
    elif move.trigger in APPROVALS and move.target != CANCELLED and move.answers is not None:
        decisions = (*decisions, *_decided(move.answers, case, move.trigger, on_behalf_of or case.acting_for))
    return replace(case, state=move.target, resume_state=move.resume_state, round=round_, decisions=decisions)


def _decided(step: Step, case: Case, trigger: str, on_behalf_of: int | None) -> tuple[Decision, ...]:
    """The decision that the move is: the actor's, or the one that the rules read out of an earlier act."""
    if trigger == "approve_implicitly":
        implied = authority.implicit_approver(step, case)
        return (Decision(step.name, implied.party.id, implied.on_behalf_of),) if implied else ()
    if case.actor is None:
        return ()
    chairs = authority.sits_on(step, case, on_behalf_of or case.actor.id) if step.needs.many else ()
    return (Decision(step.name, case.actor.id, on_behalf_of, chairs, crossing.board_of(step, case)),)


def open_actions(workflow: Workflow, case: Case) -> tuple[str, ...]:
    """The triggers that ``case.actor`` has in this state, in the definition's order.

    Without an actor: what the system and time may do. Whether the guards let a move through is not asked.
    """
    traits = case.traits
    found = (t for t in workflow.transitions if t.source == case.state and t.applies_to(traits))
    return tuple(dict.fromkeys(t.trigger for t in found if _is_open(t, workflow, case)))


def _is_open(rule: Transition, workflow: Workflow, case: Case) -> bool:
    by_product = rule.by in ("system", "time", "implicit")
    if case.actor is None or by_product:
        return case.actor is None and by_product
    if rule.by in ("orderer", "parties"):
        return _is_theirs(rule, None, case)
    steps = workflow.steps_in(case.state, case.traits)
    answerable = (s for s in steps if rule.by in (s.name, *ANY_STEP))
    return any(authority.may_decide(case, step, case.actor.id) for step in answerable)
