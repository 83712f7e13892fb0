"""The open tasks of a role follow it: links die, mails go, and authority is never wider than before (rules.md W15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.appointments import standing_in
from app.appointments.models import RoleHandover
from app.db import db
from app.events import publish
from app.grants.models import Grant
from app.log_checks import people as log_checks
from app.matters import asking
from app.matters.models import Matter
from app.requests import definitions, facts, reacting
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from app.tasks import services as task_services
from app.tasks.models import Task, TaskAddressee
from workflows import authority
from workflows.authority import Asked
from workflows.events import TIME, TaskReassigned

# As what somebody with the role is asked.
ASKED_AS: Mapping[str, frozenset[str]] = {
    "system_manager": frozenset({"system_manager"}),
    "system_owner": frozenset({"system_owner", "other_system_owner"}),
    "infosec_coordinator": frozenset({"coordinator"}),
    "board_manager": frozenset({"board_manager", "system_board_manager"}),
    "it_manager": frozenset({"it_manager"}),
    "data_protection_officer": frozenset({"data_protection_officer"}),
    "line_manager": frozenset({"line_manager", "next_level_manager", "receiving_manager"}),
}


def move_tasks(one: RoleHandover, now: datetime) -> int:
    """Ask the successor what the predecessor was asked in the role; returns how many tasks."""
    moved = 0
    for known in tasks.asked_of(one.from_id):
        task = tasks.task(known.id)
        asked = next((a for a in task.addressees if a.person_id == one.from_id), None) if task else None
        if task is not None and asked is not None and _is_in_the_role(one, task, asked):
            _move(one, task, now)
            moved += 1
    return moved


def _is_in_the_role(one: RoleHandover, task: Task, asked: TaskAddressee) -> bool:
    """In another system, or as a deputy, the predecessor answers as before."""
    if asked.why not in ASKED_AS[one.role] or asked.role == "deputy":
        return False
    return one.system_id is None or one.system_id in _systems_of(task)


def _systems_of(task: Task) -> tuple[int | None, ...]:
    if task.matter_id is not None:
        matter = db.session.get_one(Matter, task.matter_id)
        return matter.system_id, matter.other_system_id
    if task.log_check_id is not None:
        return (log_checks.of_task(task).system_id,)
    if task.grant_id is not None:
        return (db.session.get_one(Grant, task.grant_id).level.system_id,)
    return (db.session.get_one(AccessRequest, task.request_id).level.system_id,)


def _move(one: RoleHandover, task: Task, now: datetime) -> None:
    standing = [a.person_id for a in task.addressees if a.on_behalf_of_id == one.from_id and a.removed_at is None]
    task_services.stop_asking(task.id, one.from_id, now)
    publish(TaskReassigned(task.id, one.from_id, one.to_id, TIME, now, "role_handover", task.request_id))
    db.session.expire(task, ["addressees"])
    asked = _named(one, task, now)
    if asked is not None:
        task_services.ask_also(task, (asked,), now)
    else:
        reacting.ask_again(task, now)
    for deputy_id in standing:
        standing_in.take_back(task.id, deputy_id, now)


def _named(one: RoleHandover, task: Task, now: datetime) -> Asked | None:
    """How the rules would ask the successor today; None for who is barred or asked already, and for a removal, which
    names its own (``reacting.ask_again``).
    """
    if task.grant_id is not None or any(a.person_id == one.to_id and a.removed_at is None for a in task.addressees):
        return None
    if task.matter_id is not None or task.log_check_id is not None:
        found = (log_checks if task.matter_id is None else asking).within(task, now)
        return next((a for a in found if a.party.id == one.to_id and a.role != "deputy"), None)
    order = db.session.get_one(AccessRequest, task.request_id)
    case = facts.case_for(order, now=now, actor_id=None, evidence=None)
    step = definitions.of(order).step_in(order.state, case.traits, task.step)
    if step is None:
        return None
    return next((a for a in authority.within(step, case) if a.party.id == one.to_id and a.role != "deputy"), None)
