"""What will happen to an order: who is asked, in which order, by which dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from workflows import authority, clocks, freezing
from workflows.authority import Asked
from workflows.calendar import WorkingCalendar
from workflows.case import Case, Decision
from workflows.definition import Workflow

FORWARD = ("submit", "approve", "grant")


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
        step = workflow.step_in(state, case.traits)
        if step is None:
            continue
        seen = replace(case, state=state, decisions=decisions)
        implicit = authority.implicit_approver(step, seen)
        if implicit is not None:
            asked: tuple[Asked, ...] = (implicit,)
            planned.append(PlannedStep(step.name, step.task, asked, day, day, None, implicit=True))
        else:
            asked = authority.addressees(step, seen)
            due = clocks.due_on(step.clock, day, calendar)
            if step.task == "grant":
                due = freezing.due_for(case, due, calendar)
            lapses = calendar.add(day, step.clock.lapse) if step.clock.lapse else None
            planned.append(PlannedStep(step.name, step.task, asked, day, due, lapses))
            day = due
        if asked:
            decisions = (*decisions, Decision(step.name, asked[0].party.id))
        if step.task == "grant":
            break
    return tuple(planned)


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
