"""Predicates of the table about findings (rules.md C13)."""

from __future__ import annotations

from typing import Any

from app.directory.models import Person
from app.permissions import standing
from app.permissions.positions import administrator, auditor, coordinator, it_manager, leads_somebody


def coordinates_the_directory(person: Person, finding: Any) -> bool:
    """A finding about no one system has no owner: the coordinators answer for it."""
    return finding.system_id is None and coordinator(person, finding)


def orders_afterwards(person: Person, finding: Any) -> bool:
    """Leads the one whom it is about, or runs the system it is in; nobody for oneself."""
    if person.id == finding.person_id:
        return False
    held = standing.roles(person.id)
    runs = any((role, finding.system_id) in held for role in ("system_manager", "system_owner"))
    return runs or person.id in standing.managers_above(finding.person_id)


TABLE = {
    "baseline.show": (coordinator, auditor),
    "baseline.take": (coordinator,),
    "baseline.answer": (leads_somebody, coordinator),
    "reading.show": (coordinator, it_manager, administrator, auditor),
    "reading.release": (coordinator, it_manager, administrator),
}
