"""The page of an order's form, whichever order it is; and the rules' words on it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import render_template

from app.catalogue.models import AccessLevel
from app.directory.models import Person
from app.grants import queries as grants
from app.requests import combinations, words
from workflows.case import GuardResult

BLANK: dict[str, Any] = {
    "question": "", "asked_by": "", "subject_query": "", "may_search": False, "notices": [], "duplicate": None,
    "guideline": None, "newcomer_url": "", "other_unit_url": "", "kind": "", "sends": False, "ways_out": (),
    "batch_url": "",
}  # fmt: skip


def show(form: Any, level: AccessLevel, heading: str, **known: Any) -> str:
    """The form; ``known`` is what order_form.html names, at least preview_url and cancel_url."""
    return render_template("order_form.html", form=form, level=level, heading=heading, **(BLANK | known))


def named(person: Person) -> str:
    """Somebody to choose: name, title and unit."""
    return ", ".join(filter(None, (person.display_name, person.title, person.unit.name if person.unit else "")))


def guideline_of(level: AccessLevel) -> SimpleNamespace | None:
    """The guideline to read, where the system has one."""
    system = level.system
    if not (system.guideline_version and system.guideline_url):
        return None
    return SimpleNamespace(version=system.guideline_version, url=system.guideline_url)


def refused(form: Any, guards: tuple[GuardResult, ...]) -> dict[str, Any]:
    """The rules' words beside the fields; what has no field as notices, and a duplicate with what is there already."""
    twice = next((g for g in guards if g.reason == "duplicate" and not g.passed), None)
    loose = words.beside_fields(tuple(g for g in guards if g is not twice), form)
    ways_out = combinations.ways_out(guards)
    return {"notices": stops(loose), "ways_out": ways_out, "duplicate": _duplicate(twice) if twice else None}


def stops(texts: list[str]) -> list[SimpleNamespace]:
    """Notices that say why it cannot be sent."""
    return [SimpleNamespace(tone="stop", text=text) for text in texts]


def _duplicate(found: GuardResult) -> SimpleNamespace:
    existing: list[str] = found.inputs["existing"]
    case_number = next((e for e in existing if not e.startswith("grant:")), "")
    grant_id = next((int(e.removeprefix("grant:")) for e in existing if e.startswith("grant:")), None)
    grant = grants.grant(grant_id) if grant_id else None
    extendable = grant.id if grant and grant.valid_to else None
    return SimpleNamespace(text=words.refusal("duplicate"), case_number=case_number, extend_grant_id=extendable)
