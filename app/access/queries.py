"""Reads about privileged access: who sees which systems' rights, and which quarterly lists there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select

from app import clock, permissions
from app.access.models import PrivilegedList
from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.db import db
from app.directory.models import Person

SHOWN = 8  # lists: two years


def systems_seen(person: Person) -> list[int] | None:
    """Ids of the systems whose privileged rights the person sees; None for all.

    Owners see their own systems', heads of an administration their board's (they are asked where an owner is missing).
    """
    if permissions.allowed("privileged.all", person):
        return None
    roles = catalogue.roles_of(person.id, clock.today())
    owned = [r.system_id for r in roles if r.role == "system_owner"]
    boards = [r.board for r in roles if r.role == "board_manager" and r.board]
    wanted = select(System.id).where(or_(System.id.in_(owned), System.board.in_(boards)))
    return list(db.session.scalars(wanted))


def lists() -> Sequence[PrivilegedList]:
    """The latest quarterly lists, newest first."""
    return db.session.scalars(select(PrivilegedList).order_by(PrivilegedList.day.desc()).limit(SHOWN)).all()


def last_listed() -> date | None:
    """The last day of the quarter that was listed last."""
    return db.session.scalar(select(func.max(PrivilegedList.day)))
