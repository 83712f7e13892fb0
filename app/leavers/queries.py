"""Reading who leaves, what is left of what they had, and how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import joinedload

from app import clock
from app.db import db
from app.directory.models import Person
from app.errors import NotFound
from app.grants import queries as grants
from app.grants.models import LIVE, Grant
from app.leavers.models import UNDER_WAY, Leaver, LeaverItem
from app.premises.models import Credential
from app.tasks.models import Task, TaskAddressee

OUT = ("programmed", "handed_out", "lost")
# Who is to leave by the directory, and has none under way; or whose day it has moved.
PLANNED = text("""
SELECT p.id AS person_id, p.ends_on, l.id AS leaver_id FROM person p
LEFT JOIN leaver l ON l.person_id = p.id AND l.state IN ('planned', 'prepared', 'removing', 'verifying')
WHERE p.employment_status IN ('active', 'on_leave') AND (
  (l.id IS NULL AND p.ends_on BETWEEN :today AND :horizon)
  OR (l.source = 'date' AND l.ended_at IS NULL AND p.ends_on IS DISTINCT FROM l.last_day))
ORDER BY p.id
""")

ROLES = text("""
SELECT a.role, coalesce(s.name, u.name, a.board) AS place, coalesce(h.name, '') AS successor, h.on_date,
  a.system_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM appointment o JOIN person p ON p.id = o.person_id AND p.employment_status IN ('active', 'on_leave')
    WHERE o.system_id = a.system_id AND o.role = a.role AND o.person_id <> a.person_id
      AND o.valid_from <= :today AND (o.valid_to IS NULL OR o.valid_to >= :today)) AS vacant
FROM appointment a LEFT JOIN system s ON s.id = a.system_id LEFT JOIN unit u ON u.id = a.unit_id
LEFT JOIN LATERAL (
  SELECT p.display_name AS name, r.on_date FROM role_handover r JOIN person p ON p.id = r.to_id
  WHERE r.from_id = a.person_id AND r.role = a.role AND r.system_id IS NOT DISTINCT FROM a.system_id
    AND r.ended_at IS NULL ORDER BY r.id DESC LIMIT 1) h ON true
WHERE a.person_id = :person_id AND a.valid_from <= :day AND (a.valid_to IS NULL OR a.valid_to >= :day)
ORDER BY a.role, a.id
""")


def leaver(leaver_id: int) -> Leaver:
    """One, with its people. Raises NotFound."""
    people = (joinedload(Leaver.person), joinedload(Leaver.opened_by), joinedload(Leaver.prepared_by))
    found = db.session.scalar(select(Leaver).where(Leaver.id == leaver_id).options(*people))
    if found is None:
        raise NotFound()
    return found


def under_way() -> Sequence[Leaver]:
    """Everybody who leaves, soonest last day first."""
    wanted = select(Leaver).where(Leaver.state.in_(UNDER_WAY)).options(joinedload(Leaver.person))
    return db.session.scalars(wanted.order_by(Leaver.last_day, Leaver.id)).all()


def closed_since(day: datetime, limit: int = 50) -> Sequence[Leaver]:
    """Those that were closed since then, latest first."""
    wanted = select(Leaver).where(Leaver.state == "closed", Leaver.closed_at >= day).options(joinedload(Leaver.person))
    return db.session.scalars(wanted.order_by(Leaver.closed_at.desc(), Leaver.id.desc()).limit(limit)).all()


def measured_since(day: datetime) -> list[int]:
    """Working days to the last removal, of each that was closed since then."""
    wanted = select(Leaver.working_days).where(Leaver.state == "closed", Leaver.closed_at >= day)
    return [days for days in db.session.scalars(wanted) if days is not None]


def in_states(*states: str) -> Sequence[int]:
    """Ids of those that stand there."""
    return db.session.scalars(select(Leaver.id).where(Leaver.state.in_(states)).order_by(Leaver.id)).all()


def items(leaver_id: int) -> Sequence[LeaverItem]:
    """What the manager has written down, in that order."""
    return db.session.scalars(select(LeaverItem).where(LeaverItem.leaver_id == leaver_id).order_by(LeaverItem.id)).all()


def item(leaver_id: int, item_id: int) -> LeaverItem:
    """One of them. Raises NotFound."""
    wanted = select(LeaverItem).where(LeaverItem.id == item_id, LeaverItem.leaver_id == leaver_id)
    found = db.session.scalar(wanted.options(joinedload(LeaverItem.leaver)))
    if found is None:
        raise NotFound()
    return found


def rights(one: Leaver) -> Sequence[Grant]:
    """What the person holds, and what has been removed since it was opened; by system."""
    live = list(grants.of_people([one.person_id]))
    gone = Grant.subject_id == one.person_id, Grant.status == "revoked", Grant.revoked_at >= one.opened_at
    return [*live, *db.session.scalars(select(Grant).where(*gone).options(*grants.WITH_NAMES).order_by(Grant.id))]


def rights_left(person_id: int) -> int:
    """How many rights are not removed yet."""
    wanted = select(func.count()).select_from(Grant).where(Grant.subject_id == person_id, Grant.status.in_(LIVE))
    return db.session.scalar(wanted) or 0


def credentials_out(person_id: int) -> Sequence[Credential]:
    """Tags, cards and keys that are not handed back; one that is lost and blocked opens nothing any more."""
    blocked = (Credential.status == "lost") & Credential.blocked_at.is_not(None)
    wanted = select(Credential).where(Credential.subject_id == person_id, Credential.status.in_(OUT), ~blocked)
    return db.session.scalars(wanted.order_by(Credential.id)).all()


def last_removal(one: Leaver) -> datetime | None:
    """When the last right was removed, of those that the end ordered removed; None where there was none."""
    ended = Grant.subject_id == one.person_id, Grant.revoked_at.is_not(None), Grant.revoke_ordered_at >= one.opened_at
    return db.session.scalar(select(func.max(Grant.revoked_at)).where(*ended))


def roles(one: Leaver) -> Sequence[Row[tuple[str, str, str, date | None, bool]]]:
    """The roles that the person has, or had until the end: role, place, successor's name and day, whether it is vacant.

    ``successor`` is empty where nobody has been asked to take over.
    """
    on = clock.local(one.ended_at).date() - timedelta(days=1) if one.ended_at else clock.today()
    about = {"person_id": one.person_id, "today": clock.today()}
    return db.session.execute(ROLES, {**about, "day": min(on, clock.today())}).all()


def tasks_of(person_id: int) -> Sequence[Task]:
    """Open tasks that the person is asked, oldest first."""
    asked = TaskAddressee.person_id == person_id, TaskAddressee.removed_at.is_(None), Task.status == "open"
    wanted = select(Task).join(TaskAddressee, TaskAddressee.task_id == Task.id).where(*asked)
    return db.session.scalars(wanted.order_by(Task.id)).all()


def revoke_tasks(person_id: int) -> dict[int, Task]:
    """The open removal task of each right, by the right."""
    wanted = select(Task).join(Grant, Grant.id == Task.grant_id)
    wanted = wanted.where(Grant.subject_id == person_id, Task.kind == "revoke", Task.status == "open")
    return {task.grant_id: task for task in db.session.scalars(wanted) if task.grant_id is not None}


def led_by(manager_id: int) -> Sequence[Person]:
    """Whom the person may tell of: their own people who work here, by name."""
    present = Person.employment_status.in_(("active", "on_leave", "future"))
    led = select(Person).where(Person.manager_id == manager_id, Person.id != manager_id, present)
    return db.session.scalars(led.order_by(Person.sort_key, Person.id)).all()
