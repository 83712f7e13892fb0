"""Open tasks follow absence: the deputy is asked too while it lasts, and no longer (rules.md W16, C0.4)."""

from __future__ import annotations

from datetime import datetime

from app import clock
from app.db import db
from app.grants import emergency_people
from app.grants import services as grants
from app.grants.models import Grant
from app.links import services as links
from app.log_checks import people as log_checks
from app.matters import asking as matters
from app.requests import definitions, facts, reacting
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from app.tasks import services as task_services
from app.tasks.models import Task
from workflows import authority
from workflows.authority import Asked
from workflows.emergency import STEPS
from workflows.role_events import DeputyEnded, DeputyNamed


def ask_at_once(event: DeputyNamed) -> None:
    """An absence that has begun: what the absent one is asked already is asked of the deputy too (a reaction)."""
    if not event.absence or not event.valid_from <= clock.local(event.at).date() <= event.valid_to:
        return
    for task in tasks.asked_of(event.person_id):
        ask_stand_ins(task.id, event.at)


def ask_stand_ins(task_id: int, now: datetime) -> int:
    """Ask whoever stands in for those who are asked and is not asked yet; returns how many that are."""
    task = tasks.task(task_id)
    if task is None or task.status != "open":
        return 0
    asked = _stand_ins(task, now)
    if asked:
        task_services.ask_also(task, asked, now)
    return len(asked)


def _stand_ins(task: Task, now: datetime) -> tuple[Asked, ...]:
    principals = [a.person_id for a in task.addressees if a.removed_at is None and a.role != "deputy"]
    already = frozenset(a.person_id for a in task.addressees)
    if task.kind in grants.IN_PERSON:
        return ()
    if task.kind in STEPS:
        return emergency_people.stand_ins(task, principals, already, clock.local(now).date())
    if task.grant_id is not None:
        grant = db.session.get_one(Grant, task.grant_id)
        return grants.stand_ins(grant, principals, already, clock.local(now).date())
    if task.log_check_id is not None:
        return log_checks.stand_ins(task, principals, already, now)
    if task.matter_id is not None:
        return matters.stand_ins(task, principals, already, now)
    order = db.session.get_one(AccessRequest, task.request_id)
    case = facts.case_for(order, now=now, actor_id=None, evidence=None)
    step = definitions.of(order).step_in(order.state, case.traits, task.step)
    return authority.stand_ins(step, case, principals, already) if step else ()


def ask_no_more(event: DeputyEnded) -> None:
    """The deputy answers for that person no longer: their open tasks go back (a reaction)."""
    for task in tasks.asked_of(event.deputy_id):
        addressee = tasks.addressee(task.id, event.deputy_id)
        if addressee is not None and addressee.role == "deputy" and addressee.on_behalf_of_id == event.person_id:
            take_back(task.id, event.deputy_id, event.at)


def take_back(task_id: int, deputy_id: int, now: datetime) -> bool:
    """Stop asking a deputy whose time is out: the link dies, and whoever the rules name is asked if nobody else is.

    False when the task is not open any more.
    """
    task = tasks.task(task_id)
    if task is None or task.status != "open":
        return False
    task_services.stop_asking(task_id, deputy_id, now)
    links.revoke_for_task(task_id, now=now, person_id=deputy_id)
    db.session.expire(task, ["addressees"])
    reacting.ask_again(task, now)
    return True
