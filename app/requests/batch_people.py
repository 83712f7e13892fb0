"""Whom a batch is for: those who are ticked, everybody in a unit, and pasted employee numbers, one a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import db
from app.directory import queries as directory
from app.directory.models import Person, Unit
from app.requests import ordering
from workflows.personal_numbers import find_personnummer

# Also one with a wrong check digit: whoever mistypes a personnummer must not see it on the page either.
LIKE_PERSONNUMMER = re.compile(r"\b(?:\d{6}|\d{8})[-+]?\d{4}\b")
PRESENT = ("active", "on_leave", "future", "not_found")


@dataclass(frozen=True, slots=True)
class Found:
    """Whom one may order for, by name; what is wrong with the other lines, in words; the numbers to show again."""

    people: tuple[Person, ...]
    faults: tuple[str, ...]
    numbers: str


def team(orderer: Person) -> list[Person]:
    """Those whom the orderer leads."""
    return [person for person in directory.reports_of(orderer.id) if person.employment_status in PRESENT]


def units(orderer: Person, level: AccessLevel) -> list[Unit]:
    """The units that the orderer orders for in the level's system, by name."""
    ids = catalogue.units_ordered_for(orderer.id, clock.today(), level.system_id)
    return list(db.session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.name))) if ids else []


def find(orderer: Person, level: AccessLevel, ticked: Iterable[int], unit_id: int | None, numbers: str) -> Found:
    """Everybody who is meant and for whom the orderer may order in the level's system; four statements.

    A line with a personnummer is told of by its place only, and neither shown nor kept.
    """
    lines = {place: line.strip() for place, line in enumerate(numbers.splitlines(), start=1) if line.strip()}
    known = _by_number(lines.values())
    hidden = {place for place, line in lines.items() if _is_personal(line, known)}
    chosen = _chosen(set(ticked), unit_id)
    meant = {p.id: p for p in (*chosen, *(known[n] for n in _shown(lines, hidden) if n in known))}
    allowed = ordering.may_order_for(orderer, list(meant.values()), level.system_id)
    faults = [_fault(place, line, known, allowed) for place, line in lines.items() if place not in hidden]
    people = sorted((p for p in meant.values() if p.id in allowed), key=lambda p: (p.sort_key, p.id))
    told = [_("Rad %(place)s ser ut som ett personnummer och är borttagen. Skriv anställningsnumret.", place=place)
            for place in sorted(hidden)]  # fmt: skip
    return Found(tuple(people), (*told, *filter(None, faults)), "\n".join(_shown(lines, hidden)))


def _is_personal(line: str, known: Mapping[str, Person]) -> bool:
    return find_personnummer(line) or (line not in known and LIKE_PERSONNUMMER.search(line) is not None)


def _shown(lines: Mapping[int, str], hidden: set[int]) -> list[str]:
    return [line for place, line in lines.items() if place not in hidden]


def _by_number(numbers: Iterable[str]) -> dict[str, Person]:
    wanted = set(numbers)
    if not wanted:
        return {}
    return {p.employee_number: p for p in db.session.scalars(select(Person).where(Person.employee_number.in_(wanted)))}


def _chosen(ticked: set[int], unit_id: int | None) -> Sequence[Person]:
    if not ticked and unit_id is None:
        return ()
    in_unit = (Person.unit_id == unit_id) & Person.employment_status.in_(PRESENT)
    return db.session.scalars(select(Person).where(Person.id.in_(ticked) | in_unit)).all()


def _fault(place: int, line: str, known: Mapping[str, Person], allowed: frozenset[int]) -> str:
    """What is wrong with a line. Of somebody for whom one may not order, no name is told."""
    shown = line[:40]
    if line not in known:
        return _("Rad %(place)s: numret %(number)s finns inte i personalkatalogen.", place=place, number=shown)
    if known[line].id not in allowed:
        return _("Rad %(place)s: du får inte beställa för %(number)s.", place=place, number=shown)
    return ""
