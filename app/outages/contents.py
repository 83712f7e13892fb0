"""What a pack says: the guideline, and who approves and grants by today's roles. No protected person is named."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from flask import current_app

from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.db import db
from app.directory import queries as directory
from app.directory.models import Person, Unit

UNNAMED = "Nås genom växeln"
VACANT = "Ingen är utsedd"
OWNER_FROM_CONFIDENTIALITY = 3


def facts(system: System, unit: Unit | None, serials: Sequence[str], today: date) -> dict[str, Any]:
    """The facts of ``printed/pack.typ``, as plain JSON values."""
    settings = current_app.extensions["settings"]
    return {
        "municipality": settings.municipality,
        "contact": settings.contact,
        "system": system.name,
        "unit": unit.name if unit else "",
        "mailbox": system.functional_mailbox,
        "printed_on": today.isoformat(),
        "guideline": guideline_of(system),
        "levels": ", ".join(level.label for level in system.levels if level.active),
        "owner_too": owner_too(system),
        "people": people(system, unit, today),
        "serials": list(serials),
        "first": serials[0],
        "last": serials[-1],
        "count": len(serials),
    }


def owner_too(system: System) -> bool:
    """True where the owner approves as well as the manager: K3, and systems with a level that is (rules.md C12)."""
    active = [level for level in system.levels if level.active]
    return any(catalogue.confidentiality_of(level) >= OWNER_FROM_CONFIDENTIALITY for level in active)


def guideline_of(system: System) -> str:
    """The reference to the guideline in words."""
    if not system.guideline_version:
        return "Systemet har ingen registrerad riktlinje."
    until = f", gäller till och med {system.guideline_valid_to.isoformat()}" if system.guideline_valid_to else ""
    where = f" Finns på {system.guideline_url}" if system.guideline_url else ""
    return f"Version {system.guideline_version}{until}.{where}"


def people(system: System, unit: Unit | None, today: date) -> list[dict[str, str]]:
    """Who approves and grants today, by role, each with a deputy; a vacant role has a row that says so."""
    found = {role: _able(holders) for role, holders in _holders(system, unit, today).items()}
    deputies = catalogue.deputies_of([p.id for holders in found.values() for p in holders], today)
    return [row for role, holders in found.items() for row in _rows(role, holders, deputies)]


def digest_of(system: System, unit: Unit | None, today: date) -> str:
    """Changes when the people or the guideline of the pack do, so that a changed role makes a new edition."""
    said = {"people": people(system, unit, today), "guideline": guideline_of(system), "owner": owner_too(system)}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _holders(system: System, unit: Unit | None, today: date) -> dict[str, list[Person]]:
    run_by = catalogue.role_holders(system.id, today)
    return {
        **_approvers(unit),
        "Systemägare": run_by["system_owner"],
        "Systemförvaltare, tilldelar": run_by["system_manager"],
        "Informationssäkerhetssamordnare": catalogue.coordinators(today),
        "IT-chef": catalogue.it_managers(today),
    }


def _approvers(unit: Unit | None) -> dict[str, list[Person]]:
    """The head of the unit and the next manager above; without a unit each employee's own manager approves."""
    head = db.session.get(Person, directory.head_of_unit(unit.id)) if unit and directory.head_of_unit(unit.id) else None
    if unit is None:
        return {}
    return {
        "Chef, beslutar": [head] if head else [],
        "Nästa chef": directory.line_managers(head.id)[:1] if head else [],
    }


def _able(holders: Sequence[Person]) -> list[Person]:
    return [person for person in holders if person.employment_status == "active"]


def _rows(role: str, holders: Sequence[Person], deputies: Mapping[int, Sequence[Person]]) -> list[dict[str, str]]:
    if not holders:
        return [{"role": role, "name": VACANT, "deputy": ""}]
    return [
        {"role": role, "name": _name(p), "deputy": ", ".join(map(_name, _able(deputies.get(p.id, ()))))}
        for p in holders
    ]


def _name(person: Person) -> str:
    return UNNAMED if person.protected_identity else person.display_name
