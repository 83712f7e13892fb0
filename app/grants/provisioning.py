"""Rights that are a group in the directory, where the product itself puts people in and takes them out.

Such a right is active, and its removal done, only when the directory has confirmed it. ``app/fulfilment`` writes; where
that fails again and again, the system managers are asked to do it by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.db import db, rows_of
from app.errors import NotAllowed
from app.events import publish
from app.grants import queries, services
from app.grants.models import Grant
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import clocks
from workflows.activation_events import GrantActivated
from workflows.directory_writing import GrantProvisioned
from workflows.events import DIRECTORY, Actor, TaskClosed
from workflows.grant_events import GrantRevoked

BY_HAND = "provision"  # the task of putting somebody into the group, when the product has not managed to
GONE = text("""
UPDATE access_grant SET status = 'revoked', revoked_at = :now, version = version + 1
WHERE id = :id AND status IN ('revocation_pending', 'expired') RETURNING version
""")


def confirmed(grant: Grant, *, actor: Actor, now: datetime) -> None:
    """The holder is in the group: the right is active, unless it waits for something else as well."""
    waits = services.begins_later(grant.level) and grant.received_at is None
    changed = update(Grant).where(Grant.id == grant.id, Grant.waits_for_directory).returning(Grant.id)
    if db.session.scalar(changed.values(waits_for_directory=False, version=Grant.version + 1)) is None:
        return
    set_committed_value(grant, "waits_for_directory", False)
    publish(GrantProvisioned(grant.id, grant.request_id, actor, now))
    if grant.status == services.PENDING and not waits:
        db.session.execute(update(Grant).where(Grant.id == grant.id).values(status="active"))
        set_committed_value(grant, "status", "active")
        if grant.received_at is not None:
            publish(GrantActivated(grant.id, grant.request_id, grant.manual_version, actor, now))
    done = update(Task).where(Task.grant_id == grant.id, Task.kind == BY_HAND, Task.status == "open")
    for task_id in db.session.scalars(done.values(status="closed", decided_at=now).returning(Task.id)).all():
        publish(TaskClosed(task_id, "closed", now))


def gone(grant: Grant, receipt: Mapping[str, Any], now: datetime) -> None:
    """The directory has confirmed that the holder is not in the group: the removal is done."""
    stored = rows_of(GONE, {"id": grant.id, "now": now})
    if not stored:
        return
    for name, value in {"status": "revoked", "revoked_at": now, "version": stored[0].version}.items():
        set_committed_value(grant, name, value)
    tasks.close_open(grant_id=grant.id, now=now, status="closed")
    publish(GrantRevoked(grant.id, grant.request_id, DIRECTORY, now, dict(receipt)))


def ask_by_hand(grant: Grant, now: datetime) -> None:
    """Ask the system managers to put the holder into the group."""
    asked = services.removers(grant, clock.local(now).date())
    about = {"grant_id": grant.id, "request_id": None, "step": BY_HAND, "round": 1}
    tasks.ask(BY_HAND, asked, clocks.activation_clock(), now=now, about=about)


def confirm_by_hand(task: Task, *, actor: Actor, note: str, now: datetime) -> Grant:
    """Somebody has put the holder into the group. Raises AlreadyDecided, or NotAllowed for the holder."""
    grant = queries.grant(task.grant_id or 0)
    assert grant is not None
    if actor.person_id == grant.subject_id:
        raise NotAllowed("not_self")
    tasks.answer(task.id, "provisioned", actor, reason=note, now=now)
    confirmed(grant, actor=actor, now=now)
    return grant
