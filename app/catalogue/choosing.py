"""For whom the reader looks at the catalogue, when that was chosen on the way here: ``?subject=ID``."""

from __future__ import annotations

from dataclasses import dataclass

from app import clock
from app.catalogue import holders
from app.directory import queries as directory
from app.directory.models import Person


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who the orders are for; ``person`` None means the reader. ``refused``: the reader may not order for that person.

    ``holdings_of``: whose rights and orders the page may tell of: one's own, or those of somebody whom one leads. To
    an authorised orderer it tells none (rules.md C9). Somebody who does not exist is refused in the same words as
    anybody else: an id tells nobody's name.
    """

    person: Person | None = None
    refused: bool = False
    holdings_of: int | None = None

    @property
    def link(self) -> int | None:
        """What the links of the page carry on."""
        return self.person.id if self.person else None


def chosen(reader: Person, person_id: int | None) -> Chosen:
    """The person of the address, if the reader may order for that person in at least one system (G5)."""
    if person_id is None or person_id == reader.id:
        return Chosen(holdings_of=reader.id)
    person = directory.person(person_id)
    if person is not None and reader.id in [manager.id for manager in directory.line_managers(person.id)[:2]]:
        return Chosen(person, holdings_of=person.id)
    if person is not None and person.unit_id in holders.units_ordered_for(reader.id, clock.today()):
        return Chosen(person)
    return Chosen(refused=True, holdings_of=reader.id)
