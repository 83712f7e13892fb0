"""Predicates of the table that are about the person alone: which roles somebody holds today, and what they lead."""

from __future__ import annotations

from typing import Any

from app.directory.models import Person
from app.permissions import standing


def employee(person: Person, _thing: Any) -> bool:
    """Whoever is logged in."""
    return bool(person.id)


def orders_for_units(person: Person, _thing: Any) -> bool:
    """Authorised orderer for some unit."""
    return any(role == "authorised_orderer" for role, _ in standing.roles(person.id))


def owns_a_system(person: Person, _thing: Any) -> bool:
    """Owner of any system."""
    return any(role == "system_owner" for role, _ in standing.roles(person.id))


def leads_somebody(person: Person, _thing: Any) -> bool:
    """Line manager of somebody."""
    return standing.work(person.id).leads


def coordinator(person: Person, _thing: Any) -> bool:
    """The information security coordinator."""
    return ("infosec_coordinator", None) in standing.roles(person.id)


def auditor(person: Person, _thing: Any) -> bool:
    """The auditor."""
    return ("auditor", None) in standing.roles(person.id)


def it_manager(person: Person, _thing: Any) -> bool:
    """The IT manager."""
    return ("it_manager", None) in standing.roles(person.id)


def administrator(person: Person, _thing: Any) -> bool:
    """Administrator of this product."""
    return ("administrator", None) in standing.roles(person.id)


def board_manager(person: Person, _thing: Any) -> bool:
    """Head of an administration."""
    return any(role == "board_manager" for role, _ in standing.roles(person.id))


def has_tasks(person: Person, _thing: Any) -> bool:
    """Is asked something at this moment."""
    return standing.work(person.id).open_tasks > 0


def manages_a_system(person: Person, _thing: Any) -> bool:
    """Manager of any system."""
    return any(role == "system_manager" for role, _ in standing.roles(person.id))


def hr(person: Person, _thing: Any) -> bool:
    """Works with personnel for the whole municipality."""
    return ("hr", None) in standing.roles(person.id)


def duty_officer(person: Person, _thing: Any) -> bool:
    """On duty for IT (IT-jour)."""
    return ("duty_officer", None) in standing.roles(person.id)
