"""Who may see and say what in the internal control (rules.md C11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.directory.models import Person
from app.permissions import standing
from app.permissions.of_systems import runs, runs_a_system, runs_the_system, runs_what_it_is_for
from app.permissions.positions import auditor, board_manager, coordinator, it_manager


def heads_its_board(person: Person, system: Any) -> bool:
    """Head of the administration under the board that answers for the system."""
    return system.board in standing.boards(person.id)


def owns(person: Person, system: Any) -> bool:
    """Owner of the system."""
    return ("system_owner", system.id) in standing.roles(person.id)


def runs_what_it_reports(person: Person, report: Any) -> bool:
    """Manager or owner of the system that the report is of."""
    return report.system_id is not None and runs(person, report.system_id)


def heads_what_it_reports(person: Person, report: Any) -> bool:
    """Head of the administration under the report's board."""
    return report.board in standing.boards(person.id)


def writes_it(person: Person, report: Any) -> bool:
    """The system's managers and owner write in its report; the coordinator in a board's."""
    return coordinator(person, report) if report.system_id is None else runs(person, report.system_id)


def stands_for_it(person: Person, report: Any) -> bool:
    """The system's owner approves its report, or the head of the administration above; the latter a board's."""
    return heads_what_it_reports(person, report) or owns_what_it_reports(person, report)


def owns_what_it_reports(person: Person, report: Any) -> bool:
    """Owner of the system that the report is of."""
    return report.system_id is not None and ("system_owner", report.system_id) in standing.roles(person.id)


TABLE: Mapping[str, tuple[Callable[[Person, Any], bool], ...]] = {
    "control.list": (runs_a_system, board_manager, coordinator, auditor, it_manager),
    "control.managers": (coordinator, auditor, it_manager),
    "profile.show": (runs_the_system, heads_its_board, coordinator, auditor, it_manager),
    "profile.attest": (runs_the_system,),
    "risk.decide": (owns,),
    "report.show": (runs_what_it_reports, heads_what_it_reports, coordinator, auditor, it_manager),
    "report.write": (writes_it,),
    "report.approve": (stands_for_it,),
    "report.return": (stands_for_it, coordinator),
    "report.receive": (coordinator,),
    "activity.list": (runs_the_system, coordinator, auditor),
    "activity.show": (runs_what_it_is_for, coordinator, auditor),
}
