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


def its_orderer(person: Person, appointment: Any) -> bool:
    """The appointment is the person's own."""
    return bool(appointment.person_id == person.id)


def its_nominator(person: Person, appointment: Any) -> bool:
    """The person has nominated whom it is about."""
    return bool(appointment.nominator_id == person.id)
