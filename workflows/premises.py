"""Of which zones the owner is asked (rules.md C4): the special ones, and those of others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ALWAYS_SPECIAL = frozenset({"server_room", "archive", "medicine_room", "alarm_centre"})
SCHOOL = "school"


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone as the rules see it. ``board``: whose premises, empty where they are everybody's."""

    kind: str
    owner_post: str
    board: str = ""


def is_special(zone: Zone, *, board: str, after_hours: bool) -> bool:
    """True when the owner decides about somebody under ``board``, for a time that is ``after_hours`` or not.

    An unknown board is not the same as the zone's.
    """
    of_others = bool(zone.board) and zone.board != board
    return zone.kind in ALWAYS_SPECIAL or of_others or (zone.kind == SCHOOL and after_hours)


def posts_asked(zones: Iterable[Zone], *, board: str, after_hours: bool) -> tuple[str, ...]:
    """The posts that are asked about these zones, each once and in order; none where all are ordinary."""
    asked = (zone.owner_post for zone in zones if is_special(zone, board=board, after_hours=after_hours))
    return tuple(dict.fromkeys(asked))
