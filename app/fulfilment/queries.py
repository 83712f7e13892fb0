"""Reading what is to be changed in the directory, and what has been."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.db import db
from app.errors import NotFound
from app.fulfilment.models import DirectoryWrite

LATEST = 50
WITH_NAMES = (joinedload(DirectoryWrite.person), joinedload(DirectoryWrite.level), joinedload(DirectoryWrite.grant))


def waiting(most: int = 500) -> Sequence[DirectoryWrite]:
    """What waits, what is to be tried next first."""
    found = _of("waiting").order_by(DirectoryWrite.next_attempt_at, DirectoryWrite.id)
    return db.session.scalars(found.limit(most)).all()


def handed_over() -> Sequence[DirectoryWrite]:
    """What people have been asked to do instead, the oldest first."""
    return db.session.scalars(_of("handed_over").order_by(DirectoryWrite.id).limit(LATEST)).all()


def write(write_id: int) -> DirectoryWrite:
    """The act. Raises NotFound."""
    found = db.session.get(DirectoryWrite, write_id)
    if found is None:
        raise NotFound()
    return found


def _of(status: str) -> Select[DirectoryWrite]:
    return select(DirectoryWrite).where(DirectoryWrite.status == status).options(*WITH_NAMES)
