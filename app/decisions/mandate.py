"""Whether somebody who was asked may still answer: an appointment or a deputyship may have ended meanwhile."""

from __future__ import annotations

from collections.abc import Mapping

from app import clock
from app.catalogue import holders
from app.grants import queries as grants
from app.matters import queries as matters
from app.permissions import standing
from app.requests import queries
from app.tasks import queries as tasks
from app.tasks.models import Task, TaskAddressee
from workflows.definition import ROLE

# Those who are asked because somebody appointed them; a line manager is one by the directory.
APPOINTED: Mapping[str, str] = {
    "system_owner": "system_owner",
    "other_system_owner": "system_owner",
    "system_manager": "system_manager",
    "board_manager": "board_manager",
    "system_board_manager": "board_manager",
    "coordinator": "infosec_coordinator",
    "it_manager": "it_manager",
    "data_protection_officer": "data_protection_officer",
}


def lasts(asked: TaskAddressee, task: Task) -> bool:
    """False for a deputy whose time is out, and for somebody whose appointment has ended.

    Who is asked for another reason may answer as long as the task asks; no statement is needed for that.
    """
    if asked.role == "deputy":
        return _is_deputy(asked)
    role = APPOINTED.get(asked.why) or (asked.why.removeprefix(ROLE) if asked.why.startswith(ROLE) else None)
    if role is None or asked.role == "reassigned":
        return True
    return not standing.roles(asked.person_id).isdisjoint({(role, None), *((role, one) for one in _systems_of(task))})


def _is_deputy(asked: TaskAddressee) -> bool:
    principal = asked.on_behalf_of_id or 0
    deputies = holders.deputies_of([principal], clock.today()).get(principal, [])
    return any(deputy.id == asked.person_id for deputy in deputies)


def _systems_of(task: Task) -> tuple[int | None, ...]:
    if task.matter_id is not None:
        matter = matters.by_id(task.matter_id)
        return matter.system_id, matter.other_system_id
    if task.request_id is not None:
        return (queries.by_id(task.request_id).level.system_id,)
    if task.log_check_id is not None:
        return (tasks.log_checks([task.log_check_id])[task.log_check_id].system_id,)
    grant = grants.grant(task.grant_id or 0)
    assert grant is not None
    return (grant.level.system_id,)
