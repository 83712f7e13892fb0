"""Is a definition safe to use? Every state and every move is looked at, for each profile and kind by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflows.definition import FORWARD, Step, Transition, Workflow

BASE_PROCESS = "base_order"  # the one process that needs no base grant, since it gives it
START, WAITING, GRANTED, RETURNED = "draft", "waiting_prerequisites", "granted", "returned"
OUTCOMES = frozenset({START, WAITING, GRANTED, RETURNED, "cancelled", "lapsed"})
OWNER_PROFILES = frozenset({"sensitive", "privileged"})
IN_ANOTHER_UNIT = "temporary_other_unit"  # the one kind that two units' managers answer for (rules.md C2)
DECISIONS = frozenset({"approve", "grant", "reject", "return"})
WAITING_GUARDS = frozenset({"G1", "G2", "G3", "G8", "G9"})
LAST_RESORT = "coordinator"


def check(workflow: Workflow) -> list[str]:
    """Every reason why the definition may not become active; empty when it is sound."""
    problems = [f"the state {state} is missing" for state in sorted(OUTCOMES - set(workflow.states))]
    problems += _rules_of_moves(workflow)
    problems += _rules_of_steps(workflow)
    reached: set[str] = set()
    for profile in sorted(workflow.profiles):
        for kind in workflow.kinds:
            edges = _edges(workflow, profile, kind)
            here = _closure([START], edges)
            reached |= here
            problems += _one_variant(workflow, profile, kind, edges)
    problems = list(dict.fromkeys(problems))  # what is wrong with every kind is said once
    problems += [f"nothing leads to the state {state}" for state in workflow.states if state not in reached]
    return problems


def _edges(workflow: Workflow, profile: str, kind: str) -> Mapping[str, frozenset[str]]:
    """Where each state may lead, with what guards and resuming add to what is written."""
    edges: dict[str, set[str]] = {}
    for rule in workflow.transitions:
        if not rule.applies_to(profile, kind):
            continue
        targets = edges.setdefault(rule.source, set())
        targets.add(rule.target)
        if "G1" in rule.guards:
            targets.add("cancelled")
        if rule.trigger in FORWARD and WAITING_GUARDS & set(rule.guards):
            targets.add(WAITING)
            if any(r.trigger == "resume" and r.applies_to(profile, kind) for r in workflow.transitions):
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


def _one_variant(workflow: Workflow, profile: str, kind: str, edges: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """What is wrong for orders of one profile and one kind."""
    reached = _closure([START], edges)
    finals = {name for name, state in workflow.states.items() if state.kind == "final"}
    if GRANTED not in reached:
        yield f"{profile}: no order can be granted"
    for state in sorted(reached - finals):
        if not finals & _closure([state], edges):
            yield f"{profile}: no way out of the state {state}"
        yield from _of_state(workflow, profile, kind, state)
    for state in sorted(finals & set(edges)):
        yield f"{profile}: the final state {state} leads on"
    if profile in OWNER_PROFILES:
        yield from _four_eyes(workflow, profile, kind)
    if kind == IN_ANOTHER_UNIT and GRANTED in _passing_by("receiving_manager", workflow, profile, edges):
        yield f"{profile}: the manager of the receiving unit can be passed by"


def _passing_by(ask: str, workflow: Workflow, profile: str, edges: Mapping[str, frozenset[str]]) -> set[str]:
    """The states that are reached without an answer of whom ``ask`` names.

    Waiting is no way around: who waits goes on to where the last answer led.
    """
    asked_in = {s.state for s in workflow.steps_for(profile, IN_ANOTHER_UNIT) if s.ask == ask}
    return _closure([START], {state: ends for state, ends in edges.items() if state not in asked_in | {WAITING}})


def _of_state(workflow: Workflow, profile: str, kind: str, state: str) -> Iterator[str]:
    rules = [t for t in workflow.transitions if t.source == state and t.applies_to(profile, kind)]
    steps = [s for s in workflow.steps_for(profile, kind) if s.state == state]
    for trigger in sorted({t.trigger for t in rules}):
        if sum(t.trigger == trigger for t in rules) > 1:
            yield f"{profile}: two transitions {trigger} from {state}"
    if len(steps) > 1:
        yield f"{profile}: two steps in the state {state}"
    names = {s.name for s in steps}
    for rule in rules:
        if rule.trigger in DECISIONS and (not names or rule.by not in {*names, "step"}):
            yield f"{profile}: {rule.trigger} from {state} is by {rule.by}, whom nobody asks there"
    if steps and not any(t.by in names or t.trigger == "resubmit" for t in rules):
        yield f"{profile}: the step {steps[0].name} asks in {state}, but no answer leads on"
    for step in steps:
        lapses = any(t.trigger == "lapse" for t in rules)
        if lapses is not (step.clock.lapse is not None):
            yield f"{profile}: the clock of {step.name} and the transition lapse from {state} do not agree"


def _four_eyes(workflow: Workflow, profile: str, kind: str) -> Iterator[str]:
    """G7: managers, owner and grantor are different people, and the owner cannot be passed by."""
    steps = {s.name: s for s in workflow.steps_for(profile, kind)}
    if "owner_approval" not in steps or "grant" not in steps:
        yield f"{profile}: the owner is not asked, or nobody grants"
        return
    managers = {"manager_approval"} | {s.name for s in steps.values() if s.ask == "receiving_manager"}
    if not {*managers, "owner_approval"} <= steps["grant"].distinct_from:
        yield f"{profile}: who approved may also grant"
    if not managers <= steps["owner_approval"].distinct_from:
        yield f"{profile}: a manager may also approve as owner"
    for rule in workflow.transitions:
        if rule.applies_to(profile, kind) and rule.target == GRANTED:
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
    needed = {"G1", "G6"} | ({"G2"} if workflow.process != BASE_PROCESS else set())
    if rule.by == "time" and workflow.states[rule.target].kind != "final":
        yield "time may only end an order"
    if rule.target in approved and rule.by in {"time", "system", "orderer", "parties"} and rule.trigger != "resume":
        yield f"{rule.by} may not approve"
    if rule.trigger in DECISIONS and "G6" not in rule.guards:
        yield "a decision without G6"
    if rule.target == GRANTED and needed - set(rule.guards):
        yield f"grants without {', '.join(sorted(needed - set(rule.guards)))}"
    if rule.target == GRANTED and rule.trigger != "grant":
        yield "only grant may lead to granted"


def _rules_of_steps(workflow: Workflow) -> Iterator[str]:
    for step in workflow.steps:
        if step.ask != "orderer" and LAST_RESORT not in (step.ask, *step.otherwise):
            yield f"the step {step.name} in {step.state}: no {LAST_RESORT} as the last resort"
        yield from _of_clock(step)


def _of_clock(step: Step) -> Iterator[str]:
    clock, where = step.clock, f"the step {step.name} in {step.state}"
    if step.task == "grant" and clock.lapse is not None:
        yield f"{where}: a grant task never lapses"
    if step.task != "grant" and clock.lapse is None:
        yield f"{where}: asks for ever"
    last = max((*clock.reminders, *(e.after for e in clock.escalations), clock.due), default=0)
    if clock.lapse is not None and clock.anchor == "created" and last >= clock.lapse:
        yield f"{where}: reminds or escalates after it has lapsed"
