"""Reading authorised orderers: each one's way, who is asked, and which units have how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, or_, select, text
from sqlalchemy.orm import joinedload, selectinload

from app.appointments import organisation
from app.appointments.models import OrdererAppointment
from app.catalogue import queries as catalogue
from app.db import db
from app.directory.models import Person
from app.errors import NotFound
from app.requests import lives
from workflows import life

TARGET = 2  # one and a deputy (rules.md C9)
# Every unit in which somebody works, with those who may order for it or for a unit above it, today.
COVERED = text("""
WITH RECURSIVE worked_in AS (
  SELECT DISTINCT unit_id AS id FROM person WHERE employment_status IN ('active', 'on_leave') AND unit_id IS NOT NULL
), above AS (
  SELECT id AS unit_id, id AS above_id FROM worked_in
UNION
  SELECT above.unit_id, unit.parent_id FROM above JOIN unit ON unit.id = above.above_id
  WHERE unit.parent_id IS NOT NULL
)
SELECT unit.name AS unit, unit.board, person.display_name AS orderer, system.name AS system,
  appointment.max_confidentiality AS up_to, appointment.valid_to
FROM worked_in JOIN unit ON unit.id = worked_in.id
LEFT JOIN (
  above JOIN appointment ON appointment.unit_id = above.above_id AND appointment.role = 'authorised_orderer'
    AND appointment.valid_from <= :today AND (appointment.valid_to IS NULL OR appointment.valid_to >= :today)
  JOIN person ON person.id = appointment.person_id AND person.employment_status IN ('active', 'on_leave')
) ON above.unit_id = unit.id
LEFT JOIN system ON system.id = appointment.system_id
WHERE :q = '' OR position(:q in lower(unit.name || ' ' || coalesce(person.display_name, ''))) > 0
ORDER BY unit.name, unit.id, person.sort_key, person.id, system.name
""")


@dataclass(slots=True)
class Covered:
    """A unit with its orderers: name to what they may order, and until when."""

    unit: str
    board: str
    orderers: dict[str, Scope]

    @property
    def lacks(self) -> int:
        """How many orderers are missing to the target."""
        return max(0, TARGET - len(self.orderers))


@dataclass(slots=True)
class Scope:
    """``systems`` empty: all systems, or all up to ``up_to``."""

    systems: list[str]
    up_to: int | None
    valid_to: date | None


def covered_units(today: date, q: str = "") -> list[Covered]:
    """Every unit in which somebody works, those that lack most first; one statement."""
    found: dict[tuple[str, str], Covered] = {}
    for row in db.session.execute(COVERED, {"today": today, "q": q.lower()}):
        unit = found.setdefault((row.unit, row.board), Covered(row.unit, row.board, {}))
        if row.orderer:
            scope = unit.orderers.setdefault(row.orderer, Scope([], row.up_to, row.valid_to))
            scope.systems += [row.system] if row.system else []
    return sorted(found.values(), key=lambda unit: -unit.lacks)


def orderer(orderer_id: int) -> OrdererAppointment:
    """One way, with people, units and systems. Raises NotFound."""
    found = db.session.scalar(_ways().where(OrdererAppointment.id == orderer_id))
    if found is None:
        raise NotFound()
    return found


def concerning(person_id: int, *, registers: bool) -> Sequence[OrdererAppointment]:
    """Those under way that are the person's own, or nominated by the person; for a registrar all that wait for one."""
    mine = [OrdererAppointment.person_id == person_id, OrdererAppointment.nominator_id == person_id]
    if registers:
        mine.append(and_(OrdererAppointment.registered_on.is_(None), OrdererAppointment.accepted_at.is_not(None)))
    return db.session.scalars(_ways().where(or_(*mine), OrdererAppointment.ended_at.is_(None))).all()


def under_way() -> list[int]:
    """Ids of every way that has not ended."""
    wanted = select(OrdererAppointment.id).where(OrdererAppointment.ended_at.is_(None))
    return list(db.session.scalars(wanted.order_by(OrdererAppointment.id)))


def of_person(person_id: int) -> Sequence[OrdererAppointment]:
    """The person's own ways that have not ended."""
    return db.session.scalars(
        _ways().where(OrdererAppointment.person_id == person_id, OrdererAppointment.ended_at.is_(None))
    ).all()


def question_of(one: OrdererAppointment) -> str:
    """What is asked about it now: accept, register or confirm; nothing for one that just lasts."""
    workflow = lives.following(lives.ORDERER, one.definition_version)
    step = life.asked_in(workflow, one.state)
    return life.question(workflow, one.state) if step is None or one.due_on is not None else ""


def asked_about(one: OrdererAppointment, today: date) -> list[Person]:
    """Who can answer that question: the nominee, the registrars, or whoever leads the units now; who works here."""
    question = question_of(one)
    if question == "accept":
        return [one.person]
    if question == "register":
        registrars = [*catalogue.coordinators(today), *catalogue.it_managers(today)]
        both = one.person_id, one.nominator_id
        return [p for p in registrars if p.id not in both and p.employment_status == "active"]
    return nominators(one, today) if question else []


def nominators(one: OrdererAppointment, today: date) -> list[Person]:
    """Whoever nominated; when they lead it no more, who leads the first of the units. Never the orderer."""
    led = organisation.units_led_by(one.nominator_id, today)
    if one.nominator.employment_status == "active" and any(u.id in led for u in one.units):
        return [one.nominator]
    return [p for unit in one.units[:1] for p in organisation.leaders_of(unit, today) if p.id != one.person_id][:1]


def _ways() -> Select[OrdererAppointment]:
    return (
        select(OrdererAppointment)
        .options(
            joinedload(OrdererAppointment.person),
            joinedload(OrdererAppointment.nominator),
            selectinload(OrdererAppointment.units),
            selectinload(OrdererAppointment.systems),
        )
        .order_by(OrdererAppointment.id)
    )
