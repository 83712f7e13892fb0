"""What the sender must know about a task: does it still ask, and whom.

Tasks live on a floor above this room, so it reads three columns of theirs by name and imports nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import column, func, select, table

from app.db import db
from app.notifications.letters import digest_key
from app.notifications.models import OutboxMail

TASK = table("task", column("id"), column("status"))
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


def counts() -> dict[str, int]:
    """How many mails stand in each status: for ``behorig check`` and the administrator's page."""
    rows = db.session.execute(select(OutboxMail.status, func.count()).group_by(OutboxMail.status))
    return {status: number for status, number in rows}


def digest_receivers(day: date) -> frozenset[int]:
    """Who has been sent, or is about to be sent, the digest of the local ``day``."""
    of_the_day = OutboxMail.key.startswith(digest_key(day), autoescape=True)
    found = db.session.scalars(select(OutboxMail.recipient_id).where(of_the_day))
    return frozenset(person_id for person_id in found if person_id is not None)
