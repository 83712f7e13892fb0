"""Who may see what somebody else has, and why (app/access): predicates of the table, and its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.directory.models import Person
from app.permissions import standing
from app.permissions.positions import auditor, board_manager, coordinator, it_manager, owns_a_system


def oneself(person: Person, other: Person) -> bool:
    """It is the person."""
    return person.id == other.id


def leads(person: Person, other: Person) -> bool:
    """Anywhere in the other's line management."""
    return person.id in standing.managers_above(other.id)


def runs_its_system(person: Person, level: Any) -> bool:
    """Manager or owner of the level's system."""
    held = standing.roles(person.id)
    return any((role, level.system_id) in held for role in ("system_manager", "system_owner"))


TABLE: dict[str, tuple[Callable[[Person, Any], bool], ...]] = {
    "access.search": (coordinator, auditor),
    "access.person": (oneself, leads, coordinator, auditor),
    "access.level": (runs_its_system, coordinator, auditor),
    "privileged.list": (owns_a_system, board_manager, coordinator, it_manager, auditor),
    "privileged.all": (coordinator, it_manager, auditor),
}
