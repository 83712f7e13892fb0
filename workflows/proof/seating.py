"""Who sits on which chair around an order, in the small world in which a definition is explored.

The engine knows people by their numbers alone and compares them for being the same. So a handful of people is
enough, whoever they are: each chair's own holder, the subject, the orderer, and two who have decided before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from zlib import crc32

from workflows.case import Case, Decision, Level, OrdererAuthority, Party, Profile
from workflows.definition import FIELD, ROLE

TODAY = date(2026, 3, 2)
SUBJECT, ORDERER = Party(1, "Alice"), Party(2, "Oskar")
FIRST_DECIDER = 3
DECIDERS = ("Bob", "Dora", "Erik", "Fia", "Gun", "Hans")

# chair -> the field of Case that holds it, and who sits there in the regular world.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "line_manager": "line_managers",
        "next_level_manager": "line_managers",
        "receiving_manager": "receiving_managers",
        "receiving_next_level_manager": "receiving_managers",
        "system_owner": "system_owners",
        "system_manager": "system_managers",
        "second_system_manager": "system_managers",
        "board_manager": "board_managers",
        "system_board_manager": "system_board_managers",
        "coordinator": "coordinators",
        "it_manager": "it_managers",
        "zone_owner": "zone_owners",
        "other_system_owner": "other_owners",
        "data_protection_officer": "protection_officers",
    }
)
# what a definition asks -> the chairs that it reaches, nearest first; every other word is a chair itself.
CHAIRS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "line_manager": ("line_manager", "next_level_manager"),
        "sponsor": ("line_manager", "next_level_manager"),
        "receiving_manager": ("receiving_manager", "receiving_next_level_manager"),
        "system_managers": ("system_manager", "second_system_manager"),
        "deputy": (),
        "functional_mailbox": (),
    }
)
SEATS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: tuple(chair for chair, where in FIELDS.items() if where == name) for name in FIELDS.values()}
)
THEIR_OWN = ("orderer", "subject")  # the chairs of those whom it is about, who sit nowhere else by chance
NAMES = (
    "Maria",
    "Nils",
    "Rut",
    "Rolf",
    "Olga",
    "Carol",
    "Sam",
    "Karin",
    "Svea",
    "Inga",
    "Ivar",
    "Zara",
    "Otto",
    "Dagny",
)
RECEIVING_UNIT = "another unit"
HOLDERS: Mapping[str, Party] = MappingProxyType(
    {chair: Party(11 + n, name) for n, (chair, name) in enumerate(zip(FIELDS, NAMES, strict=True))}
)
FIRST_BY_NAME = 1000  # chairs by name have as many holders as there are names
LEVEL = Level("SYS", "LEVEL", Profile.STANDARD)
STAND_IN, STRANGER = Party(40, "Stig"), Party(50, "Dan")


def chairs_of(ask: str) -> tuple[str, ...]:
    """The chairs that a word of a definition reaches."""
    return CHAIRS.get(ask, (ask,))


@lru_cache(maxsize=256)
def holder_of(chair: str) -> Party:
    """Who sits on the chair in the regular world; each has somebody of its own."""
    known = HOLDERS.get(chair)
    return known or Party(FIRST_BY_NAME + crc32(chair.encode()), f"Somebody ({title(chair)})")


def title(chair: str) -> str:
    """A chair in words: ``line manager``, ``role archivist``."""
    return chair.replace("_", " ").replace(":", " ")


def decider(number: int) -> Party:
    """Who has decided before: the third person of the world, the fourth, and so on."""
    return Party(number, DECIDERS[(number - FIRST_DECIDER) % len(DECIDERS)])


@dataclass(slots=True)
class Seating:
    """Chairs and deputies, to be changed into the world that one wants. ``said`` tells the changes in words."""

    holders: dict[str, Party | None] = field(default_factory=lambda: dict(HOLDERS))
    by_name: tuple[str, ...] = ()
    absence: dict[int, tuple[Party, ...]] = field(default_factory=dict)
    standing: dict[int, tuple[Party, ...]] = field(default_factory=dict)
    orderer: Party = ORDERER
    said: tuple[str, ...] = ()

    def holder(self, chair: str) -> Party | None:
        """Who sits there; None when the post is vacant."""
        if chair in THEIR_OWN:
            return self.orderer if chair == "orderer" else SUBJECT
        if chair in self.holders:
            return self.holders[chair]
        return holder_of(chair)

    def case(self, decisions: Iterable[Decision] = ()) -> Case:
        """The order of this world, with what has been decided in its round."""
        return Case(**self.facts(decisions))

    def facts(self, decisions: Iterable[Decision] = ()) -> dict[str, Any]:
        """What the order of this world is made of, by the fields of ``Case``."""
        seats = {name: self._present(chairs) for name, chairs in SEATS.items()}
        return {
            "subject": SUBJECT,
            "level": LEVEL,
            "today": TODAY,
            "orderer": self.orderer,
            "receiving_unit": RECEIVING_UNIT,
            "orderer_authority": OrdererAuthority.AUTHORISED_ORDERER,
            "decisions": tuple(decisions),
            "deputies": self.absence,
            "standing_deputies": self.standing,
            "named_roles": self._named(ROLE) if self.by_name else {},
            "named_people": self._named(FIELD) if self.by_name else {},
            **seats,
        }

    def _present(self, chairs: tuple[str, ...]) -> tuple[Party, ...]:
        return tuple([holder for chair in chairs if (holder := self.holders[chair]) is not None])

    def _named(self, prefix: str) -> dict[str, tuple[Party, ...]]:
        """Who sits on the chairs by name that begin so."""
        chairs = (chair for chair in self.by_name if chair.startswith(prefix))
        found = {chair.removeprefix(prefix): self.holder(chair) for chair in chairs}
        return {name: (holder,) for name, holder in found.items() if holder is not None}
