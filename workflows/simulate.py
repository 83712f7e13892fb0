"""What will happen to an order: who is asked, in which order, by which dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from workflows import authority, clocks, freezing, quorum, together
from workflows.authority import Asked
from workflows.calendar import WorkingCalendar
from workflows.case import Case, Decision
from workflows.definition import Step, Workflow

FORWARD = ("submit", "approve", "confirm", "accept_lower", "grant")


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step to come. ``implicit``: the orderer is the one who would be asked, so nobody is."""

    step: str
    task: str
    asked: tuple[Asked, ...]
    asked_on: date
    due_on: date
    lapses_on: date | None
    implicit: bool = False


def path(workflow: Workflow, case: Case, calendar: WorkingCalendar) -> tuple[PlannedStep, ...]:
    """The steps from the case's state on, if everyone answers on the due date and the first addressee decides."""
    planned: list[PlannedStep] = []
    day = case.today
    decisions = () if case.state == "returned" else case.decisions  # a new round voids them
    for state in _states_ahead(workflow, case):
        seen = replace(case, state=state, decisions=decisions)
        left = [s for s in workflow.steps_in(state, case.traits) if s.name not in _answered(s, seen)]
        here = [_planned(step, known, day, calendar) for step, known in together.asked_at_once(left, seen)]
        planned += here
        decisions += tuple(d for step, one in zip(left, here, strict=True) for d in _decided(step, one, seen))
        day = max((one.due_on for one in here), default=day)  # steps of one state are asked at the same time
        if any(one.task == "grant" for one in here):
            break
    return tuple(planned)


def _answered(step: Step, case: Case) -> frozenset[str]:
    """The step's name when the state that the order stands in waits for its other steps alone."""
    given = [d for d in case.decisions if d.step == step.name]
    return frozenset({step.name}) if quorum.met(step.needs, given) else frozenset()


def _planned(step: Step, case: Case, day: date, calendar: WorkingCalendar) -> PlannedStep:
    implicit = authority.implicit_approver(step, case)
    if implicit is not None:
        return PlannedStep(step.name, step.task, (implicit,), day, day, None, implicit=True)
    due = clocks.due_on(step.clock, day, calendar)
    if step.task == "grant":
        due = freezing.due_for(case, due, calendar)
    lapses = calendar.add(day, step.clock.lapse) if step.clock.lapse else None
    return PlannedStep(step.name, step.task, authority.addressees(step, case), day, due, lapses)


def _decided(step: Step, planned: PlannedStep, case: Case) -> tuple[Decision, ...]:
    """The answers of the first who are asked, as many as the step needs."""
    first = [a for a in planned.asked if a.role != "deputy"][: step.needs.total]
    chairs = {a.party.id: authority.sits_on(step, case, a.party.id) for a in first} if step.needs.many else {}
    return tuple(Decision(step.name, a.party.id, chairs=chairs.get(a.party.id, ())) for a in first)


def _states_ahead(workflow: Workflow, case: Case) -> Iterator[str]:
    """The states in which somebody will be asked. What is returned starts anew; what has ended has no path."""
    onward: dict[str, str] = {}
    for rule in workflow.transitions:
        if rule.trigger in FORWARD and rule.applies_to(case.traits):
            onward.setdefault(rule.source, rule.target)
    first = onward.get("draft", "")
    state = case.resume_state or first if case.state == "waiting_prerequisites" else case.state
    state = first if state in ("draft", "returned") else state
    while state in onward:
        yield state
        state = onward.pop(state)
