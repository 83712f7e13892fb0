"""Whom a matter asks: at each step, when nobody answers, and when somebody leaves. Reactions and what they share."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from app.db import db
from app.errors import NotAllowed
from app.events import publish
from app.matters import definitions, facts, queries, services, succession
from app.matters.models import Matter
from app.requests import asking
from app.tasks import queries as task_queries
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import authority, machine, quorum, together
from workflows.authority import Asked
from workflows.case import Case
from workflows.definition import Step
from workflows.events import TIME, Actor, TaskEscalated
from workflows.matter_events import MatterMoved, MatterTaskLeft, MatterTaskRang


def ask_next(event: MatterMoved) -> None:
    """Ask whoever the definition names for the state that the matter has entered (a reaction)."""
    matter = db.session.get_one(Matter, event.matter_id)
    assert event.case is not None
    if matter.state != event.state_to:
        return
    if stays(event):
        waits_for = partial(queries.open_steps, matter.id)
        asking.release(_left(matter, event.case), waits_for, event.case, event.at)
        return
    case = replace(event.case, state=matter.state)
    for step, seen in together.asked_at_once(_left(matter, case), case):
        implicit = authority.implicit_approver(step, seen)
        if implicit is not None:
            _approve_implicitly(matter, step, implicit, event)
        else:
            _ask(matter, step, seen, event.at)


def stays(event: MatterMoved) -> bool:
    """True when somebody has answered and the state waits for others too."""
    return event.state_from == event.state_to and event.trigger in machine.ANSWERS


def _left(matter: Matter, case: Case) -> tuple[Step, ...]:
    """The steps that still ask while the matter stands in its state."""
    asked = definitions.of(matter).steps_in(matter.state, case.traits)
    answers = {s.name: [d for d in case.decisions if d.step == s.name] for s in asked}
    return tuple(s for s in asked if not quorum.met(s.needs, answers[s.name]))


def _ask(matter: Matter, step: Step, case: Case, now: datetime) -> None:
    """One task for the step or, where several must answer, one for each. Raises NotAllowed(nobody_to_ask)."""
    groups = authority.panel(step, case) if step.needs.many else (authority.addressees(step, case),)
    if not groups or not groups[0]:
        raise NotAllowed("nobody_to_ask", matter_id=matter.id)
    about = {"matter_id": matter.id, "step": step.name, "round": matter.round}
    for asked in groups:
        tasks.ask(step.task, asked, step.clock, now=now, about=about)


def _approve_implicitly(matter: Matter, step: Step, by: Asked, event: MatterMoved) -> None:
    about = {"matter_id": matter.id, "step": step.name, "round": matter.round, "on_behalf_of_id": by.on_behalf_of}
    tasks.record_implicit(step.task, about=about, by=by.party.id, now=event.at, reason=by.why)
    actor = Actor(by.party.id, step.ask, event.actor.channel, by.on_behalf_of)
    assert event.case is not None
    case = replace(event.case, actor=by.party)
    services.move(matter, "approve_implicitly", services.Push(actor, event.at, by.why), case)


def close_tasks(event: MatterMoved) -> None:
    """Whatever was asked in the state that the matter left is not needed any more (a reaction)."""
    if event.state_from != "draft" and not stays(event):
        status = "lapsed" if event.trigger == "lapse" else "closed"
        tasks.close_open(matter_id=event.matter_id, now=event.at, status=status)


def step_of(task: Task, now: datetime) -> tuple[Step | None, Case]:
    """The step that a matter's task is of, None when the matter has left it; and the case at this moment."""
    matter = queries.by_id(task.matter_id or 0)
    case = facts.case_for(matter, now=now, actor_id=None)
    if task.step == succession.STEP:
        return succession.INSTEAD, case
    steps = definitions.of(matter).steps_for(case.traits)
    return next((s for s in steps if s.name == task.step and s.state == matter.state), None), case


def rang(event: MatterTaskRang) -> None:
    """Time has come for a task: it lapses, or more people are asked (a reaction)."""
    task = task_queries.task(event.task_id)
    assert task is not None
    if event.act == "lapse":
        matter = queries.hold(event.matter_id)
        services.move(matter, "lapse", services.Push(TIME, event.at, reason="no_answer"))
        return
    asked = _escalate(task, event.ask, event.at)
    publish(TaskEscalated(task.id, event.act, tuple(a.party.id for a in asked), event.at))


def _escalate(task: Task, ask: str, now: datetime) -> tuple[Asked, ...]:
    step, case = step_of(task, now)
    if step is None:
        return ()
    already = frozenset(a.person_id for a in task.addressees)
    of = frozenset(a.person_id for a in task.addressees if ask != "deputy" or a.role != "deputy")
    asked = tuple(a for a in authority.escalate(ask, step, case, of) if a.party.id not in already)
    tasks.ask_also(task, asked, now)
    return asked


def left(event: MatterTaskLeft) -> None:
    """Ask those whom the rules name today and who are not asked yet (a reaction)."""
    task = task_queries.task(event.task_id)
    step, case = step_of(task, event.at) if task else (None, None)
    if task is None or step is None or case is None:
        return
    known = tasks.spared(task)
    asked = tuple(a for a in authority.addressees(step, case) if a.party.id not in known)
    if asked:
        tasks.ask_also(task, asked, event.at)


def receivers(task: Task, now: datetime, already: frozenset[int]) -> tuple[Asked, ...]:
    """Whom a matter's task may be passed on to."""
    step, case = step_of(task, now)
    return authority.receivers(step, case, already) if step else ()


def stand_ins(task: Task, asked: list[int], already: frozenset[int], now: datetime) -> tuple[Asked, ...]:
    """Who stands in for those who are asked about a matter."""
    step, case = step_of(task, now)
    return authority.stand_ins(step, case, asked, already) if step else ()


def within(task: Task, now: datetime) -> tuple[Asked, ...]:
    """Everybody whom the definition lets answer a matter's task."""
    step, case = step_of(task, now)
    return authority.within(step, case) if step else ()
