"""Who may see and say what in the internal control (rules.md C11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.directory.models import Person
from app.permissions import standing
from app.permissions.of_systems import runs_a_system, runs_the_system
from app.permissions.positions import auditor, board_manager, coordinator, it_manager


def heads_its_board(person: Person, system: Any) -> bool:
    """Head of the administration under the board that answers for the system."""
    return system.board in standing.boards(person.id)


def owns(person: Person, system: Any) -> bool:
    """Owner of the system."""
    return ("system_owner", system.id) in standing.roles(person.id)


TABLE: Mapping[str, tuple[Callable[[Person, Any], bool], ...]] = {
    "control.list": (runs_a_system, board_manager, coordinator, auditor, it_manager),
    "control.managers": (coordinator, auditor, it_manager),
    "profile.show": (runs_the_system, heads_its_board, coordinator, auditor, it_manager),
    "profile.attest": (runs_the_system,),
    "risk.decide": (owns,),
}
