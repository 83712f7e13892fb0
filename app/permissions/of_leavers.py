"""Who may see and end what is about somebody who leaves (rules.md C6). The services refuse the person too."""

from __future__ import annotations

from typing import Any

from app.directory.models import Person
from app.permissions import standing
from app.permissions.positions import auditor, coordinator, hr, it_manager, leads_somebody


def leads(person: Person, thing: Any) -> bool:
    """Anywhere in the leaver's line management."""
    return person.id in standing.managers_above(thing.subject_id)


def near(person: Person, thing: Any) -> bool:
    """The leaver's manager, or that manager's own."""
    return person.id in standing.managers_above(thing.subject_id)[:2]


TABLE = {
    "leaver.list": (leads_somebody, hr, it_manager, coordinator, auditor),
    "leaver.all": (hr, it_manager, coordinator, auditor),
    "leaver.notify": (leads_somebody, hr),
    "leaver.terminate": (leads_somebody, hr, it_manager),
    "leaver.show": (leads, hr, it_manager, coordinator, auditor),
    "leaver.prepare": (near, hr),
    "leaver.withdraw": (near, hr),
    "leaver.end": (near, hr),
    "leaver.end_at_once": (near, hr, it_manager),
}
HIDDEN_WITHOUT = dict.fromkeys(("leaver.show", "leaver.prepare", "leaver.withdraw"), "leaver.show")
