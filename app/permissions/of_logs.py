"""Who may see the checks of systems' logs (rules.md C3): the names of those who were drawn are for few."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.directory.models import Person
from app.permissions import standing
from app.permissions.positions import auditor, board_manager, coordinator, it_manager, owns_a_system


def owns_its_system(person: Person, check: Any) -> bool:
    """Owner of the system whose log it is."""
    return ("system_owner", check.system_id) in standing.roles(person.id)


def asked_about_it(person: Person, check: Any) -> bool:
    """Somebody whom the check has asked, now or earlier."""
    return standing.was_asked_about_log(person.id, check.id)


TABLE: Mapping[str, tuple[Callable[[Person, Any], bool], ...]] = {
    "log_check.list": (owns_a_system, board_manager, coordinator, auditor, it_manager),
    "log_check.show": (owns_its_system, asked_about_it, coordinator, auditor),
}
HIDDEN_WITHOUT: Mapping[str, str] = {"log_check.show": "log_check.show"}
