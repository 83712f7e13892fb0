"""Queueing what is to be changed in the directory, and what follows when it is, or cannot be. In the caller's
transaction; nothing here speaks to the directory.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

import structlog
from sqlalchemy import select, update

from app import clock
from app.db import db
from app.events import publish
from app.fulfilment.models import DirectoryWrite
from app.grants import provisioning
from app.grants import queries as grants
from app.grants import services as grant_services
from app.grants.models import Grant
from workflows import directory_writing as rules
from workflows.directory_writing import ADD, REMOVE, DirectoryWriteMoved, GrantProvisioned
from workflows.events import DIRECTORY, Actor
from workflows.grant_events import GrantIssued, GrantRevocationOrdered, GrantRevoked

BY_HAND, NOT_NEEDED = "by_hand", "not_needed"
log = structlog.get_logger(__name__)


def grant_issued(event: GrantIssued) -> None:
    """The holder is to be in the group (a reaction); from the first day of the right."""
    grant = _grant(event.grant_id)
    if grant_services.is_written(grant.level):
        first_day = datetime.combine(grant.valid_from, time(), clock.zone())
        _queue(grant, ADD, event.at, not_before=max(event.at, first_day))


def removal_ordered(event: GrantRevocationOrdered) -> None:
    """The holder is not to be in the group any more (a reaction)."""
    grant = _grant(event.grant_id)
    if grant_services.is_written(grant.level):
        _end_all(grant, ADD, NOT_NEEDED, event.at)
        _queue(grant, REMOVE, event.at, not_before=event.at)


def done_by_hand(event: GrantProvisioned | GrantRevoked) -> None:
    """Whatever is left to do about it is not needed: a person has done it (a reaction)."""
    act, grant = REMOVE if isinstance(event, GrantRevoked) else ADD, _grant(event.grant_id)
    if grant.level.provisioning == "directory_group":
        _end_all(grant, act, BY_HAND, event.at)


def confirm(write: DirectoryWrite, *, server: str, changed: int, now: datetime) -> None:
    """The directory has confirmed it: the right is active, or gone."""
    if not _end(write, "done", now, reason="", detail="", server=server):
        return
    grant = _grant(write.grant_id)
    said = {"group": write.group_name, "server": server, "changed": changed}
    _tell(write, grant, "confirmed", said, now)
    if write.act == ADD:
        provisioning.confirmed(grant, actor=DIRECTORY, now=now)
    else:
        provisioning.gone(grant, {"group": write.group_name, "server": server, "confirmed": True}, now)


def drop(write: DirectoryWrite, reason: str, now: datetime) -> None:
    """It is not needed any more."""
    if _end(write, "dropped", now, reason=reason):
        _tell(write, _grant(write.grant_id), "dropped", {"reason": reason}, now)


def postpone(write: DirectoryWrite, reason: str, detail: str, now: datetime) -> None:
    """It was not to be: later again, or, where the directory has refused again and again, a person does it."""
    refusals = write.refusals + (reason not in rules.PATIENT)
    said = {"reason": reason, "detail": detail[:300], "refusals": refusals}
    if rules.gives_up(reason, refusals):
        hand_over(write, now, **said)
        return
    again = now + rules.back_off(write.attempts)
    _set(write, **said, leased_until=None, next_attempt_at=again)
    log.warning("directory_write_postponed", write=write.id, act=write.act, reason=reason, attempts=write.attempts)


def hand_over(write: DirectoryWrite, now: datetime, **said: Any) -> None:
    """The system managers get it as an ordinary task."""
    if not _end(write, "handed_over", now, **said):
        return
    grant = _grant(write.grant_id)
    log.error("directory_write_handed_over", write=write.id, act=write.act, reason=write.reason)
    _tell(write, grant, "handed_over", {"reason": write.reason, "detail": write.detail}, now)
    (provisioning.ask_by_hand if write.act == ADD else grant_services.ask_for_removal)(grant, now)


def retry(write: DirectoryWrite, actor: Actor, now: datetime) -> bool:
    """Try now, also what a person has been asked to do: their task closes when the directory confirms it.

    False when there was nothing left to do.
    """
    changed = (
        update(DirectoryWrite)
        .where(DirectoryWrite.id == write.id, DirectoryWrite.status.in_(("waiting", "handed_over")))
        .values(status="waiting", ended_at=None, refusals=0, next_attempt_at=now)
    )
    if db.session.scalar(changed.returning(DirectoryWrite.id)) is None:
        return False
    _tell(write, _grant(write.grant_id), "retried", {}, now, actor)
    return True


def _queue(grant: Grant, act: str, now: datetime, *, not_before: datetime) -> None:
    write = DirectoryWrite(
        grant_id=grant.id,
        person_id=grant.subject_id,
        level_id=grant.level_id,
        group_name=grant.level.directory_group,
        act=act,
        queued_at=now,
        next_attempt_at=not_before,
    )
    db.session.add(write)
    db.session.flush()
    _tell(write, grant, "queued", {"group": write.group_name}, now)


def _end_all(grant: Grant, act: str, reason: str, now: datetime) -> None:
    """End what is open. Whoever has it in hand keeps the lease, so that nobody else begins before it is over."""
    ended = select(DirectoryWrite).where(
        DirectoryWrite.grant_id == grant.id,
        DirectoryWrite.act == act,
        DirectoryWrite.status.in_(("waiting", "handed_over")),
    )
    for write in db.session.scalars(ended.with_for_update()).all():
        write.status, write.reason, write.ended_at = "dropped", reason, now
        _tell(write, grant, "dropped", {"reason": reason}, now)
    db.session.flush()


def _end(write: DirectoryWrite, status: str, now: datetime, **values: Any) -> bool:
    """Write how it ended, and let go of it; False when it had ended meanwhile: a slow worker undoes nothing."""
    ended = {**values, "status": status, "ended_at": now}
    waiting = update(DirectoryWrite).where(DirectoryWrite.id == write.id, DirectoryWrite.status == "waiting")
    found = db.session.scalar(waiting.values(ended).returning(DirectoryWrite.id)) is not None
    _set(write, leased_until=None)
    return found


def _set(write: DirectoryWrite, **values: Any) -> None:
    db.session.execute(update(DirectoryWrite).where(DirectoryWrite.id == write.id).values(values))
    db.session.refresh(write)


def _grant(grant_id: int) -> Grant:
    grant = grants.grant(grant_id)
    assert grant is not None
    return grant


def _tell(
    write: DirectoryWrite,
    grant: Grant,
    what: str,
    data: Mapping[str, Any],
    now: datetime,
    actor: Actor = DIRECTORY,
) -> None:
    told = {"act": write.act, **data}
    publish(DirectoryWriteMoved(write.id, grant.id, grant.request_id, what, actor, now, told))
