"""Who may do what with somebody's change of work (rules.md C5): predicates of the table, and its rows.

Never the subject: the services refuse too.
"""

from __future__ import annotations

from typing import Any

from app.directory.models import Person
from app.permissions import standing
from app.permissions.positions import auditor, board_manager, coordinator, hr, leads_somebody


def new_manager(person: Person, mover: Any) -> bool:
    """The new manager, or that one's own."""
    return _is_or_is_above(person, mover.new_manager_id, mover)


def old_manager(person: Person, mover: Any) -> bool:
    """The old manager, or that one's own."""
    return _is_or_is_above(person, mover.old_manager_id, mover)


def near(person: Person, thing: Any) -> bool:
    """The subject's manager, or that manager's own."""
    return person.id in standing.managers_above(thing.subject_id)[:2]


def somebody_else(of: Any) -> Any:
    """The predicate, but never for the subject."""

    def holds(person: Person, thing: Any) -> bool:
        return thing.subject_id != person.id and bool(of(person, thing))

    return holds


def _is_or_is_above(person: Person, manager_id: int | None, mover: Any) -> bool:
    if manager_id is None or person.id == mover.subject_id:
        return False
    return person.id == manager_id or person.id in standing.managers_above(manager_id)[:1]


SEES_ALL = (somebody_else(hr), somebody_else(coordinator), somebody_else(auditor))
TABLE = {
    "mover.list": (leads_somebody, hr, coordinator, auditor),
    "mover.all": (hr, coordinator, auditor),
    "mover.announce": (leads_somebody, hr),
    "mover.announce_for": (somebody_else(near), somebody_else(hr)),
    "mover.show": (new_manager, old_manager, *SEES_ALL),
    "mover.decide": (new_manager,),
    "mover.hand_over": (old_manager,),
    "mover.held": (coordinator, hr, auditor),
    "mover.release": (coordinator,),
    "reorganisation.list": (board_manager, coordinator, hr, auditor),
    "reorganisation.propose": (coordinator,),
    "reorganisation.show": (board_manager, coordinator, hr, auditor),
    "reorganisation.decide": (board_manager,),
    "reorganisation.end": (coordinator,),
    "mover.withdraw": (new_manager, old_manager, somebody_else(hr)),
}
HIDDEN_WITHOUT = dict.fromkeys(("mover.show", "mover.decide", "mover.hand_over", "mover.withdraw"), "mover.show")
