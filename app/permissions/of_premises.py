"""Who hands out tags, cards and keys, and takes them back: predicates of the table (rules.md C4)."""

from __future__ import annotations

from typing import Any

from app.directory.models import Person
from app.permissions import standing

RUN = ("system_manager", "system_owner")


def hands_out(person: Person, thing: Any) -> bool:
    """Manager or owner of the system of a tag, or has a level of it that hands out and takes back."""
    held = standing.roles(person.id)
    return any((role, thing.system_id) in held for role in RUN) or thing.system_id in standing.hands_out(person.id)


def hands_out_somewhere(person: Person, _thing: Any) -> bool:
    """Has a level that hands out, in any system."""
    return bool(standing.hands_out(person.id))
