"""Which units somebody leads, and who leads a unit, by what the directory says of each person's manager."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from app.catalogue import queries as catalogue
from app.db import db
from app.directory import queries as directory
from app.directory.models import Person, Unit

# The head of a unit is the manager of most who work there (``directory.head_of_unit``); whoever is above the head
# leads it too.
LED_BY = text("""
WITH RECURSIVE below AS (
  SELECT CAST(:person AS integer) AS id, 0 AS height
UNION
  SELECT person.id, height + 1 FROM person JOIN below ON person.manager_id = below.id
  WHERE height < :levels AND person.id <> person.manager_id
), head AS (
  SELECT DISTINCT ON (worker.unit_id) worker.unit_id, worker.manager_id
  FROM person AS worker JOIN person AS manager ON manager.id = worker.manager_id
  WHERE worker.id <> manager.id AND worker.employment_status IN ('active', 'on_leave', 'future')
  GROUP BY worker.unit_id, worker.manager_id, manager.unit_id
  ORDER BY worker.unit_id, count(*) DESC, (manager.unit_id = worker.unit_id) DESC NULLS LAST, worker.manager_id
)
SELECT unit_id FROM head WHERE manager_id IN (SELECT id FROM below) AND unit_id IS NOT NULL
UNION
SELECT unit.id FROM unit JOIN appointment ON appointment.role = 'board_manager' AND appointment.board = unit.board
WHERE appointment.person_id = :person AND appointment.valid_from <= :today
  AND (appointment.valid_to IS NULL OR appointment.valid_to >= :today)
""")


def units_led_by(person_id: int, today: date) -> frozenset[int]:
    """Ids of the units that the person heads, or whose head is below, and all of the board for its manager (C9)."""
    given = {"person": person_id, "today": today, "levels": directory.LEVELS_UPWARDS}
    return frozenset(db.session.scalars(LED_BY, given))


def units_to_choose(person_id: int, today: date) -> list[Unit]:
    """Those units, by name."""
    led = units_led_by(person_id, today)
    return directory.units(led) if led else []


def leaders_of(unit: Unit, today: date) -> list[Person]:
    """Who may speak for the unit, nearest first: its head, those above, the manager of its board; who works here."""
    head = directory.head_of_unit(unit.id)
    chain = [p for p in [db.session.get(Person, head), *directory.line_managers(head)] if p] if head else []
    found = {p.id: p for p in [*chain, *catalogue.board_managers(unit.board, today)]}
    return [p for p in found.values() if p.employment_status == "active"]
