"""What an authorised orderer, or whoever has left, has not finished passes on to the line manager (rules.md C6, C9)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app import clock
from app.catalogue import queries as catalogue
from app.db import db
from app.directory import queries as directory
from app.events import publish
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from app.tasks import services as task_services
from workflows.authority import Asked
from workflows.case import OrdererAuthority, Party
from workflows.events import TIME, Actor, TaskReassigned

UNFINISHED = ("draft", "returned")
AS_ORDERER = OrdererAuthority.AUTHORISED_ORDERER.value


def follow(orderer_id: int, actor: Actor, now: datetime) -> int:
    """Pass on whatever the person may not order any more; returns how many orders."""
    mine = _unfinished().where(AccessRequest.orderer_id == orderer_id)
    return sum(pass_on(order, actor, now) for order in db.session.scalars(mine).all())


def unfinished() -> list[int]:
    """Ids of orders that an authorised orderer has to complete."""
    return list(db.session.scalars(_unfinished().with_only_columns(AccessRequest.id)))


def pass_on_late(order_id: int, now: datetime) -> bool:
    """As ``follow``, for an order that came back after the appointment had ended."""
    return pass_on(db.session.get_one(AccessRequest, order_id), TIME, now)


def follow_leaver(orderer_id: int, actor: Actor, now: datetime) -> int:
    """Pass on whatever somebody who has left was to complete for others; returns how many orders."""
    left = select(AccessRequest).where(AccessRequest.state.in_(UNFINISHED), AccessRequest.orderer_id == orderer_id)
    return sum(_to_manager(order, actor, now) for order in db.session.scalars(left).all())


def pass_on(order: AccessRequest, actor: Actor, now: datetime) -> bool:
    """Let the nearest line manager who works here finish it. False when the orderer still may, or nobody is there."""
    if order.orderer_authority != AS_ORDERER:  # it has been passed on meanwhile
        return False
    subject, today = order.subject, clock.local(now).date()
    wanted = order.level.system_id, today, catalogue.confidentiality_of(order.level)
    if subject.unit_id is not None and catalogue.orderer_covers(order.orderer_id, subject.unit_id, *wanted):
        return False
    return _to_manager(order, actor, now)


def _to_manager(order: AccessRequest, actor: Actor, now: datetime) -> bool:
    """The nearest line manager who works here becomes the orderer; False where nobody is there."""
    able = (p for p in directory.line_managers(order.subject_id) if p.employment_status == "active")
    manager = next((p for p in able if p.id != order.orderer_id), None)
    if manager is None:
        return False
    before, order.orderer_id = order.orderer_id, manager.id
    order.orderer_authority = OrdererAuthority.LINE_MANAGER.value
    db.session.flush()
    db.session.expire(order, ["orderer"])
    task = tasks.open_about(request_id=order.id)
    if task is not None:
        task_services.stop_asking(task.id, before, now)
        publish(TaskReassigned(task.id, before, manager.id, actor, now, "orderer_ended", order.id))
        asked = Asked(Party(manager.id, manager.display_name), "addressee", "orderer")
        task_services.ask_also(task, (asked,), now)
    return True


def _unfinished():  # type: ignore[no-untyped-def]  # a select of one entity has no stable public type
    return select(AccessRequest).where(
        AccessRequest.state.in_(UNFINISHED), AccessRequest.orderer_authority == AS_ORDERER
    )
