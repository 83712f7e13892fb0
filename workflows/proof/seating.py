"""Who sits on which chair around an order, in the small world in which a definition is explored.

The engine knows people by their numbers alone and compares them for being the same. So a handful of people is
enough, whoever they are: each chair's own holder, the subject, the orderer, and two who have decided before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from workflows.case import Case, Decision, Level, OrdererAuthority, Party, Profile

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
        "coordinator": "coordinators",
        "it_manager": "it_managers",
        "orderer": "orderer",
    }
)
# what a definition asks -> the chairs that it reaches, nearest first.
CHAIRS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "line_manager": ("line_manager", "next_level_manager"),
        "next_level_manager": ("next_level_manager",),
        "receiving_manager": ("receiving_manager", "receiving_next_level_manager"),
        "system_managers": ("system_manager", "second_system_manager"),
        "deputy": (),
        "functional_mailbox": (),
        **{chair: (chair,) for chair in ("system_owner", "board_manager", "coordinator", "it_manager", "orderer")},
    }
)
NAMES = ("Maria", "Nils", "Rut", "Rolf", "Olga", "Carol", "Sam", "Karin", "Inga", "Ivar")
RECEIVING_UNIT = "another unit"
HOLDERS: Mapping[str, Party] = MappingProxyType(
    {chair: Party(11 + n, name) for n, (chair, name) in enumerate(zip(FIELDS, NAMES, strict=False))}
)
STAND_IN, STRANGER = Party(40, "Stig"), Party(50, "Dan")


def decider(number: int) -> Party:
    """Who has decided before: the third person of the world, the fourth, and so on."""
    return Party(number, DECIDERS[(number - FIRST_DECIDER) % len(DECIDERS)])


@dataclass(slots=True)
class Seating:
    """Chairs and deputies, to be changed into the world that one wants. ``said`` tells the changes in words."""

    holders: dict[str, Party | None] = field(default_factory=lambda: dict(HOLDERS))
    absence: dict[int, tuple[Party, ...]] = field(default_factory=dict)
    standing: dict[int, tuple[Party, ...]] = field(default_factory=dict)
    orderer: Party = ORDERER
    said: tuple[str, ...] = ()

    def holder(self, chair: str) -> Party | None:
        """Who sits there; None when the post is vacant."""
        return self.orderer if chair == "orderer" else self.holders.get(chair)

    def case(self, decisions: Iterable[Decision] = ()) -> Case:
        """The order of this world, with what has been decided in its round."""
        seats: dict[str, list[Party]] = {name: [] for name in FIELDS.values()}
        for chair, name in FIELDS.items():
            if chair != "orderer" and (holder := self.holders.get(chair)) is not None:
                seats[name].append(holder)
        del seats["orderer"]
        return Case(
            subject=SUBJECT,
            level=Level("SYS", "LEVEL", Profile.STANDARD),
            today=TODAY,
            orderer=self.orderer,
            receiving_unit=RECEIVING_UNIT,
            orderer_authority=OrdererAuthority.AUTHORISED_ORDERER,
            decisions=tuple(decisions),
            deputies=self.absence,
            standing_deputies=self.standing,
            **{name: tuple(people) for name, people in seats.items()},  # type: ignore[arg-type]
        )
