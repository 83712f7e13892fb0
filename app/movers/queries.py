"""Reading who moves, what each case asks about, and what is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import joinedload

from app.catalogue.models import AccessLevel, Appointment
from app.db import db
from app.directory import queries as directory
from app.directory.models import Employment, Person
from app.errors import NotFound
from app.grants import queries as grants
from app.grants.models import Grant
from app.movers.models import OPEN_STATES, UNDER_WAY, WAITING, Mover, MoverRow

# What a case has ordered removed and the directory still shows, or has not been read since. A right that another
# level gives by the same group is no remainder.
REMAINS = text("""
SELECT count(*) FROM mover_row r JOIN access_grant g ON g.id = r.grant_id JOIN access_level l ON l.id = g.level_id
WHERE r.mover_id = :mover_id AND r.state = 'removed' AND (g.status <> 'revoked' OR (
  l.directory_group <> '' AND EXISTS (
    SELECT FROM directory_group dg
    LEFT JOIN directory_membership m ON m.group_id = dg.id AND m.gone_at IS NULL
      AND m.member_guid IN (SELECT a.object_guid FROM directory_account a WHERE a.person_id = g.subject_id)
    WHERE lower(dg.name) = lower(l.directory_group) AND dg.missing_since IS NULL
      AND (dg.seen_at <= g.revoked_at OR m.group_id IS NOT NULL))
  AND NOT EXISTS (
    SELECT FROM access_grant k JOIN access_level kl ON kl.id = k.level_id
    WHERE k.subject_id = g.subject_id AND k.status IN ('pending_activation', 'active', 'suspended')
      AND lower(kl.directory_group) = lower(l.directory_group))))
""")
# An employment that is over while another lasts (field.md B6), and that still has something.
PARTLY_OVER = text("""
SELECT DISTINCT e.id AS employment_id, e.person_id, e.ends_on FROM employment e
JOIN person p ON p.id = e.person_id AND p.employment_status IN ('active', 'on_leave')
JOIN access_grant g ON g.employment_id = e.id AND g.status IN ('pending_activation', 'active', 'suspended')
JOIN access_level l ON l.id = g.level_id AND NOT l.is_base
WHERE e.ends_on < :today AND EXISTS (
    SELECT FROM employment o WHERE o.person_id = e.person_id AND o.id <> e.id
      AND (o.starts_on IS NULL OR o.starts_on <= :today) AND (o.ends_on IS NULL OR o.ends_on >= :today))
  AND NOT EXISTS (SELECT FROM mover m WHERE m.person_id = e.person_id
    AND (m.ended_at IS NULL OR m.employment_id = e.id))
ORDER BY e.person_id, e.id
""")


def mover(mover_id: int) -> Mover:
    """One case with its people. Raises NotFound."""
    found = db.session.scalar(select(Mover).where(Mover.id == mover_id).options(joinedload(Mover.person)))
    if found is None:
        raise NotFound()
    return found


def hold(mover_id: int) -> Mover:
    """The case, read anew and held until the commit: of two deciders the slower sees what the faster said."""
    return db.session.get_one(Mover, mover_id, with_for_update=True, populate_existing=True)


def open_of(person_id: int) -> Mover | None:
    """The person's case that is announced or decided about, held; None where there is none."""
    wanted = select(Mover).where(Mover.person_id == person_id, Mover.state.in_(OPEN_STATES))
    return db.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def under_way_of(person_id: int) -> Sequence[Mover]:
    """Every case of the person that is not over, held."""
    wanted = select(Mover).where(Mover.person_id == person_id, Mover.ended_at.is_(None)).order_by(Mover.id)
    return db.session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).all()


def in_states(*states: str) -> Sequence[int]:
    """Ids of those that stand there."""
    return db.session.scalars(select(Mover.id).where(Mover.state.in_(states)).order_by(Mover.id)).all()


def rows_of(mover_id: int) -> Sequence[MoverRow]:
    """The rights of the case, by system."""
    wanted = (
        select(MoverRow)
        .join(MoverRow.grant)
        .join(Grant.level)
        .where(MoverRow.mover_id == mover_id)
        .options(joinedload(MoverRow.grant).joinedload(Grant.level).joinedload(AccessLevel.system))
        .order_by(AccessLevel.system_id, AccessLevel.position, MoverRow.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(wanted).all()


def due(mover_id: int, today: date) -> bool:
    """Whether something of it is to be ordered removed today."""
    wanted = select(MoverRow.id).where(MoverRow.mover_id == mover_id, MoverRow.state.in_(WAITING))
    return db.session.scalar(wanted.where(MoverRow.remove_on <= today).limit(1)) is not None


def open_rows(mover_ids: Sequence[int]) -> dict[int, int]:
    """How many rights of each case nobody has decided about."""
    counted = select(MoverRow.mover_id, func.count()).where(MoverRow.mover_id.in_(mover_ids), MoverRow.state == "open")
    return {mover_id: number for mover_id, number in db.session.execute(counted.group_by(MoverRow.mover_id))}


def remains(mover_id: int) -> int:
    """Of how many removed rights the removal is not confirmed, or not seen in the directory yet."""
    return int(db.session.execute(REMAINS, {"mover_id": mover_id}).scalar_one())


def seen_by(person_id: int, *, everything: bool) -> Sequence[Mover]:
    """What is under way that the person answers for, as old or new manager or just above; or all; soonest first."""
    wanted = select(Mover).where(Mover.state.in_(UNDER_WAY)).options(joinedload(Mover.person))
    if not everything:
        led = select(Person.id).where(Person.manager_id == person_id)
        of_mine = or_(Mover.new_manager_id == person_id, Mover.old_manager_id == person_id)
        of_theirs = or_(Mover.new_manager_id.in_(led), Mover.old_manager_id.in_(led))
        wanted = wanted.where(or_(of_mine, of_theirs), Mover.person_id != person_id)
    return db.session.scalars(wanted.order_by(Mover.change_on, Mover.id)).all()


def held(person_id: int) -> Sequence[Grant]:
    """What the person holds and no base order gave, held until the commit."""
    return [grant for grant in grants.held_by(person_id) if not grant.level.is_base]


def lasting_elsewhere(person_id: int, employment_id: int | None, today: date) -> frozenset[int]:
    """Ids of the person's employments that last, but for the one that moves: the ended one, or the main."""
    found = db.session.scalars(select(Employment).where(Employment.person_id == person_id)).all()
    left = {employment_id} if employment_id else {e.id for e in found if e.is_main}
    lasts = [e for e in found if (not e.starts_on or e.starts_on <= today) and (not e.ends_on or e.ends_on >= today)]
    return frozenset(e.id for e in lasts if e.id not in left)


def roles_of(person_id: int, today: date) -> Sequence[Appointment]:
    """The roles that the person has today, to be looked at when the work changes (rules.md C5)."""
    here = Appointment.person_id == person_id, Appointment.valid_from <= today
    lasting = or_(Appointment.valid_to.is_(None), Appointment.valid_to >= today)
    wanted = select(Appointment).where(*here, lasting).options(joinedload(Appointment.system))
    return db.session.scalars(wanted.order_by(Appointment.id)).all()


def manager_for(manager_id: int | None, subject_id: int) -> int | None:
    """The manager, or the nearest above who is at work; never the subject."""
    if manager_id is None:
        return None
    itself = directory.person(manager_id)
    chain = [*([itself] if itself else []), *directory.line_managers(manager_id)]
    found = directory.at_work(p for p in chain if p.id != subject_id)
    return found.id if found else None
