"""What the sender must know about a task: does it still ask, and whom.

Tasks live on a floor above this room, so it reads a few columns of theirs by name and imports nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import column, func, select, table

from app.db import db
from app.notifications.letters import digest_key
from app.notifications.models import OutboxMail

TASK = table("task", *map(column, ("id", "status", "kind", "due_on", "request_id")))
ORDER = table("access_request", *map(column, ("id", "case_number", "bundle_id")))
ADDRESSEE = table("task_addressee", column("task_id"), column("person_id"), column("removed_at"))


def open_tasks(task_ids: Collection[int]) -> frozenset[int]:
    """Those of the tasks that still need an answer."""
    if not task_ids:
        return frozenset()
    asking = select(TASK.c.id).where(TASK.c.id.in_(task_ids), TASK.c.status == "open")
    return frozenset(db.session.scalars(asking))


def still_asking(task_ids: Collection[int], person_id: int) -> frozenset[int]:
    """Those of the tasks that are open and still ask this person."""
    if not task_ids:
        return frozenset()
    asking = (
        select(TASK.c.id)
        .join_from(TASK, ADDRESSEE, ADDRESSEE.c.task_id == TASK.c.id)
        .where(TASK.c.id.in_(task_ids), TASK.c.status == "open")
        .where(ADDRESSEE.c.person_id == person_id, ADDRESSEE.c.removed_at.is_(None))
    )
    return frozenset(db.session.scalars(asking))


def asked_in_bundle(bundle_id: int, person_id: int) -> list[Mapping[str, Any]]:
    """What a person is asked now about orders that were sent together, as lines of a digest; soonest first."""
    asking = (
        select(TASK.c.id, TASK.c.kind, TASK.c.due_on, ORDER.c.case_number)
        .join_from(TASK, ADDRESSEE, ADDRESSEE.c.task_id == TASK.c.id)
        .join(ORDER, ORDER.c.id == TASK.c.request_id)
        .where(ORDER.c.bundle_id == bundle_id, TASK.c.status == "open")
        .where(ADDRESSEE.c.person_id == person_id, ADDRESSEE.c.removed_at.is_(None))
        .order_by(TASK.c.due_on, TASK.c.id)
    )
    return [
        {"task_id": id_, "kind": kind, "due_on": due_on.isoformat(), "case_number": case_number, "days_late": 0}
        for id_, kind, due_on, case_number in db.session.execute(asking)
    ]


def counts() -> dict[str, int]:
    """How many mails stand in each status: for ``behorig check`` and the administrator's page."""
    rows = db.session.execute(select(OutboxMail.status, func.count()).group_by(OutboxMail.status))
    return {status: number for status, number in rows}


def digest_receivers(day: date) -> frozenset[int]:
    """Who has been sent, or is about to be sent, the digest of the local ``day``."""
    of_the_day = OutboxMail.key.startswith(digest_key(day), autoescape=True)
    found = db.session.scalars(select(OutboxMail.recipient_id).where(of_the_day))
    return frozenset(person_id for person_id in found if person_id is not None)
