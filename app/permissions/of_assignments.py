"""Who may do what with an assignment: predicates of the table, and its rows."""

from __future__ import annotations

from typing import Any

from app.directory.models import Person
from app.permissions import standing
from app.permissions.positions import auditor, coordinator, leads_somebody


def sponsor(person: Person, assignment: Any) -> bool:
    """Answers for it."""
    return bool(assignment.sponsor_id == person.id)


def above_sponsor(person: Person, assignment: Any) -> bool:
    """Anywhere above whoever answers for it."""
    return person.id in standing.managers_above(assignment.sponsor_id)


TABLE = {
    "assignment.list": (leads_somebody, coordinator, auditor),
    "assignment.all": (coordinator, auditor),
    "assignment.register": (leads_somebody, coordinator),
    "assignment.register_for": (coordinator,),
    "assignment.show": (sponsor, above_sponsor, coordinator, auditor),
    "assignment.extend": (sponsor,),
    "assignment.sponsor": (above_sponsor, coordinator),
    "assignment.end": (sponsor, above_sponsor, coordinator),
}
HIDDEN_WITHOUT = {
    "assignment.show": "assignment.show",
    "assignment.extend": "assignment.show",
    "assignment.sponsor": "assignment.show",
    "assignment.end": "assignment.show",
}
