"""What will happen to an order: who is asked, in which order, by which dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from workflows import authority, clocks
from workflows.authority import Asked
from workflows.calendar import WorkingCalendar
from workflows.case import Case, Decision
from workflows.definition import Workflow

PATH = ("requested", "manager_approved", "owner_approved")


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
    day, decisions = case.today, case.decisions
    start = PATH.index(case.state) if case.state in PATH else 0
    for state in PATH[start:]:
        step = workflow.step_in(state, case.level.profile)
        if step is None:
            continue
        seen = replace(case, state=state, decisions=decisions)
        implicit = authority.implicit_approver(step, seen)
        if implicit is not None:
            asked = (Asked(implicit, "addressee", "line_manager"),)
            planned.append(PlannedStep(step.name, step.task, asked, day, day, None, implicit=True))
        else:
            asked = authority.addressees(step, seen)
            due = clocks.due_on(step.clock, day, calendar)
            lapses = calendar.add(day, step.clock.lapse) if step.clock.lapse else None
            planned.append(PlannedStep(step.name, step.task, asked, day, due, lapses))
            day = due
        if asked:
            decisions = (*decisions, Decision(step.name, asked[0].party.id))
        if step.task == "grant":
            break
    return tuple(planned)
