"""Reading lists: of a system, a draft, and those that are to be judged again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.catalogue.models import AccessLevel, System
from app.db import db
from app.errors import NotFound
from app.reconciliation.models import OPEN, Finding
from app.userlists.comparing import Listed
from app.userlists.models import CURRENT, DRAFT, ListAccount, ListMapping, UserList
from workflows import compliance as rules

F13, F6 = "manual_mismatch", "dormant"
LATEST = 12
WITH_NAMES = (joinedload(UserList.system), joinedload(UserList.uploaded_by), joinedload(UserList.applied_by))


@dataclass(frozen=True, slots=True)
class Overview:
    """A system and its current list, if it has any; ``open_findings``: how many F13 wait."""

    system: System
    current: UserList | None
    open_findings: int


def levels_of(system_id: int) -> list[AccessLevel]:
    """The active levels that no group of the directory gives: a list is about these."""
    wanted = select(AccessLevel).where(
        AccessLevel.system_id == system_id, AccessLevel.active, AccessLevel.directory_group == ""
    )
    return list(db.session.scalars(wanted.order_by(AccessLevel.position, AccessLevel.id)))


def current(system_id: int) -> UserList | None:
    """The list that the system is compared with now."""
    wanted = select(UserList).where(UserList.system_id == system_id, UserList.state == CURRENT)
    return db.session.scalar(wanted.options(*WITH_NAMES))


def age(system_id: int, today: date) -> int | None:
    """How many days old the system's list is; None where there is none. Older than FRESH_DAYS concludes nothing."""
    taken_on = db.session.scalar(
        select(UserList.taken_on).where(UserList.system_id == system_id, UserList.state == CURRENT)
    )
    return None if taken_on is None else (today - taken_on).days


def draft(list_id: int) -> UserList:
    """A list that is only looked at. Raises NotFound for every other."""
    found = db.session.scalar(select(UserList).where(UserList.id == list_id).options(*WITH_NAMES))
    if found is None or found.state != DRAFT:
        raise NotFound()
    return found


def earlier(system_id: int) -> Sequence[UserList]:
    """The latest lists of the system that were used, newest first."""
    wanted = select(UserList).where(UserList.system_id == system_id, UserList.state.in_((CURRENT, "replaced")))
    return db.session.scalars(wanted.options(*WITH_NAMES).order_by(UserList.id.desc()).limit(LATEST)).all()


def mapping(system_id: int) -> ListMapping | None:
    """How the system's lists were read the last time."""
    return db.session.get(ListMapping, system_id)


def listed(list_id: int) -> list[Listed]:
    """The accounts of a list."""
    a = ListAccount
    columns = (a.login, a.person_id, a.who, a.matched_by, a.level_id, a.enabled, a.used_on, a.name, a.line)
    return [Listed(*row) for row in db.session.execute(select(*columns).where(a.list_id == list_id).order_by(a.id))]


def open_findings(system_id: int) -> dict[tuple[str, int | None, str], Finding]:
    """What lists have found in a system and is open, by type and person, or account where it is nobody's."""
    wanted = select(Finding).where(Finding.system_id == system_id, Finding.type.in_((F13, F6)), Finding.state.in_(OPEN))
    return {(one.type, one.person_id, one.thing): one for one in db.session.scalars(wanted)}


def overview(systems: Collection[int] | None) -> list[Overview]:
    """The systems with levels outside the directory, those without a list first, then the oldest list first.

    ``systems`` None: all.
    """
    manual = select(AccessLevel.system_id).where(AccessLevel.active, AccessLevel.directory_group == "")
    wanted = (
        select(System, UserList)
        .outerjoin(UserList, (UserList.system_id == System.id) & (UserList.state == CURRENT))
        .where(System.id.in_(manual), System.lifecycle.in_(("production", "phasing_out")))
        .order_by(UserList.taken_on.nulls_first(), System.name)
    )
    if systems is not None:
        wanted = wanted.where(System.id.in_(systems))
    counted = select(Finding.system_id, func.count()).where(Finding.type == F13, Finding.state.in_(OPEN))
    found = {system_id: number for system_id, number in db.session.execute(counted.group_by(Finding.system_id))}
    return [Overview(one, its, found.get(one.id, 0)) for one, its in db.session.execute(wanted)]


def fresh(today: date) -> Sequence[int]:
    """Ids of the current lists from which something may be concluded."""
    wanted = select(UserList).where(UserList.state == CURRENT).order_by(UserList.id)
    return [one.id for one in db.session.scalars(wanted) if rules.is_fresh(one.taken_on, today)]


def forgotten(before: datetime) -> Sequence[int]:
    """Ids of drafts that nobody came back to."""
    wanted = select(UserList.id).where(UserList.state == DRAFT, UserList.uploaded_at < before)
    return db.session.scalars(wanted.order_by(UserList.id)).all()
