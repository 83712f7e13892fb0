"""Reading who stands in for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select, text
from sqlalchemy.orm import aliased, joinedload

from app.catalogue.models import Deputyship
from app.db import db
from app.directory.models import Person
from app.errors import NotFound

SHOWN = 100
# Whoever is asked in their own right, is away, and has a deputy of whom the task knows nothing yet.
UNATTENDED = text("""
SELECT DISTINCT task.id FROM deputyship
JOIN task_addressee AS away ON away.person_id = deputyship.person_id AND away.removed_at IS NULL
  AND away.role <> 'deputy'
JOIN task ON task.id = away.task_id AND task.status = 'open'
WHERE deputyship.absence AND deputyship.valid_from <= :today AND deputyship.valid_to >= :today
  AND NOT EXISTS (
    SELECT FROM task_addressee AS known WHERE known.task_id = task.id AND known.person_id = deputyship.deputy_id
  )
ORDER BY task.id
""")
OVERDUE = text("""
SELECT task.id, asked.person_id FROM task_addressee AS asked
JOIN task ON task.id = asked.task_id AND task.status = 'open'
WHERE asked.role = 'deputy' AND asked.removed_at IS NULL AND NOT EXISTS (
  SELECT FROM deputyship WHERE deputyship.person_id = asked.on_behalf_of_id
    AND deputyship.deputy_id = asked.person_id
    AND deputyship.valid_from <= :today AND deputyship.valid_to >= :today
)
ORDER BY task.id
""")


def deputyship(deputyship_id: int) -> Deputyship:
    """Who acts for whom, with both. Raises NotFound."""
    found = db.session.scalar(_deputyships().where(Deputyship.id == deputyship_id))
    if found is None:
        raise NotFound()
    return found


def deputies_around(person_id: int, today: date) -> Sequence[Deputyship]:
    """Whoever stands in for the person, and for whom the person stands in, today or later; one statement."""
    theirs = or_(Deputyship.person_id == person_id, Deputyship.deputy_id == person_id)
    return db.session.scalars(_deputyships().where(theirs, Deputyship.valid_to >= today)).all()


def all_deputies(today: date, q: str = "") -> Sequence[Deputyship]:
    """Every deputy of today or later, soonest first, of people whose words hold ``q``; at most ``SHOWN`` + 1."""
    statement = _deputyships().where(Deputyship.valid_to >= today)
    person, deputy = aliased(Person), aliased(Person)
    for word in q.lower().split():
        holds = or_(person.search.contains(word, autoescape=True), deputy.search.contains(word, autoescape=True))
        statement = statement.where(holds)
    joined = statement.join(person, Deputyship.person_id == person.id).join(deputy, Deputyship.deputy_id == deputy.id)
    return db.session.scalars(joined.limit(SHOWN + 1)).all()


def overlapping(given: Deputyship) -> Sequence[Deputyship]:
    """Other deputies of the same person, for the same kind of need, at the same time."""
    return db.session.scalars(
        _deputyships().where(
            Deputyship.person_id == given.person_id,
            Deputyship.id != given.id,
            Deputyship.absence == given.absence,
            Deputyship.valid_from <= given.valid_to,
            Deputyship.valid_to >= given.valid_from,
        )
    ).all()


def unattended(today: date) -> list[int]:
    """Ids of open tasks of absent people whose deputy has not been asked."""
    return list(db.session.scalars(UNATTENDED, {"today": today}))


def asked_too_long(today: date) -> list[tuple[int, int]]:
    """Task and deputy, where the deputy is asked on behalf of somebody for whom they do not stand in today."""
    return [(row.id, row.person_id) for row in db.session.execute(OVERDUE, {"today": today})]


def _deputyships() -> Select[Deputyship]:
    people = joinedload(Deputyship.person), joinedload(Deputyship.deputy)
    return select(Deputyship).options(*people).order_by(Deputyship.valid_from, Deputyship.id)
