"""Moves of a matter. Each takes part in the caller's transaction; a refusal raises and undoes it all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app import clock
from app.db import db
from app.errors import Conflict, Forbidden, NotAllowed
from app.events import publish
from app.matters import conditions, definitions, facts, opening, readiness, setting_up
from app.matters.models import Matter
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import authority, form_answers, machine
from workflows.case import Case
from workflows.definition import Workflow
from workflows.errors import Refused
from workflows.events import Actor
from workflows.form_fields import OPENER
from workflows.matter_events import MatterMoved

NEEDS_REASON = frozenset({"reject", "return", "suspend", "retire", "keep"})
BACK = frozenset({"reject", "return", "retire"})  # nothing is filled in with these


@dataclass(frozen=True, slots=True)
class Push:
    """What moves a matter: who, when, what is said about it, and what is filled in with the answer."""

    actor: Actor
    now: datetime
    reason: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


def move(matter: Matter, trigger: str, push: Push, case: Case | None = None) -> machine.Move:
    """Make one move and publish it. Raises NotAllowed with the failed guards, or Conflict when the row changed."""
    workflow = definitions.of(matter)
    case = case or facts.case_for(matter, now=push.now, actor_id=push.actor.person_id)
    try:
        made = machine.next_state(workflow, case, trigger)
    except Refused as refusal:
        raise NotAllowed(refusal.reason, guards=refusal.guards, matter_id=matter.id, trigger=trigger) from refusal
    before = matter.state
    _store(matter, workflow, made, push)
    publish(
        MatterMoved(
            matter_id=matter.id,
            trigger=trigger,
            state_from=before,
            state_to=made.target,
            actor=push.actor,
            at=push.now,
            round=matter.round,
            reason=push.reason,
            guards=tuple(g.as_json() for g in made.guards),
            data={"form_version": matter.form_version, "answers": dict(push.answers)} | _readiness(matter, push),
            case=machine.after(workflow, case, made, on_behalf_of=push.actor.on_behalf_of_id),
        )
    )
    return made


def _readiness(matter: Matter, push: Push) -> dict[str, Any]:
    """The checklist as it stands at the move, of a system on its way into use: kept with each decision (C15)."""
    found = readiness.checklist(matter, clock.local(push.now).date())
    return {"readiness": {one.need: one.status for one in found}} if found else {}


def _store(matter: Matter, workflow: Workflow, made: machine.Move, push: Push) -> None:
    """The conditional UPDATE: of two who move the same matter at once, the slower finds another version."""
    db.session.flush()
    new: dict[str, Any] = {"state": made.target, "version": matter.version + 1}
    if not made.stays:
        new["state_since"] = push.now
    if made.trigger == "submit":
        new["submitted_at"] = push.now
    if made.trigger == "resubmit":
        new["round"] = matter.round + 1
    if made.target == "returned":
        new["question"] = push.reason
    if workflow.states[made.target].kind == "final":
        new["ended_at"] = push.now
    if made.target in workflow.gives and matter.state not in workflow.gives and matter.state != "suspended":
        new["valid_to"] = _valid_to(matter, workflow, push.now)
    known = Matter.id == matter.id, Matter.version == matter.version
    if db.session.scalar(update(Matter).where(*known).values(**new).returning(Matter.id)) is None:
        raise Conflict("order_changed", matter_id=matter.id)
    db.session.refresh(matter)


def _valid_to(matter: Matter, workflow: Workflow, now: datetime) -> Any:
    """The last day before it must be approved anew (C10); None where nothing is renewed."""
    renewal = definitions.terms(workflow).renewal
    if renewal is None:
        return None
    months = renewal.secret_months if matter.confidentiality >= facts.SECRET else renewal.months
    return form_answers.months_on(clock.local(now).date(), months)


def submit(matter: Matter, push: Push) -> machine.Move:
    """Send a draft, or a returned matter again as a new round, which voids earlier answers. Only the opener may."""
    if push.actor.person_id != matter.opened_by_id:
        raise Forbidden("not_your_order")
    _refuse_faults(matter, OPENER, push.now)
    setting_up.write(matter, OPENER, push.actor, push.now)
    if matter.state == "draft":
        return move(matter, "submit", push)
    opening.void_opinions(matter, by=push.actor.person_id, now=push.now)
    conditions.void(matter.id)
    return move(matter, "resubmit", push)


def withdraw(matter: Matter, push: Push) -> machine.Move:
    """Take the matter back."""
    return move(matter, "withdraw", push)


def decide(matter: Matter, task: Task, verdict: str, push: Push) -> machine.Move:
    """Answer a task. First come, first served; raises AlreadyDecided, NotAllowed with what is to be mended.

    The answers of the step are kept with an approval, as a version of the form; nobody decides about what they have
    opened themselves (G6).
    """
    assert push.actor.person_id is not None
    if verdict in NEEDS_REASON and not push.reason.strip():
        raise NotAllowed("reason_needed", field="reason")
    if push.actor.person_id == matter.opened_by_id:
        raise NotAllowed("not_self", matter_id=matter.id, trigger=verdict)
    if task.status != "open":
        raise tasks.already_decided(task.id)
    onward = verdict not in BACK
    if onward:
        opening.keep(matter, push.answers, task.step, by=push.actor.person_id, now=push.now)
        _refuse_faults(matter, task.step, push.now)
        setting_up.write(matter, task.step, push.actor, push.now)
        conditions.add(matter, task.step, by=push.actor.person_id, now=push.now)
    step = task.step if onward else None
    # Read before the task is closed: afterwards the decider's own answer would stand among the earlier ones.
    case = facts.case_for(matter, now=push.now, actor_id=push.actor.person_id, step=step)
    case = replace(case, step=task.step, acting_for=push.actor.on_behalf_of_id)
    tasks.answer(
        task.id, verdict, push.actor, reason=push.reason, now=push.now, chairs=_chairs(definitions.of(matter), case)
    )
    return move(matter, verdict, push, case)


def _chairs(workflow: Workflow, case: Case) -> tuple[str, ...]:
    """On which chairs of a step that needs several answers the actor sits, or whoever the actor stands in for."""
    step = workflow.step_in(case.state, case.traits, case.step)
    if step is None or not step.needs.many or case.actor is None:
        return ()
    return authority.sits_on(step, case, case.acting_for or case.actor.id)


def _refuse_faults(matter: Matter, step: str, now: datetime) -> None:
    """Raises NotAllowed(form_faults) with ``faults``: what is wrong with each answer of the step."""
    mine = definitions.terms_of(matter).fields_of(step)
    found = form_answers.faults(mine, matter.answers, clock.local(now).date())
    found |= setting_up.faults((f for f in mine if f.name not in found), matter.answers, matter)
    if found:
        raise NotAllowed("form_faults", faults=found, matter_id=matter.id, trigger="approve" if step else "submit")
