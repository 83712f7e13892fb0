"""Answering a task: the same act from the mail's link and after login."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.exc import IntegrityError

from app.db import transaction
from app.decisions import mandate
from app.directory import services as directory
from app.errors import Forbidden, NotAllowed
from app.links import services as links
from app.links.models import DecisionLink
from app.requests import definitions, lowering, queries, recording, services
from app.requests.models import AccessRequest
from app.requests.services import Push
from app.tasks import services as task_services
from app.tasks.models import Task, TaskAddressee
from workflows import machine
from workflows.events import Actor
from workflows.lowering import ANSWERS, PROPOSE

ONE_OPEN = "uq_access_request_open"


def addressee_of(task: Task, person_id: int) -> TaskAddressee:
    """How the person is asked. Raises Forbidden for somebody who is not asked, or whose mandate has ended."""
    found = next((a for a in task.addressees if a.person_id == person_id and a.removed_at is None), None)
    if found is None:
        raise Forbidden("not_your_task", names=", ".join(a.person.display_name for a in task.addressees))
    if not mandate.lasts(found, task):
        raise Forbidden("mandate_ended")
    return found


def link_may_approve(order: AccessRequest) -> bool:
    """Whether the mail's link alone may approve (email-decisions.md, point 5). Rejecting it always may."""
    if current_app.extensions["settings"].link_needs_login:
        return False
    return order.level.profile in definitions.of(order).link_may_decide


def actor_for(addressee: TaskAddressee, channel: str, details: Mapping[str, Any]) -> Actor:
    """Who acts, in what capacity, and for whom."""
    return Actor(addressee.person_id, addressee.why or addressee.role, channel, addressee.on_behalf_of_id, details)


def answer(
    task: Task,
    verdict: str,
    actor: Actor,
    *,
    reason: str,
    receipt: Mapping[str, Any],
    now: datetime,
    link: DecisionLink | None = None,
) -> str:
    """Answer an order's task; returns what the order waits for, or "". Raises AlreadyDecided, NotAllowed.

    With ``link`` the token is spent in the same transaction: no answer without a token, no token without
    an answer. A refused try is recorded in a transaction of its own.
    """
    assert task.request_id is not None
    order = queries.by_id(task.request_id)
    evidence = directory.lookup(order.subject, now)
    try:
        with transaction():
            queries.hold(order.id)
            if link is not None and not links.use(link.id, now=now):
                raise task_services.already_decided(task.id)
            push = Push(actor, now, evidence, reason=reason, data=receipt)
            move = _moved(order, task, verdict, push)
    except NotAllowed as refusal:
        recording.refused(refusal, actor, now)
        raise
    except IntegrityError as fault:
        if ONE_OPEN not in str(fault.orig):
            raise
        raise NotAllowed("duplicate", order_id=task.request_id, trigger=verdict) from fault
    return move.wait_reason if move.target == "waiting_prerequisites" else ""


def _moved(order: AccessRequest, task: Task, verdict: str, push: Push) -> machine.Move:
    """The move that the answer makes."""
    if verdict == PROPOSE:
        return lowering.propose(order, task, push.data.get("level_id"), push)
    if verdict in ANSWERS:
        return lowering.answer(order, task, verdict, push)
    return services.decide(order, task, verdict, push)
