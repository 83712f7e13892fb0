"""Reads of the catalogue: who holds which role today, and who acts in their place.

Everybody appointed is given, also who has left or is away: the rules skip them upwards (``may_act``).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, text
from sqlalchemy.orm import aliased, joinedload

from app.catalogue.models import Appointment, Deputyship
from app.db import db, rows_of
from app.directory.models import Person, Unit
from workflows.case import EmploymentStatus

EMPLOYED = frozenset({EmploymentStatus.ACTIVE, EmploymentStatus.ON_LEAVE})
ORDERED_FOR = text("""
WITH RECURSIVE below AS (
  SELECT unit_id AS id FROM appointment
  WHERE role = 'authorised_orderer' AND person_id = :person AND unit_id IS NOT NULL
    AND valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today)
    AND (CAST(:system AS integer) IS NULL OR system_id IS NULL OR system_id = :system)
UNION
  SELECT unit.id FROM unit JOIN below ON unit.parent_id = below.id
)
SELECT id FROM below
""")


def role_holders(system_id: int, today: date) -> dict[str, list[Person]]:
    """The system's people by role, with the keys ``system_owner`` and ``system_manager``; one statement."""
    found: dict[str, list[Person]] = {"system_owner": [], "system_manager": []}
    wanted = (
        select(Appointment.role, Person)
        .join(Person, Person.id == Appointment.person_id)
        .where(Appointment.system_id == system_id, Appointment.role.in_(found), _in_force(today))
        .order_by(Person.sort_key, Person.id)
    )
    for role, person in db.session.execute(wanted):
        found[role].append(person)
    return found


def others_after(ended: Appointment, last_day: date) -> list[Person]:
    """Who works here and holds the same role of the same system on the day after ``last_day``, but for its holder."""
    next_day = last_day + timedelta(days=1)
    wanted = (
        select(Person)
        .distinct()
        .join(Appointment, Appointment.person_id == Person.id)
        .where(
            Person.employment_status.in_(EMPLOYED),
            Appointment.role == ended.role,
            Appointment.system_id == ended.system_id,
            Appointment.person_id != ended.person_id,
            _in_force(next_day),
        )
        .order_by(Person.sort_key, Person.id)
    )
    return list(db.session.scalars(wanted))


def coordinators(today: date) -> list[Person]:
    """The information security coordinators."""
    return _holders(Appointment.role == "infosec_coordinator", today)


def it_managers(today: date) -> list[Person]:
    """The IT managers (IT-chef)."""
    return _holders(Appointment.role == "it_manager", today)


def data_protection_officers(today: date) -> list[Person]:
    """The data-protection officers (dataskyddsombud)."""
    return _holders(Appointment.role == "data_protection_officer", today)


def board_managers(board: str, today: date) -> list[Person]:
    """The heads of the board's administration (förvaltningschef)."""
    return _holders(and_(Appointment.role == "board_manager", Appointment.board == board), today)


def roles_of(person_id: int, today: date) -> list[Appointment]:
    """The person's roles today, with system and unit; one statement."""
    wanted = (
        select(Appointment)
        .options(joinedload(Appointment.system), joinedload(Appointment.unit))
        .where(Appointment.person_id == person_id, _in_force(today))
        .order_by(Appointment.role, Appointment.id)
    )
    return list(db.session.scalars(wanted))


def deputies_of(person_ids: Collection[int], today: date, *, absence: bool | None = None) -> dict[int, list[Person]]:
    """The deputies of each person who has any today; one statement.

    ``absence`` True: those who receive instead while the person is away. False: the standing ones, who are
    asked as well at the first escalation. None: both.
    """
    wanted = (
        select(Deputyship.person_id, Person)
        .join(Person, Person.id == Deputyship.deputy_id)
        .where(
            Deputyship.person_id.in_(list(person_ids)),
            Deputyship.valid_from <= today,
            Deputyship.valid_to >= today,
        )
        .order_by(Deputyship.id)
    )
    if absence is not None:
        wanted = wanted.where(Deputyship.absence == absence)
    found: dict[int, list[Person]] = {}
    for person_id, deputy in db.session.execute(wanted):
        found.setdefault(person_id, []).append(deputy)
    return found


def orderer_covers(person_id: int, unit_id: int, system_id: int, today: date, confidentiality: int = 0) -> bool:
    """True when the person is authorised orderer for the unit, or one above it, and for the system, or for all (G5).

    ``confidentiality`` is the K of the ordered level: who may order all up to K2 may not order K3 (C9).
    """
    above = select(Unit.id, Unit.parent_id).where(Unit.id == unit_id).cte("above", recursive=True)
    parent = aliased(Unit)
    above = above.union(select(parent.id, parent.parent_id).join(above, parent.id == above.c.parent_id))
    highest = Appointment.max_confidentiality
    all_systems = and_(Appointment.system_id.is_(None), or_(highest.is_(None), highest >= confidentiality))
    covers = select(Appointment.id).where(
        Appointment.role == "authorised_orderer",
        Appointment.person_id == person_id,
        Appointment.unit_id.in_(select(above.c.id)),
        or_(all_systems, Appointment.system_id == system_id),
        _in_force(today),
    )
    return db.session.scalar(covers.limit(1)) is not None


def units_ordered_for(person_id: int, today: date, system_id: int | None = None) -> frozenset[int]:
    """The ids of all units that the person is authorised orderer for: for the system, or for at least one."""
    found = rows_of(ORDERED_FOR, {"person": person_id, "today": today, "system": system_id})
    return frozenset(unit_id for (unit_id,) in found)


def _in_force(today: date) -> ColumnElement[bool]:
    return and_(
        Appointment.valid_from <= today,
        or_(Appointment.valid_to.is_(None), Appointment.valid_to >= today),
    )


def _holders(which: ColumnElement[bool], today: date) -> list[Person]:
    wanted = (
        select(Person)
        .join(Appointment, Appointment.person_id == Person.id)
        .where(which, _in_force(today))
        .order_by(Person.sort_key, Person.id)
    )
    return list(db.session.scalars(wanted).unique())
