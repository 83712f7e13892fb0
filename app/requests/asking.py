"""Tasks for the steps of a state: one for each step and, where several must answer, one for each who is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from app import clock
from app.db import db
from app.errors import NotAllowed
from app.links import services as links
from app.requests import definitions
from app.requests.models import AccessRequest
from app.tasks import queries as task_queries
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import authority, crossing, freezing, quorum
from workflows.case import Case
from workflows.definition import Step


def left(order: AccessRequest, case: Case) -> tuple[Step, ...]:
    """The steps that still ask while the order stands in its state."""
    asked = definitions.of(order).steps_in(order.state, case.traits)
    return tuple(step for step in asked if not _met(step, case))


def takes_turns(order: AccessRequest) -> bool:
    """True when more than one answer may be needed in the order's state: then they come one after the other."""
    workflow, state = definitions.of(order), order.state
    together = any(rule.by == "steps" and rule.source == state for rule in workflow.transitions)
    return together or any(step.needs.many and step.state == state for step in workflow.steps)


def ask(order: AccessRequest, step: Step, case: Case, now: datetime) -> None:
    """Ask whoever the step names. Raises NotAllowed(nobody_to_ask)."""
    groups = authority.panel(step, case) if step.needs.many else (authority.addressees_at_once(step, case),)
    if not groups or not groups[0]:
        raise NotAllowed("nobody_to_ask", order_id=order.id)
    board = crossing.board_of(step, case)
    about = {"request_id": order.id, "step": step.name, "round": order.round, "board": board}
    keep_out = partial(freezing.due_for, case, calendar=clock.calendar()) if step.task == "grant" else None
    for asked in groups:
        tasks.ask(step.task, asked, step.clock, now=now, about=about, keep_out=keep_out)


def after_an_answer(order: AccessRequest, case: Case, now: datetime) -> None:
    """The state waits for more answers: what is not needed any more is closed, and who may not answer now is let go."""
    release(left(order, case), partial(task_queries.open_steps, order.id), case, now)


def release(steps: Iterable[Step], open_tasks: Callable[[], Sequence[Task]], case: Case, now: datetime) -> None:
    """Close the open tasks of all but these steps, and let go who may not answer now. Also for what is no order."""
    asking = {step.name: step for step in steps}
    for known in open_tasks():
        step = asking.get(known.step)
        if step is None:
            tasks.end(known.id, "closed", now)
        else:
            _let_go(known, step, case, now=now, open_tasks=open_tasks)


def _let_go(task: Task, step: Step, case: Case, *, now: datetime, open_tasks: Callable[[], Sequence[Task]]) -> None:
    """Whoever has answered, in whatever capacity, is asked no more; others are asked where nobody is left."""
    out = authority.out_of(step, case)
    asking = [a for a in task.addressees if a.removed_at is None]
    gone = [a for a in asking if a.person_id in out or a.on_behalf_of_id in out]
    for one in gone:
        tasks.stop_asking(task.id, one.person_id, now)
        links.revoke_for_task(task.id, now=now, person_id=one.person_id)
    if len(gone) < len(asking) or not gone:
        return
    db.session.expire(task, ["addressees"])
    known = {a.person_id for t in open_tasks() for a in t.addressees} if step.needs.many else set()
    groups = authority.panel(step, case) if step.needs.many else (authority.addressees(step, case),)
    new = next((group for group in groups if group and group[0].party.id not in known), ())
    if new:
        tasks.ask_also(task, new, now)
    else:
        tasks.end(task.id, "closed", now)


def _met(step: Step, case: Case) -> bool:
    return quorum.met(step.needs, (d for d in case.decisions if d.step == step.name))
