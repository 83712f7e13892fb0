"""What a step fills in is put into the catalogue at once, so that the next step finds it there (rules.md C14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.catalogue import onboarding
from app.catalogue import queries as catalogue
from app.catalogue.cross_checks import STRONGEST_K
from app.db import db
from app.errors import NotAllowed, NotFound
from app.matters import definitions, queries
from app.matters.models import Matter
from workflows.events import Actor
from workflows.form_fields import OPENER, Field

PLANNED, RETIRED = "planned", "retired"
ROLES = {"owner": "system_owner", "manager": "system_manager"}


def faults(fields: Iterable[Field], answers: Mapping[str, Any], matter: Matter | None) -> dict[str, str]:
    """What the catalogue has against the answers, by field: not_a_code, code_taken, profile_too_weak."""
    found: dict[str, str] = {}
    fields = tuple(fields)
    for asked in fields:
        given = answers.get(asked.name)
        if asked.fills == "code" and given:
            fault = _code_fault(str(given).strip().upper(), matter)
            found |= {asked.name: fault} if fault else {}
        if asked.fills == "ends_on" and given and date.fromisoformat(given) < clock.today():
            found[asked.name] = "back_dated"
        if asked.fills == "levels" and given and matter is not None and _is_too_weak(given, matter):
            found[asked.name] = "profile_too_weak"
    return found | _retirement_faults(fields, answers, matter)


def _retirement_faults(fields: Iterable[Field], answers: Mapping[str, Any], matter: Matter | None) -> dict[str, str]:
    """What is wrong with a system that is to be retired, and with what replaces it (W17)."""
    named = {f.fills: (f.name, answers.get(f.name)) for f in fields if f.fills in ("system", "other_system", "ends_on")}
    if "ends_on" not in named or not named.get("system", ("", ""))[1]:
        return {}
    (system_field, code), (other_field, other) = named["system"], named.get("other_system", ("", ""))
    system = onboarding.by_code(str(code))
    if system is None or system.lifecycle not in ("production", "phasing_out"):
        return {system_field: "not_in_use"}
    another = queries.under_way_about("system_retirement", system.id)
    if another is not None and (matter is None or another.id != matter.id):
        return {system_field: "under_way"}
    return {other_field: "same_system"} if other == code else {}


def _code_fault(code: str, matter: Matter | None) -> str:
    if not onboarding.CODE.fullmatch(code):
        return "not_a_code"
    known = onboarding.by_code(code)
    if known is None or (matter is not None and known.id == matter.system_id):
        return ""
    if known.lifecycle == PLANNED and not known.lifecycle_matter:
        return ""  # the catalogue file has announced it
    return "" if known.lifecycle == RETIRED and _never_came(known.lifecycle_matter) else "code_taken"


def _never_came(case_number: str) -> bool:
    """Was the system proposed by a matter that has come to nothing?"""
    found = db.session.scalar(select(Matter).where(Matter.case_number == case_number))
    return found is not None and bool(definitions.terms_of(found).needs)


def _is_too_weak(rows: list[Mapping[str, str]], matter: Matter) -> bool:
    return any(matter.confidentiality > STRONGEST_K.get(row.get("profile", ""), 3) for row in rows)


def write(matter: Matter, step: str, actor: Actor, now: datetime) -> None:
    """Put the step's answers into the catalogue; nothing where they fill nothing there.

    Raises NotAllowed(form_faults) with what is wrong with whoever is named.
    """
    given = _by_column(matter, step)
    if step == OPENER and "code" in given:
        _propose(matter, given)
    if matter.system is None:
        return
    for column, role in ROLES.items():
        if column in given:
            _name(matter, role, given[column], actor, now)
    if "levels" in given:
        rows = [row | {"code": row["code"].strip().upper()} for row in given["levels"][0][1]]
        onboarding.set_levels(matter.system, rows)
    if given["guideline_version"]:
        said = {column: pairs[0][1] for column, pairs in given.items() if pairs}
        until = said.get("guideline_valid_to")
        valid_to = date.fromisoformat(until) if until else None
        onboarding.set_guideline(
            matter.system, version=said["guideline_version"], url=said.get("guideline", ""), valid_to=valid_to
        )


def _by_column(matter: Matter, step: str) -> dict[str, list[tuple[Field, Any]]]:
    """The step's answers by what they fill; what is not answered fills nothing."""
    found: dict[str, list[tuple[Field, Any]]] = defaultdict(list)
    for asked in definitions.terms_of(matter).fields_of(step):
        given = matter.answers.get(asked.name)
        if asked.fills and given not in (None, "", []):
            found[asked.fills].append((asked, given))
    return found


def _propose(matter: Matter, given: Mapping[str, list[tuple[Field, Any]]]) -> None:
    said = {column: pairs[0][1] for column, pairs in given.items() if pairs}
    described = {
        "name": said["title"],
        "description": said.get("description", ""),
        "board": said["board"],
        "confidentiality": int(said["confidentiality"]),
        "integrity": int(said["integrity"]),
        "availability": int(said["availability"]),
        "personal_data": said["personal_data"],
    }
    matter.system = onboarding.propose(said["code"].strip().upper(), described, matter.case_number)
    matter.system_id = matter.system.id
    db.session.flush()


def _name(matter: Matter, role: str, pairs: list[tuple[Field, Any]], actor: Actor, now: datetime) -> None:
    assert matter.system is not None
    people = [int(given) for _asked, given in pairs]
    if len(set(people)) < len(people):
        raise NotAllowed("form_faults", faults={pairs[-1][0].name: "named_twice"}, matter_id=matter.id, trigger="")
    today = clock.local(now).date()
    try:
        onboarding.name_holders(
            matter.system, role, people, source=matter.case_number, actor=actor, now=now, today=today
        )
    except (NotAllowed, NotFound) as refusal:
        fault = refusal.reason if refusal.reason in ("not_self", "not_employed") else "not_a_person"
        mine = next((asked.name for asked, given in pairs if given == actor.person_id), pairs[0][0].name)
        raise NotAllowed("form_faults", faults={mine: fault}, matter_id=matter.id, trigger="") from refusal


def known(matter: Matter, step: str) -> dict[str, Any]:
    """What the catalogue knows already of what the step asks: shown, so that nobody writes it again."""
    if matter.system is None:
        return {}
    holders = catalogue.role_holders(matter.system.id, clock.today())
    found: dict[str, Any] = {}
    for column, role in ROLES.items():
        fields = [f for f in definitions.terms_of(matter).fields_of(step) if f.fills == column]
        found |= {f.name: person.id for f, person in zip(fields, holders[role], strict=False)}
    return found
