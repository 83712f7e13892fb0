"""Readings of the directory, and who one would end."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.db import db
from app.directory.models import Person, Unit
from app.directory.run_models import DirectoryLeaver, DirectoryRun
from app.errors import NotFound

LATEST, SHOWN = 30, 500
ORDERS: dict[str, tuple[Any, ...]] = {
    "name": (Person.sort_key,),
    "unit": (Unit.name, Person.sort_key),
    "reason": (DirectoryLeaver.reason, Person.sort_key),
}


def latest() -> Sequence[DirectoryRun]:
    """The latest readings, newest first."""
    return db.session.scalars(select(DirectoryRun).order_by(DirectoryRun.id.desc()).limit(LATEST)).all()


def run(run_id: int) -> DirectoryRun:
    """The reading. Raises NotFound."""
    found = db.session.get(DirectoryRun, run_id)
    if found is None:
        raise NotFound()
    return found


def leavers(run_id: int, words: str, order: str) -> list[dict[str, str]]:
    """Who the reading would end, those who have every one of ``words``; a protected identity without its name."""
    wanted = unicodedata.normalize("NFC", words).lower().split()
    found = (
        select(Person, Unit.name, DirectoryLeaver.reason)
        .join(DirectoryLeaver, DirectoryLeaver.person_id == Person.id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(DirectoryLeaver.run_id == run_id, *(Person.search.contains(word, autoescape=True) for word in wanted))
    )
    if wanted:
        found = found.where(Person.protected_identity.is_(False))  # a search must not tell who hides behind it
    rows = db.session.execute(found.order_by(*ORDERS.get(order, ORDERS["name"]), Person.id).limit(SHOWN))
    return [
        {
            "name": "" if person.protected_identity else person.display_name,
            "number": "" if person.protected_identity else person.employee_number,
            "unit": unit or "",
            "reason": reason.partition(":")[0] if not reason.startswith("not_found") else "no_account",
        }
        for person, unit, reason in rows
    ]


def name_of(person_id: int | None) -> str:
    """Who it is; nothing for nobody."""
    found = db.session.get(Person, person_id) if person_id else None
    return found.display_name if found else ""
