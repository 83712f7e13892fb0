"""Who may see what somebody else has, and why (app/access)."""

from __future__ import annotations

from app.directory.models import Person
from app.permissions import standing


def oneself(person: Person, other: Person) -> bool:
    """It is the person."""
    return person.id == other.id


def leads(person: Person, other: Person) -> bool:
    """Anywhere in the other's line management."""
    return person.id in standing.managers_above(other.id)
