"""Reading roles: whose they are, which change hands, and which nobody has (F12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, Select, or_, select, text
from sqlalchemy.orm import joinedload

from app.appointments.models import RoleHandover
from app.catalogue.models import Appointment, System
from app.db import db
from app.errors import NotFound

# Those who work here and hold the role today. A system on its way out must still be run.
GAPS = text("""
SELECT system.code, system.name, system.min_managers,
  count(DISTINCT person.id) FILTER (WHERE appointment.role = 'system_owner') AS owners,
  count(DISTINCT person.id) FILTER (WHERE appointment.role = 'system_manager') AS managers,
  system.guideline_required AND (system.guideline_version = '' OR system.guideline_valid_to < :today) AS no_guideline
FROM system
LEFT JOIN appointment ON appointment.system_id = system.id AND appointment.role IN ('system_owner', 'system_manager')
  AND appointment.valid_from <= :today AND (appointment.valid_to IS NULL OR appointment.valid_to >= :today)
LEFT JOIN person ON person.id = appointment.person_id AND person.employment_status = 'active'
WHERE system.lifecycle IN ('production', 'phasing_out')
GROUP BY system.id
HAVING count(DISTINCT person.id) FILTER (WHERE appointment.role = 'system_owner') = 0
  OR count(DISTINCT person.id) FILTER (WHERE appointment.role = 'system_manager') < system.min_managers
  OR (system.guideline_required AND (system.guideline_version = '' OR system.guideline_valid_to < :today))
ORDER BY system.name
""")


def gaps(today: date) -> Sequence[Row[tuple[str, str, int, int, int, bool]]]:
    """Systems without an owner, with too few managers, or whose guideline has run out; one statement."""
    return db.session.execute(GAPS, {"today": today}).all()


def appointment(appointment_id: int) -> Appointment:
    """One role with its people. Raises NotFound."""
    found = db.session.get(Appointment, appointment_id)
    if found is None:
        raise NotFound()
    return found


def others_in_charge(person_id: int, code: str, today: date) -> Sequence[Appointment]:
    """Managers of the systems that the person owns; with ``code`` everybody who runs that system. One statement."""
    lasting = Appointment.valid_from <= today, or_(Appointment.valid_to.is_(None), Appointment.valid_to >= today)
    wanted = select(Appointment).options(joinedload(Appointment.person), joinedload(Appointment.system)).where(*lasting)
    if code:
        runs = Appointment.role.in_(("system_owner", "system_manager"))
        wanted = wanted.join(System, System.id == Appointment.system_id).where(runs, System.code == code)
    else:
        owned = select(Appointment.system_id).where(
            Appointment.role == "system_owner", Appointment.person_id == person_id, *lasting
        )
        managers = Appointment.role == "system_manager", Appointment.person_id != person_id
        wanted = wanted.where(Appointment.system_id.in_(owned), *managers)
    return db.session.scalars(wanted.order_by(Appointment.system_id, Appointment.role, Appointment.id)).all()


def role_rows(role: str, system_id: int | None, board: str, person_id: int, today: date) -> Sequence[Appointment]:
    """The person's rows of the role, today."""
    return db.session.scalars(
        select(Appointment).where(
            Appointment.role == role,
            Appointment.person_id == person_id,
            Appointment.system_id.is_not_distinct_from(system_id),
            Appointment.board == board,
            Appointment.valid_from <= today,
            or_(Appointment.valid_to.is_(None), Appointment.valid_to >= today),
        )
    ).all()


def handover(handover_id: int) -> RoleHandover:
    """One handover with people and place. Raises NotFound."""
    found = db.session.scalar(_handovers().where(RoleHandover.id == handover_id))
    if found is None:
        raise NotFound()
    return found


def concerning(person_id: int, *, everybodys: bool) -> Sequence[RoleHandover]:
    """Those under way that the person gives, gets or has proposed; for the coordinator all."""
    wanted = _handovers().where(RoleHandover.ended_at.is_(None))
    mine = RoleHandover.from_id == person_id, RoleHandover.to_id == person_id, RoleHandover.proposer_id == person_id
    return db.session.scalars(wanted if everybodys else wanted.where(or_(*mine))).all()


def open_ids() -> list[int]:
    """Ids of all under way."""
    wanted = select(RoleHandover.id).where(RoleHandover.ended_at.is_(None))
    return list(db.session.scalars(wanted.order_by(RoleHandover.id)))


def under_way(role: str, system_id: int | None, unit_id: int | None, board: str, from_id: int) -> bool:
    """True when the person hands precisely that role over already."""
    wanted = select(RoleHandover.id).where(
        RoleHandover.role == role,
        RoleHandover.system_id.is_not_distinct_from(system_id),
        RoleHandover.unit_id.is_not_distinct_from(unit_id),
        RoleHandover.board == board,
        RoleHandover.from_id == from_id,
        RoleHandover.ended_at.is_(None),
    )
    return db.session.scalar(wanted.limit(1)) is not None


def _handovers() -> Select[RoleHandover]:
    people = [joinedload(one) for one in (RoleHandover.predecessor, RoleHandover.successor, RoleHandover.proposer)]
    return (
        select(RoleHandover)
        .options(*people, joinedload(RoleHandover.system), joinedload(RoleHandover.unit))
        .order_by(RoleHandover.on_date, RoleHandover.id)
    )
