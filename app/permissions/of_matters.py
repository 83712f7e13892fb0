"""Who may do what with matters: predicates of the table, which read columns and import no room above."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.directory.models import Person
from app.permissions import standing

OPENS_MATTERS = (
    "system_manager",
    "system_owner",
    "infosec_coordinator",
    "it_manager",
    "it_architect",
    "central_it",
    "e_service_developer",
)
OVERSEERS = ("infosec_coordinator", "it_manager", "data_protection_officer", "auditor")


def opens_matters(person: Person, _thing: Any) -> bool:
    """Has a role that may open a matter of some process; the definition says which."""
    return any(role in OPENS_MATTERS for role, _ in standing.roles(person.id))


def opened_it(person: Person, matter: Any) -> bool:
    """The person opened the matter."""
    return bool(matter.opened_by_id == person.id)


def opened_and_sent_it(person: Person, matter: Any) -> bool:
    """The person opened the matter, and it is no draft any more."""
    return opened_it(person, matter) and matter.submitted_at is not None


def asked_about_it(person: Person, matter: Any) -> bool:
    """Somebody whom the matter has asked, now or earlier."""
    return standing.was_asked_about_matter(person.id, matter.id)


def runs_a_side(person: Person, matter: Any) -> bool:
    """Manager or owner of one of the matter's systems, once it is sent."""
    systems = {s for s in (matter.system_id, matter.other_system_id) if s is not None}
    return matter.submitted_at is not None and any(
        (role, system_id) in standing.roles(person.id)
        for role in ("system_manager", "system_owner")
        for system_id in systems
    )


def owns_one_side(person: Person, matter: Any) -> bool:
    """Owner of one of the matter's systems."""
    sides = (matter.system_id, matter.other_system_id)
    return any(("system_owner", s) in standing.roles(person.id) for s in sides if s is not None)


def owns_its_system(person: Person, matter: Any) -> bool:
    """Owner of the system that the matter is about; not of what replaces it."""
    return ("system_owner", matter.system_id) in standing.roles(person.id)


def oversees_it(person: Person, matter: Any) -> bool:
    """Coordinator, IT manager, data-protection officer or auditor, once it is sent."""
    held = {role for role, _ in standing.roles(person.id)}
    return matter.submitted_at is not None and not held.isdisjoint(OVERSEERS)


def sees_the_board(person: Person, _thing: Any) -> bool:
    """Runs a system, oversees them all, or builds what connects them."""
    held = {role for role, _ in standing.roles(person.id)}
    return not held.isdisjoint((*OPENS_MATTERS, *OVERSEERS))


def meets_conditions(person: Person, condition: Any) -> bool:
    """Runs one of the systems of the condition's matter, or opened it."""
    return runs_a_side(person, condition.matter) or opened_it(person, condition.matter)


def sees_its_matter(person: Person, document: Any) -> bool:
    """May see the matter that the document tells of."""
    return any(may(person, document.matter) for may in TABLE["matter.show"])


def coordinates(person: Person, _thing: Any) -> bool:
    """The information security coordinator."""
    return ("infosec_coordinator", None) in standing.roles(person.id)


TABLE: dict[str, tuple[Callable[[Person, Any], bool], ...]] = {
    "matter.open": (opens_matters,),
    "matter.show": (opened_it, asked_about_it, runs_a_side, oversees_it),
    "matter.change": (opened_it,),
    "matter.document": (runs_a_side, opened_and_sent_it, coordinates),
    "matter.fetch_document": (sees_its_matter,),
    "matter.meet": (runs_a_side, opened_it),
    "matter.meet_condition": (meets_conditions,),
    "matter.suspend": (owns_one_side, coordinates),
    "matter.retire": (runs_a_side, coordinates),
    "matter.keep": (owns_its_system, coordinates),
    "matter.renew": (runs_a_side,),
    "matter.board": (sees_the_board,),
}
HIDDEN_WITHOUT = {"matter.show": "matter.show", "matter.change": "matter.show", "matter.renew": "matter.show"}
