"""Passing a task on to somebody else who has the authority of its step (rules.md C2; never the parties: G6, G7)."""

from __future__ import annotations

from datetime import datetime

from app.db import transaction
from app.errors import NotAllowed
from app.events import publish
from app.grants import emergency_people
from app.grants import queries as grants
from app.grants import services as grant_services
from app.log_checks import people as log_checks
from app.matters import asking
from app.matters import queries as matters
from app.requests import definitions, facts
from app.requests import queries as requests
from app.tasks import queries as tasks
from app.tasks import services as task_services
from app.tasks.models import Task
from workflows import authority
from workflows.authority import Asked
from workflows.emergency import STEPS
from workflows.events import Actor, TaskReassigned


def receivers(task: Task, now: datetime) -> tuple[Asked, ...]:
    """Whom the task may be passed on to, nearest first; nobody who has been asked before. May be empty."""
    if task.kind == tasks.BESIDE:
        return ()  # nobody else can train or sign
    already = tasks.ever_asked(task.id)
    if task.kind in grant_services.IN_PERSON:
        return ()
    if task.kind in STEPS:
        return emergency_people.receivers(task, now, already)
    if task.grant_id is not None:
        grant = grants.grant(task.grant_id)
        assert grant is not None
        return grant_services.receivers(grant, now, already)
    if task.log_check_id is not None:
        return log_checks.receivers(task, now, already)
    if task.matter_id is not None:
        return asking.receivers(task, now, already)
    assert task.request_id is not None
    order = requests.by_id(task.request_id)
    case = facts.case_for(order, now=now, actor_id=None, evidence=None)
    step = definitions.of(order).step_in(order.state, case.traits, task.step)
    return authority.receivers(step, case, already) if step else ()


def pass_on(task: Task, to_id: int, actor: Actor, *, reason: str, now: datetime) -> None:
    """Ask ``to_id`` in the actor's stead: the actor's link dies, the receiver gets a mail, the deadlines stay.

    Raises NotAllowed (reason_needed, not_a_receiver), AlreadyDecided, or Forbidden for somebody who is not asked.
    """
    if not reason.strip():
        raise NotAllowed("reason_needed", field="reason")
    with transaction():
        if task.request_id is not None:  # a removal moves its order last, and by no link: there the task is first
            requests.hold(task.request_id)
        if task.matter_id is not None:
            matters.hold(task.matter_id)
        task_services.let_go(task.id, actor, now)
        # Asked under the lock: two who pass it on to the same person at the same instant come one after the other.
        receiver = next((a for a in receivers(task, now) if a.party.id == to_id), None)
        if receiver is None:
            raise NotAllowed("not_a_receiver", field="to")
        assert actor.person_id is not None
        request_id = _order_of(task)
        publish(TaskReassigned(task.id, actor.person_id, to_id, actor, now, reason, request_id))
        task_services.hand_over(task, receiver, actor, reason=reason, now=now)


def _order_of(task: Task) -> int | None:
    """The order that the task belongs to: a removal's is the one that led to the right."""
    if task.grant_id is None:
        return task.request_id
    grant = grants.grant(task.grant_id)
    return grant.request_id if grant else None
