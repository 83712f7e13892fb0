"""Letting a right rest and waking it: active <-> suspended (rules.md C0.6). Callers hold the transaction.

A right may rest for several reasons at once (on leave, and the tag is lost): each is a row of its own, and the right
is active again when the last is gone. What ends meanwhile ends: a suspended right expires and is removed as another.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm.attributes import set_committed_value

from app.db import db
from app.events import publish
from app.grants.models import Grant, GrantSuspension
from workflows.events import Actor
from workflows.suspension_events import GrantResumed, GrantSuspended

# Why a right may rest. A new reason is added here and, in words, in templating/labels.
REASONS = (
    "credential_lost",  # C4: the tag is lost and blocked
    "credential_blocked",  # C4: the tag is blocked for another reason, or handed back while the right lasts
    "leave",  # C3, C5: on leave for more than 14 days
    "misuse",  # C3: the owner has ordered it at once
    "review",  # C8: nobody has answered about a sensitive right
    "sponsor_left",  # C1: nobody answers for the assignment
)
SUSPENSION = cast(Table, GrantSuspension.__table__)
REST = text("""
UPDATE access_grant SET status = 'suspended', version = version + 1
WHERE id = :id AND status = 'active' RETURNING version
""")
WAKE = text("""
UPDATE access_grant SET status = 'active', version = version + 1
WHERE id = :id AND status = 'suspended'
  AND NOT EXISTS (SELECT 1 FROM grant_suspension WHERE grant_id = :id AND ended_at IS NULL)
RETURNING version
""")
HOLD = text("SELECT status FROM access_grant WHERE id = :id FOR UPDATE")


def suspend(grant: Grant, *, reason: str, actor: Actor, now: datetime, note: str = "") -> bool:
    """Let the right rest for ``reason``; False when it rests for that already, or is neither active nor resting.

    Raises ValueError for a reason that is none of REASONS.
    """
    if reason not in REASONS:
        raise ValueError(reason)
    # The right's row is held first, here and in ``resume``: of two at once the slower sees all that the faster wrote.
    status = db.session.scalar(HOLD, {"id": grant.id})
    if status not in ("active", "suspended"):
        return False
    row = {"grant_id": grant.id, "reason": reason, "note": note, "at": now, "by_id": actor.person_id}
    made = insert(SUSPENSION).values(row).on_conflict_do_nothing().returning(SUSPENSION.c.id)
    if db.session.scalar(made) is None:
        return False
    version = db.session.scalar(REST, {"id": grant.id})
    _as_stored(grant, "suspended", version)
    publish(GrantSuspended(grant.id, grant.request_id, reason, version is not None, actor, now, note))
    return True


def resume(grant: Grant, *, reason: str, actor: Actor, now: datetime, note: str = "") -> bool:
    """The reason is gone; False when the right did not rest for it. It is active again when no reason is left."""
    db.session.scalar(HOLD, {"id": grant.id})
    gone = (
        update(GrantSuspension)
        .where(GrantSuspension.grant_id == grant.id, GrantSuspension.reason == reason)
        .where(GrantSuspension.ended_at.is_(None))
        .values(ended_at=now, ended_by_id=actor.person_id)
        .returning(GrantSuspension.id)
    )
    if db.session.scalar(gone) is None:
        return False
    version = db.session.scalar(WAKE, {"id": grant.id})
    _as_stored(grant, "active", version)
    publish(GrantResumed(grant.id, grant.request_id, reason, version is not None, actor, now, note))
    return True


def reasons(grant_id: int) -> Sequence[str]:
    """Why the right rests at this moment, oldest first."""
    wanted = select(GrantSuspension.reason).where(
        GrantSuspension.grant_id == grant_id, GrantSuspension.ended_at.is_(None)
    )
    return db.session.scalars(wanted.order_by(GrantSuspension.id)).all()


def _as_stored(grant: Grant, status: str, version: int | None) -> None:
    if version is not None:
        set_committed_value(grant, "status", status)
        set_committed_value(grant, "version", version)
