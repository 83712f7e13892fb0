"""The risks of a system: written down by its managers, the high ones decided by its owner."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from app import clock
from app.auth import act_as, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.control import bp, queries, refusing, services
from app.control.forms import CloseForm, DecisionForm, RiskForm
from app.control.models import SystemRisk
from app.control.profile_views import capacity, people_of
from app.db import transaction
from app.errors import NotAllowed, NotFound
from workflows import system_profile as rules


@bp.get("/systems/<code>/risks/new")
@needs("profile.attest", catalogue.system)
def new_risk(system: System) -> str:
    """The form of a risk."""
    return _new_page(system, _risk_form(system))


@bp.post("/systems/<code>/risks/new")
@needs("profile.attest", catalogue.system)
def note_risk(system: System) -> Any:
    """Write a risk down."""
    form, code = _risk_form(system), system.code
    if not form.validate():
        return _new_page(system, form), 422
    new = services.NewRisk(
        form.text.data,
        int(form.likelihood.data),
        int(form.consequence.data),
        form.measure.data or "",
        form.responsible.data or None,
        form.due_on.data,
    )
    try:
        with transaction():
            services.note_risk(system, new, actor=act_as(capacity(system)), now=clock.now())
    except NotAllowed as refusal:
        refusing.beside(form, refusal, "text")
        return _new_page(catalogue.system(code), form), 422
    flash(_("Risken är uppskriven."), "done")
    return redirect(url_for("control.profile", code=code))


def _risk_form(system: System) -> RiskForm:
    form = RiskForm()
    people = people_of(queries.profile(system, clock.today()).known)
    form.responsible.choices = [SelectChoice(0, _("Ingen än")), *(SelectChoice(p.id, p.display_name) for p in people)]
    return form


def _new_page(system: System, form: RiskForm) -> str:
    return render_template("control_risk.html", system=system, risk=None, form=form, decided_from=rules.DECIDED_FROM)


def _asked_for() -> SystemRisk:
    return queries.risk(int((request.view_args or {})["risk_id"]))


def _system(code: str, risk_id: int) -> System:
    """The system, for the guard, of a risk that is its own and not closed. Raises NotFound."""
    risk = queries.risk(risk_id)
    if risk.system.code != code:
        raise NotFound()
    return risk.system


@bp.get("/systems/<code>/risks/<int:risk_id>/decide")
@needs("risk.decide", _system)
def decide_page(_system_: System) -> str:
    """The risk, and what the owner can decide."""
    return _risk_page(DecisionForm(), is_decision=True)


@bp.post("/systems/<code>/risks/<int:risk_id>/decide")
@needs("risk.decide", _system)
def decide_risk(system: System) -> Any:
    """The owner's decision."""
    form, code, risk_id = DecisionForm(), system.code, _asked_for().id
    if not form.validate():
        return _risk_page(form, is_decision=True), 422
    said = form.decision.data, form.reason.data, form.until.data
    try:
        with transaction():
            services.decide_risk(risk_id, *said, actor=act_as("system_owner"), now=clock.now())
    except NotAllowed as refusal:
        refusing.beside(form, refusal, "reason")
        return _risk_page(form, is_decision=True), 422
    flash(_("Beslutet är sparat."), "done")
    return redirect(url_for("control.profile", code=code))


@bp.get("/systems/<code>/risks/<int:risk_id>/close")
@needs("profile.attest", _system)
def close_page(_system_: System) -> str:
    """The risk, and why it is no more."""
    return _risk_page(CloseForm(), is_decision=False)


@bp.post("/systems/<code>/risks/<int:risk_id>/close")
@needs("profile.attest", _system)
def close_risk(system: System) -> Any:
    """The risk is settled."""
    form, code, risk_id = CloseForm(), system.code, _asked_for().id
    if not form.validate():
        return _risk_page(form, is_decision=False), 422
    try:
        with transaction():
            services.close_risk(risk_id, form.note.data, actor=act_as(capacity(system)), now=clock.now())
    except NotAllowed as refusal:
        refusing.beside(form, refusal, "note")
        return _risk_page(form, is_decision=False), 422
    flash(_("Risken är avslutad."), "done")
    return redirect(url_for("control.profile", code=code))


def _risk_page(form: Any, *, is_decision: bool) -> str:
    risk = _asked_for()
    return render_template("control_risk.html", system=risk.system, risk=risk, form=form, is_decision=is_decision)
