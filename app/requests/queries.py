"""Reading orders."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from app.by_key import ByKey
from app.catalogue.models import AccessLevel
from app.db import db, send_later
from app.errors import NotFound
from app.grants.models import Grant
from app.requests.models import AccessRequest
from app.tasks.models import Task
from app.tasks.queries import BESIDE

WITH_NAMES = (
    joinedload(AccessRequest.level).joinedload(AccessLevel.system),
    joinedload(AccessRequest.subject),
    joinedload(AccessRequest.orderer),
)
BY_ID = ByKey(AccessRequest, "level.system", "subject.unit", "orderer.unit")
WAITING = "waiting_prerequisites"
HOLD = text("SELECT FROM access_request WHERE id = :id FOR NO KEY UPDATE")


def by_case_number(case_number: str) -> AccessRequest:
    """The order with its people and its level. Raises NotFound."""
    order = db.session.scalar(
        select(AccessRequest).where(AccessRequest.case_number == case_number).options(*WITH_NAMES)
    )
    if order is None:
        raise NotFound()
    return order


def by_id(request_id: int) -> AccessRequest:
    """As ``by_case_number``, by id; no statement for an order that this transaction has read already."""
    order = BY_ID.get(request_id)
    if order is None:
        raise NotFound()
    return order


def hold(request_id: int) -> None:
    """Let nobody else move the order until the transaction ends.

    Every move takes order, task and links, in this turn: who began with the task or the link could wait for
    somebody who waits for the order, and the database would undo one of them.
    """
    send_later(HOLD, {"id": request_id})


def by_ids(request_ids: Sequence[int]) -> dict[int, AccessRequest]:
    """Orders by id, with names; one statement."""
    if not request_ids:
        return {}
    found = db.session.scalars(select(AccessRequest).where(AccessRequest.id.in_(request_ids)).options(*WITH_NAMES))
    return {order.id: order for order in found}


def open_of(person_id: int) -> list[AccessRequest]:
    """Orders under way for a person, locked against other moves."""
    statement = select(AccessRequest).where(AccessRequest.subject_id == person_id, AccessRequest.ended_at.is_(None))
    return list(db.session.scalars(statement.order_by(AccessRequest.id).with_for_update()))


def waiting_of(person_id: int) -> list[AccessRequest]:
    """A person's orders that wait for something that no person decides."""
    statement = select(AccessRequest).where(AccessRequest.subject_id == person_id, AccessRequest.state == WAITING)
    return list(db.session.scalars(statement.order_by(AccessRequest.id)))


def waiting_for(people: Sequence[int], reasons: Sequence[str]) -> list[AccessRequest]:
    """Orders for any of these people that wait for one of the reasons."""
    statement = select(AccessRequest).where(
        AccessRequest.subject_id.in_(people), AccessRequest.state == WAITING, AccessRequest.wait_reason.in_(reasons)
    )
    return list(db.session.scalars(statement.options(*WITH_NAMES).order_by(AccessRequest.id)))


def waiting_for_finding(finding_id: int) -> list[AccessRequest]:
    """Orders that wait for what is found of their subject, in the finding's system, to be dealt with (G16)."""
    about = text("EXISTS (SELECT FROM finding f WHERE f.id = :finding AND f.person_id = subject_id)")
    statement = select(AccessRequest).where(
        AccessRequest.state == WAITING,
        AccessRequest.wait_reason == "finding_open",
        about.bindparams(finding=finding_id),
    )
    return list(db.session.scalars(statement.order_by(AccessRequest.id)))


def asked_beside(people: Sequence[int]) -> list[tuple[int, AccessRequest]]:
    """The subjects' own open tasks, of these people, each with its order."""
    statement = select(Task.id, AccessRequest).join(AccessRequest, AccessRequest.id == Task.request_id)
    mine = statement.where(Task.status == "open", Task.kind == BESIDE, AccessRequest.subject_id.in_(people))
    found = db.session.execute(mine.options(*WITH_NAMES).order_by(Task.id))
    return [(task_id, order) for task_id, order in found]


def waiting() -> Sequence[int]:
    """Ids of every waiting order, the longest waiting first."""
    statement = select(AccessRequest.id).where(AccessRequest.state == WAITING).order_by(AccessRequest.state_since)
    return db.session.scalars(statement.limit(500)).all()


def lapsing(today: object) -> Sequence[int]:
    """Ids of waiting orders whose time is out."""
    statement = select(AccessRequest.id).where(AccessRequest.state == WAITING, AccessRequest.lapses_on < today)
    return db.session.scalars(statement).all()


def of_person(person_id: int, *, is_open: bool, limit: int = 20, before: int | None = None) -> list[AccessRequest]:
    """A person's own orders (as subject or orderer), newest first, paged by key."""
    mine = (AccessRequest.subject_id == person_id) | (AccessRequest.orderer_id == person_id)
    under_way = AccessRequest.ended_at.is_(None)
    statement = select(AccessRequest).where(mine, under_way if is_open else ~under_way).options(*WITH_NAMES)
    if before is not None:
        statement = statement.where(AccessRequest.id < before)
    return list(db.session.scalars(statement.order_by(AccessRequest.id.desc()).limit(limit)))


def open_for_people(person_ids: Sequence[int]) -> list[AccessRequest]:
    """Orders under way for any of these people."""
    statement = (
        select(AccessRequest)
        .where(AccessRequest.subject_id.in_(person_ids), AccessRequest.ended_at.is_(None))
        .options(*WITH_NAMES)
        .order_by(AccessRequest.id.desc())
    )
    return list(db.session.scalars(statement))


def open_of_system(system_id: int, limit: int = 100) -> list[AccessRequest]:
    """Orders under way for a system, oldest first."""
    statement = (
        select(AccessRequest)
        .join(AccessRequest.level)
        .where(AccessLevel.system_id == system_id, AccessRequest.ended_at.is_(None))
        .options(*WITH_NAMES)
        .order_by(AccessRequest.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def grants_by_ids(grant_ids: Sequence[int]) -> list[Grant]:
    """Rights by id, with names; no statement when there are none."""
    if not grant_ids:
        return []
    statement = select(Grant).where(Grant.id.in_(grant_ids))
    return list(
        db.session.scalars(
            statement.options(joinedload(Grant.level).joinedload(AccessLevel.system), joinedload(Grant.subject))
        )
    )


def of_bundle(bundle_id: int) -> list[AccessRequest]:
    """The orders that were sent together, in the order of sending; one statement."""
    wanted = select(AccessRequest).where(AccessRequest.bundle_id == bundle_id).options(*WITH_NAMES)
    return list(db.session.scalars(wanted.order_by(AccessRequest.id)))
