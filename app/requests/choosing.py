"""For whom an order is, when that was chosen before the form was opened: ``?subject=ID``."""

from __future__ import annotations

from types import SimpleNamespace

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.directory import queries as directory
from app.directory.models import Person
from app.requests import facts, words
from workflows.order_guards import WHERE_ORDERER_REQUIRED


def chosen(orderer: Person, person_id: int | None, level: AccessLevel) -> int | None:
    """The person's id if the orderer may order the level for that person (G5), else None."""
    if person_id is None or person_id == orderer.id:
        return None
    person = directory.person(person_id)
    if person is None:
        return None
    managers = tuple(manager.id for manager in directory.line_managers(person.id))
    authority = facts.authority_to_order(orderer, person, level, clock.today(), managers)
    if authority is None or (catalogue.orderer_required(level) and authority not in WHERE_ORDERER_REQUIRED):
        return None
    return person.id


def notices(orderer: Person, person_id: int | None, level: AccessLevel) -> list[SimpleNamespace]:
    """Says so when the orderer may not order for the person who was chosen; without a name, since an id tells none."""
    if person_id in (None, orderer.id) or chosen(orderer, person_id, level) is not None:
        return []
    return [SimpleNamespace(tone="stop", text=words.refusal("may_not_order"))]
