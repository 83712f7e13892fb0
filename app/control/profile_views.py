"""/control/systems/<code>: what a system has in order, what is attested, and its risks."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.control import bp, forms, queries, refusing, services, words
from app.control.models import Attestation, SystemRisk
from app.control.queries import Known, Profile
from app.db import transaction
from app.directory.models import Person
from app.errors import NotAllowed, NotFound
from app.permissions import standing
from workflows import system_profile as rules


@bp.get("/systems/<code>")
@needs("profile.show", catalogue.system)
def profile(system: System) -> str:
    """Everything that the system must have in order, each with its light and why."""
    today = clock.today()
    found = queries.profile(system, today)
    return render_template(
        "control_system.html",
        system=system,
        profile=found,
        rows=[_row(code, found, today) for code in rules.ORDER],
        risks=[_risk_row(risk, today) for risk in found.known.risks],
        history=queries.history(system.id),
        things=words.THINGS,
        may_attest=permissions.allowed("profile.attest", current_person(), system),
        may_decide=permissions.allowed("risk.decide", current_person(), system),
    )


def _row(code: str, found: Profile, today: date) -> SimpleNamespace:
    light, known = found.lights[code], found.known
    return SimpleNamespace(
        code=code,
        title=words.THINGS[code],
        look=words.LIGHTS[light.colour],
        why=words.why(light),
        one=known.attested.get(code),
        is_attested=code in rules.KINDS and not rules.KINDS[code].per_integration,
        parts=[_alarm_row(known, matter, today) for matter in known.integrations] if code == rules.ALARMS else [],
    )


def _alarm_row(known: Known, matter: Any, today: date) -> SimpleNamespace:
    light = queries.alarm_light(known, matter, today)
    look, one = words.LIGHTS[light.colour], known.alarms.get(matter.id)
    return SimpleNamespace(matter=matter, look=look, why=words.why(light), one=one)


def _risk_row(risk: SystemRisk, today: date) -> SimpleNamespace:
    said = rules.Risk(risk.score, risk.due_on, risk.decision, risk.decided_until)
    needs_decision = risk.score >= rules.DECIDED_FROM
    code = risk.decision if rules.is_decided(said, today) else ""
    return SimpleNamespace(risk=risk, needs_decision=needs_decision, look=words.DECISIONS[code])


def people_of(known: Known) -> list[Person]:
    """Who may be responsible: the system's managers and owners, each once."""
    return list(dict.fromkeys([*known.holders["system_manager"], *known.holders["system_owner"]]))


def _kind() -> rules.Kind:
    kind = rules.KINDS.get(str((request.view_args or {})["kind"]))
    return kind if kind is not None else abort(404)


def _of_system(code: str, kind: str) -> System:
    """The system, for the guard, of a thing that can be attested. Raises NotFound."""
    if kind not in rules.KINDS:
        raise NotFound()
    return catalogue.system(code)


@bp.get("/systems/<code>/attest/<kind>")
@needs("profile.attest", _of_system)
def attest_page(system: System) -> str:
    """The form of one thing."""
    known = queries.profile(system, clock.today()).known
    return _attest_page(known, _form(known))


@bp.post("/systems/<code>/attest/<kind>")
@needs("profile.attest", _of_system)
def attest(system: System) -> Any:
    """Keep what is attested."""
    known, kind = queries.profile(system, clock.today()).known, _kind()
    form, code, matter = _form(known), system.code, _matter(known)
    if not form.validate():
        return _attest_page(known, form), 422
    said = services.Said(
        kind.code,
        form.done_on.data,
        form.due_on.data,
        form.responsible.data,
        is_needed="is_needed" not in form or form.is_needed.data == "yes",
        reference=form.reference.data or "",
        note=form.note.data or "",
        matter_id=matter.id if matter else None,
        facts={name: _plain(form[name].data) for name in forms.BESIDE.get(kind.code, {})},
    )
    try:
        with transaction():
            services.attest(system, said, actor=act_as(capacity(system)), now=clock.now())
    except NotAllowed as refusal:
        refusing.beside(form, refusal, "note")
        return _attest_page(queries.profile(catalogue.system(code), clock.today()).known, form), 422
    flash(_("Det är intygat, med ditt namn."), "done")
    return redirect(url_for("control.profile", code=code))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _matter(known: Known) -> Any:
    """The integration whose alarms are attested; None for other kinds. Raises NotFound for one of another system."""
    if not _kind().per_integration:
        return None
    asked = request.values.get("integration", "")
    found = next((m for m in known.integrations if m.case_number == asked), None)
    return found if found is not None else abort(404)


def _latest(known: Known) -> Attestation | None:
    matter = _matter(known)
    return known.alarms.get(matter.id) if matter else known.attested.get(_kind().code)


def _form(known: Known) -> Any:
    people, latest = people_of(known), _latest(known)
    chosen = latest.responsible_id if latest else current_person().id
    form = forms.attest_form(_kind(), people, chosen)
    if latest and not form.is_submitted():
        form.reference.data, form.note.data = latest.reference, latest.note
        for name in forms.BESIDE.get(latest.kind, {}):
            value = latest.facts.get(name)
            form[name].data = date.fromisoformat(value) if name == "expires" and value else value
    return form


def _attest_page(known: Known, form: Any) -> str:
    kind, matter = _kind(), _matter(known)
    about = {"title": words.THINGS[kind.code], "hint": words.HINTS[kind.code], "latest": _latest(known)}
    beside = [form[name] for name in forms.BESIDE.get(kind.code, {})]
    return render_template(
        "control_attest.html", system=known.system, kind=kind, matter=matter, form=form, beside=beside, **about
    )


def capacity(system: System) -> str:
    """As what the person acts: owner before manager."""
    held = standing.roles(current_person().id)
    return "system_owner" if ("system_owner", system.id) in held else "system_manager"
