"""Reading what is to be changed in the directory, and what has been."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from app.catalogue.models import AccessLevel
from app.db import db
from app.errors import NotFound
from app.fulfilment.models import DirectoryWrite

LATEST = 50
WITH_NAMES = (
    joinedload(DirectoryWrite.person),
    joinedload(DirectoryWrite.grant),
    joinedload(DirectoryWrite.level).joinedload(AccessLevel.system),
)
Systems = Collection[int] | None  # ids of the systems whose acts are asked for; None for all


def waiting(systems: Systems = None, most: int = 500) -> Sequence[DirectoryWrite]:
    """What waits, what is to be tried next first."""
    found = _of(systems, "waiting").order_by(DirectoryWrite.next_attempt_at, DirectoryWrite.id)
    return db.session.scalars(found.limit(most)).all()


def handed_over(systems: Systems = None) -> Sequence[DirectoryWrite]:
    """What people have been asked to do instead, the oldest first."""
    return db.session.scalars(_of(systems, "handed_over").order_by(DirectoryWrite.id).limit(LATEST)).all()


def ended(systems: Systems = None) -> Sequence[DirectoryWrite]:
    """What was confirmed or not needed, the latest first."""
    found = _of(systems, "done", "dropped").order_by(DirectoryWrite.ended_at.desc(), DirectoryWrite.id.desc())
    return db.session.scalars(found.limit(LATEST)).all()


def counts(systems: Systems = None) -> Mapping[str, int]:
    """How many acts there are in each status."""
    wanted = select(DirectoryWrite.status, func.count()).where(*_seen(systems)).group_by(DirectoryWrite.status)
    return {status: number for status, number in db.session.execute(wanted)}


def write(write_id: int) -> DirectoryWrite:
    """The act. Raises NotFound."""
    found = db.session.get(DirectoryWrite, write_id)
    if found is None:
        raise NotFound()
    return found


def _of(systems: Systems, *statuses: str) -> Select[DirectoryWrite]:
    wanted = select(DirectoryWrite).where(DirectoryWrite.status.in_(statuses), *_seen(systems))
    return wanted.options(*WITH_NAMES)


def _seen(systems: Systems) -> list[ColumnElement[bool]]:
    if systems is None:
        return []
    return [DirectoryWrite.level_id.in_(select(AccessLevel.id).where(AccessLevel.system_id.in_(systems)))]
