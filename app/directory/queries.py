"""Finding people and units, and who stands above and below whom."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Select, all_, case, func, literal, select
from sqlalchemy.dialects.postgresql import array, distinct_on
from sqlalchemy.orm import aliased

from app.by_key import ByKey
from app.db import db
from app.directory.models import Person, Unit
from app.directory.naming import sort_key
from workflows.case import EmploymentStatus as Status

LEVELS_UPWARDS = 10
PRESENT = (Status.ACTIVE.value, Status.ON_LEAVE.value, Status.FUTURE.value)


PERSON = ByKey(Person, "unit")


def person(person_id: int) -> Person | None:
    """The person with this id; no statement for somebody whom this transaction has read already."""
    return PERSON.get(person_id)


def by_number(number: str) -> Person | None:
    """The person with this employee number, leading zeros included."""
    return db.session.scalar(select(Person).where(Person.employee_number == number.strip()))


def by_login(login: str) -> Person | None:
    """Who logs in by this account name, whatever its case; None when two people have it (logins are reused)."""
    name = unicodedata.normalize("NFC", login).strip()
    found = db.session.scalars(select(Person).where(func.lower(Person.login) == func.lower(name))).all() if name else []
    present = [person for person in found if person.employment_status in PRESENT] or found
    return present[0] if len(present) == 1 else None


def search(text: str, limit: int = 20, within_unit_ids: Sequence[int] | None = None) -> list[Person]:
    """People whose name, number, title, unit or login has every word of ``text``; who has left comes last."""
    words = unicodedata.normalize("NFC", text).lower().split()
    if not words:
        return []
    found = select(Person).where(*(Person.search.contains(word, autoescape=True) for word in words))
    if within_unit_ids is not None:
        found = found.where(Person.unit_id.in_(within_unit_ids))
    here_first = case((Person.employment_status.in_(PRESENT), 0), else_=1)
    return list(db.session.scalars(found.order_by(here_first, Person.sort_key, Person.id).limit(limit)))


def line_managers(person_id: int) -> list[Person]:
    """The managers above, nearest first, at most ten; never the person, nobody twice, whatever loops there are."""
    return managers_above([person_id]).get(person_id, [])


def managers_above(person_ids: Collection[int]) -> dict[int, list[Person]]:
    """As ``line_managers``, for many people at once; one statement. Who has nobody above is left out."""
    above = (
        select(
            Person.id.label("of"),
            Person.manager_id.label("id"),
            literal(1).label("level"),
            array([Person.id, Person.manager_id]).label("path"),
        )
        .where(Person.id.in_(person_ids), Person.manager_id != Person.id)
        .cte("above", recursive=True)
    )
    upwards = (
        select(above.c.of, Person.manager_id, above.c.level + 1, func.array_append(above.c.path, Person.manager_id))
        .join(above, Person.id == above.c.id)
        .where(above.c.level < LEVELS_UPWARDS, Person.manager_id != all_(above.c.path))
    )
    above = above.union_all(upwards)
    found: dict[int, list[Person]] = defaultdict(list)
    managers = select(above.c.of, Person).join(above, Person.id == above.c.id).order_by(above.c.of, above.c.level)
    for person_id, manager in db.session.execute(managers):
        found[person_id].append(manager)
    return found


def nearest_manager(person_id: int) -> Person | None:
    """Whoever of the managers above is at work, the nearest; None where nobody is."""
    return at_work(line_managers(person_id))


def at_work(managers: Iterable[Person]) -> Person | None:
    """The first of these who is at work; None where nobody is."""
    return next((p for p in managers if p.employment_status == Status.ACTIVE), None)


def head_of_unit(unit_id: int) -> int | None:
    """The id of who leads the unit; None for a unit in which nobody has a manager.

    The directory names no manager of a unit, but one of each person: it is the manager of most who work there;
    of two with as many, the one who works there too.
    """
    heads = _heads().subquery()
    return db.session.scalar(select(heads.c.head_id).where(heads.c.unit_id == unit_id))


def units_headed_by(person_id: int) -> frozenset[int]:
    """The ids of the units that the person leads, as ``head_of_unit`` says; one statement."""
    heads = _heads().subquery()
    return frozenset(db.session.scalars(select(heads.c.unit_id).where(heads.c.head_id == person_id)))


def _heads() -> Select[int | None, int]:
    worker, manager = aliased(Person), aliased(Person)
    works_there = case((manager.unit_id == worker.unit_id, 0), else_=1)
    return (
        select(worker.unit_id.label("unit_id"), manager.id.label("head_id"))
        .join(manager, worker.manager_id == manager.id)
        .where(worker.unit_id.is_not(None), worker.id != manager.id, worker.employment_status.in_(PRESENT))
        .group_by(worker.unit_id, manager.id, manager.unit_id)
        .ext(distinct_on(worker.unit_id))
        .order_by(worker.unit_id, func.count().desc(), works_there, manager.id)
    )


def reports_of(manager_id: int) -> list[Person]:
    """Whom this person leads directly; never the person."""
    led = select(Person).where(Person.manager_id == manager_id, Person.id != manager_id)
    return list(db.session.scalars(led.order_by(Person.sort_key, Person.id)))


def units(within: Collection[int] | None = None) -> list[Unit]:
    """The units with these ids, or every unit in which somebody works now; by name in Swedish order."""
    present = select(Person.unit_id).where(Person.employment_status.in_(PRESENT))
    found = db.session.scalars(select(Unit).where(Unit.id.in_(present if within is None else within)))
    return sorted(found, key=lambda unit: sort_key("", "", unit.name))


def unit_and_below(unit_id: int) -> list[int]:
    """The unit's id and those of every unit under it."""
    below = select(Unit.id).where(Unit.id == unit_id).cte("below", recursive=True)
    # UNION, not UNION ALL: a loop in the organisation ends.
    below = below.union(select(Unit.id).join(below, Unit.parent_id == below.c.id))
    return sorted(db.session.scalars(select(below.c.id)))
