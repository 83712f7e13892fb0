"""Who may do what with a role that changes hands: predicates of the table."""

from __future__ import annotations

from typing import Any

from app.directory.models import Person


def a_party(person: Person, handover: Any) -> bool:
    """Gives the role away, or proposed that it goes."""
    return person.id in (handover.from_id, handover.proposer_id)


def successor(person: Person, handover: Any) -> bool:
    """Is to have the role."""
    return bool(handover.to_id == person.id)
