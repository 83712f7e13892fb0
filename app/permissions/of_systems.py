"""Predicates of the table about whoever owns or manages a system."""

from __future__ import annotations

from typing import Any

from app.directory.models import Person
from app.permissions import standing


def runs_the_system(person: Person, system: Any) -> bool:
    """Manager or owner of the system; without a system: of any."""
    if system is None:
        return any(role in ("system_manager", "system_owner") for role, _ in standing.roles(person.id))
    return runs(person, system.id)


def runs_what_it_is_for(person: Person, thing: Any) -> bool:
    """Manager or owner of the system that a pack of forms, or a form, is for."""
    return runs(person, thing.system_id)


def runs_in_outage(person: Person, outage: Any) -> bool:
    """Manager or owner of the system that is out; of any system where it is what they all stand on."""
    return runs_the_system(person, None) if outage.system_id is None else runs(person, outage.system_id)


def owns_what_it_is_for(person: Person, thing: Any) -> bool:
    """Owner of the system that a finding is in."""
    return ("system_owner", thing.system_id) in standing.roles(person.id)


def runs_a_system(person: Person, _thing: Any) -> bool:
    """Manager or owner of any system."""
    return runs_the_system(person, None)


def runs(person: Person, system_id: int | None) -> bool:
    """Manager or owner of the system with this id."""
    held = standing.roles(person.id)
    return ("system_manager", system_id) in held or ("system_owner", system_id) in held
