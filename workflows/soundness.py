"""Is a definition safe to use? Every state and every move is looked at, for each profile and kind by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from workflows import crossing, lowering
from workflows.conditions import ACROSS, SECRET_CONFIDENTIALITY, Traits
from workflows.definition import FIELD, FORWARD, GRANTED, ORDER, THEMSELVES, Step, Transition, Workflow
from workflows.variants import variants

BASE_PROCESS = "base_order"  # the one process that needs no base grant, since it gives it
START, WAITING, RETURNED, CANCELLED = "draft", "waiting_prerequisites", "returned", "cancelled"
OUTCOMES = frozenset({START, WAITING, GRANTED, RETURNED, CANCELLED, "lapsed"})
OWNER_PROFILES = frozenset({"sensitive", "privileged"})
EMERGENCY, END = "emergency", "end"  # the manager approves afterwards (C7); nothing is given (C2)
IN_ANOTHER_UNIT = "temporary_other_unit"  # the one kind that two units' managers answer for (rules.md C2)
APPROVING = frozenset({"approve", "approve_implicitly", "grant"})
DECISIONS = frozenset({"approve", "grant", "reject", "return", lowering.PROPOSE})
BY_ORDERER = frozenset({"resubmit", *lowering.ANSWERS})  # how the orderer answers a step
WAITING_GUARDS = frozenset({"G1", "G2", "G3", "G8", "G9", "G16"})
NEVER_LAPSES = frozenset({"grant", "confirmation", "emergency_followup"})
LAST_RESORT = "coordinator"


def check(workflow: Workflow) -> list[str]:
    """Every reason why the definition may not become active; empty when it is sound."""
    problems = [f"the state {state} is missing" for state in sorted(needed_states(workflow) - set(workflow.states))]
    if problems:
        return problems
    problems += _rules_of_moves(workflow)
    problems += _rules_of_steps(workflow)
    reached: set[str] = set()
    for traits in variants(workflow):
        edges = _edges(workflow, traits)
        reached |= _closure([START], edges)
        problems += _one_variant(workflow, traits, edges)
        problems += _across(workflow, traits)
    problems = list(dict.fromkeys(problems))  # what is wrong with every kind is said once
    problems += [f"nothing leads to the state {state}" for state in workflow.states if state not in reached]
    return problems


def needed_states(workflow: Workflow) -> frozenset[str]:
    """The states that the engine names itself: all of them for orders, for other things those that come into use."""
    if workflow.about == ORDER:
        return OUTCOMES
    guards = {guard for rule in workflow.transitions for guard in rule.guards}
    waiting = {WAITING} if guards & WAITING_GUARDS else set()
    return workflow.gives | {START} | waiting | ({CANCELLED} if "G1" in guards else set())


def _edges(workflow: Workflow, traits: Traits) -> Mapping[str, frozenset[str]]:
    """Where each state may lead, with what guards and resuming add to what is written."""
    edges: dict[str, set[str]] = {}
    for rule in workflow.transitions:
        if not rule.applies_to(traits):
            continue
        targets = edges.setdefault(rule.source, set())
        targets.add(rule.target)
        if "G1" in rule.guards:
            targets.add("cancelled")
        if rule.trigger in FORWARD and WAITING_GUARDS & set(rule.guards):
            targets.add(WAITING)
            if any(r.trigger == "resume" and r.applies_to(traits) for r in workflow.transitions):
                edges.setdefault(WAITING, set()).add(rule.target)
    return {state: frozenset(targets) for state, targets in edges.items()}


def _closure(start: Iterable[str], edges: Mapping[str, frozenset[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = list(start)
    while ahead:
        state = ahead.pop()
        if state not in seen:
            seen.add(state)
            ahead += edges.get(state, ())
    return seen


def _one_variant(workflow: Workflow, traits: Traits, edges: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """What is wrong for orders of one kind."""
    reached, profile = _closure([START], edges), traits.profile
    finals = {name for name, state in workflow.states.items() if state.kind == "final"}
    if not workflow.gives & reached and traits.kind != END:
        yield f"{profile}: no order can be granted" if workflow.about == ORDER else f"{profile}: nothing can be given"
    for state in sorted(reached - finals):
        if not finals & _closure([state], edges):
            yield f"{profile}: no way out of the state {state}"
        yield from _of_state(workflow, traits, state)
    for state in sorted(finals & set(edges)):
        yield f"{profile}: the final state {state} leads on"
    yield from (f"{profile}: {fault}" for fault in lowering.faults(workflow, traits))
    if workflow.about == ORDER:
        yield from _of_order(workflow, traits, edges)


def _of_order(workflow: Workflow, traits: Traits, edges: Mapping[str, frozenset[str]]) -> Iterator[str]:
    if traits.profile in OWNER_PROFILES and traits.kind not in (EMERGENCY, END):
        yield from _four_eyes(workflow, traits)
    if traits.kind == IN_ANOTHER_UNIT and workflow.gives & _passing_by("receiving_manager", workflow, traits, edges):
        yield f"{traits.profile}: the manager of the receiving unit can be passed by"


def _across(workflow: Workflow, traits: Traits) -> Iterator[str]:
    """Of a definition that asks for a legal ground: across nämnder both sides are asked, and by two people (G12)."""
    if workflow.about != ORDER or all(one.name != crossing.GROUND for one in workflow.questions):
        return
    across = replace(traits, confidentiality=max(traits.confidentiality, SECRET_CONFIDENTIALITY), crossing=ACROSS)
    asked_in = {s.state for s in workflow.steps_for(across) if s.task == crossing.TASK}
    edges = {state: ends for state, ends in _edges(workflow, across).items() if state not in asked_in | {WAITING}}
    yield from crossing.faults(workflow, bool(workflow.gives & _closure([START], edges)), across)


def _passing_by(ask: str, workflow: Workflow, traits: Traits, edges: Mapping[str, frozenset[str]]) -> set[str]:
    """The states that are reached without an answer of whom ``ask`` names.

    Waiting is no way around: who waits goes on to where the last answer led.
    """
    asked_in = {s.state for s in workflow.steps_for(traits) if s.ask == ask}
    return _closure([START], {state: ends for state, ends in edges.items() if state not in asked_in | {WAITING}})


def _of_state(workflow: Workflow, traits: Traits, state: str) -> Iterator[str]:
    profile = traits.profile
    rules = [t for t in workflow.transitions if t.source == state and t.applies_to(traits)]
    steps = [s for s in workflow.steps_for(traits) if s.state == state]
    for trigger in sorted({t.trigger for t in rules}):
        if sum(t.trigger == trigger for t in rules) > 1:
            yield f"{profile}: two transitions {trigger} from {state}"
    if len(steps) > 1:
        yield from (f"{profile}: {fault} {state}" for fault in _of_parallel(steps, rules))
    names = {s.name for s in steps}
    for rule in rules:
        if rule.trigger in DECISIONS and (not names or rule.by not in {*names, "step", "steps"}):
            yield f"{profile}: {rule.trigger} from {state} is by {rule.by}, whom nobody asks there"
    if steps and not any(t.by in names | {"steps"} or t.trigger in BY_ORDERER for t in rules):
        yield f"{profile}: the step {steps[0].name} asks in {state}, but no answer leads on"
    for step in steps:
        lapses = any(t.trigger == "lapse" for t in rules)
        if lapses is not (step.clock.lapse is not None):
            yield f"{profile}: the clock of {step.name} and the transition lapse from {state} do not agree"


def _of_parallel(steps: list[Step], rules: list[Transition]) -> Iterator[str]:
    """Steps that are asked at the same time lead on when all of them are answered, by one transition."""
    if len({s.name for s in steps}) < len(steps) or not any(t.by == "steps" for t in rules):
        yield "two steps in the state"
    if any(s.skip_if_ordered_by_addressee or s.same_answer_as for s in steps):
        yield "where several are asked, everybody answers, but not in the state"
    if any(t.by in {s.name for s in steps} and t.trigger in (*APPROVING, "confirm") for t in rules):
        yield "one of several steps leads alone from the state"


def _four_eyes(workflow: Workflow, traits: Traits) -> Iterator[str]:
    """G7: managers, owner and grantor are different people, and the owner cannot be passed by."""
    profile = traits.profile
    steps = {s.name: s for s in workflow.steps_for(traits)}
    if "owner_approval" not in steps or "grant" not in steps:
        yield f"{profile}: the owner is not asked, or nobody grants"
        return
    managers = {"manager_approval"} | {s.name for s in steps.values() if s.ask == "receiving_manager"}
    if not {*managers, "owner_approval"} <= steps["grant"].distinct_from:
        yield f"{profile}: who approved may also grant"
    if not managers <= steps["owner_approval"].distinct_from:
        yield f"{profile}: a manager may also approve as owner"
    for rule in workflow.transitions:
        if rule.applies_to(traits) and rule.target in workflow.gives and rule.source not in workflow.gives:
            if "G7" not in rule.guards:
                yield f"{profile}: {rule.trigger} from {rule.source} is not guarded by G7"
            if not any(t.by == "owner_approval" and t.target == rule.source for t in workflow.transitions):
                yield f"{profile}: {rule.trigger} from {rule.source} passes the owner by"


def _rules_of_moves(workflow: Workflow) -> Iterator[str]:
    first = {t.target for t in workflow.transitions if t.trigger == "submit"}
    approved = {t.target for t in workflow.transitions if t.trigger in {"approve", "approve_implicitly", "grant"}}
    for rule in workflow.transitions:
        yield from (f"{rule.trigger} from {rule.source}: {fault}" for fault in _of_move(workflow, rule, approved))
        if rule.source == RETURNED and rule.target not in first and workflow.states[rule.target].kind != "final":
            yield f"{rule.trigger} from {RETURNED}: does not start a new round, so old approvals would count"
    resumed = set().union(*(t.guards for t in workflow.transitions if t.trigger == "resume"))
    waited = set().union(*(t.guards for t in workflow.transitions if t.trigger in FORWARD)) & WAITING_GUARDS
    if waited - resumed:
        yield f"resume does not ask {', '.join(sorted(waited - resumed))} again"


def _of_move(workflow: Workflow, rule: Transition, approved: set[str]) -> Iterator[str]:
    gives = rule.target in workflow.gives and rule.source not in workflow.gives
    takes = rule.source in workflow.gives and rule.target not in workflow.gives and workflow.about != ORDER
    if rule.by == "time" and workflow.states[rule.target].kind != "final" and not takes:
        yield "time may only end an order"
    back = rule.trigger == "resume" or rule.trigger in lowering.ANSWERS  # to where it had come
    if rule.target in approved and rule.by in {"time", "system", "orderer", "parties"} and not back:
        yield f"{rule.by} may not approve"
    if rule.trigger in DECISIONS and "G6" not in rule.guards:
        yield "a decision without G6"
    if gives and rule.by in {"time", "system"}:
        yield f"{rule.by} may not give"
    if gives and workflow.about == ORDER:
        needed = {"G1", "G6"} | ({"G2"} if workflow.process != BASE_PROCESS else set())
        if needed - set(rule.guards):
            yield f"grants without {', '.join(sorted(needed - set(rule.guards)))}"
        if rule.trigger != "grant":
            yield "only grant may lead to granted"


def _rules_of_steps(workflow: Workflow) -> Iterator[str]:
    for asked in workflow.questions:
        if EMERGENCY in workflow.kinds and (not asked.only_kinds or EMERGENCY in asked.only_kinds):
            yield f"the question {asked.name}: an emergency is asked for by a short form of its own"
    for step in workflow.steps:
        where = f"the step {step.name} in {step.state}"
        if step.decides and LAST_RESORT not in (step.ask, *step.otherwise):
            yield f"{where}: no {LAST_RESORT} as the last resort"
        if not step.decides and step.otherwise:
            yield f"{where}: nobody can do it instead of the {step.ask}"
        if THEMSELVES & set(step.otherwise):
            yield f"{where}: whom it is about decides nothing"
        if step.task == "grant" and any(chair.startswith(FIELD) for chair in step.chairs):
            yield f"{where}: whom a form field names may not grant"
        yield from (f"{where}: {fault}" for fault in _of_needs(workflow, step))
        yield from _of_clock(workflow, step)


def _of_needs(workflow: Workflow, step: Step) -> Iterator[str]:
    """N of M: what is counted are approvals of people who are asked."""
    if step.beside and not step.needs.many:
        yield "several are asked, and one answer is enough"
    if not step.needs.many:
        return
    if not step.decides or step.task == "grant" or THEMSELVES & set(step.beside):
        yield "only an approval can need several answers"
    if step.skip_if_ordered_by_addressee or step.same_answer_as:
        yield "where several must answer, everybody is asked"
    if sum(number for _, number in step.needs.each) > step.needs.total:
        yield "more are needed of each chair than in total"
    if any(t.by == step.name and t.source == step.state and t.trigger == "approve" for t in workflow.transitions):
        return
    if not any(t.by == "steps" and t.source == step.state and t.trigger == "approve" for t in workflow.transitions):
        yield "needs several approvals, and none is asked for"


def _of_clock(workflow: Workflow, step: Step) -> Iterator[str]:
    clock, where = step.clock, f"the step {step.name} in {step.state}"
    if step.task == "grant" and clock.lapse is not None:
        yield f"{where}: a grant task never lapses"
    if step.task not in NEVER_LAPSES and clock.lapse is None and workflow.about == ORDER:
        yield f"{where}: asks for ever"
    last = max((*clock.reminders, *(e.after for e in clock.escalations), clock.due), default=0)
    if clock.lapse is not None and clock.anchor == "created" and last >= clock.lapse:
        yield f"{where}: reminds or escalates after it has lapsed"
