"""Outages: which there are, declaring one, the owner's measures, and the end."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import SelectChoice

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.catalogue.models import System
from app.db import db, transaction
from app.directory.models import Person
from app.errors import NotAllowed
from app.outages import bp, declaring, queries, routine
from app.outages.models import Outage
from app.outages.outage_forms import REFUSALS, DeclareForm, EndForm, MeasuresForm, instant
from app.permissions import standing
from workflows.paper import Counted

SEES_ALL = {"infosec_coordinator", "auditor", "it_manager"}
DECLARES_ALL = {"infosec_coordinator", "it_manager"}
KINDS = {
    "directory": _l("Katalogen (AD)"),
    "network": _l("Nätverket"),
    "mail": _l("E-posten"),
    "product": _l("Behörig"),
}


def _roles(person: Person) -> set[str]:
    return {role for role, _system in standing.roles(person.id)}


@bp.get("/")
@needs("outage.list")
def index() -> str:
    """Outages that last, and those that are over."""
    me = current_person()
    mine = None if _roles(me) & SEES_ALL else [s for _role, s in standing.roles(me.id) if s is not None]
    found = queries.outages(mine)
    return render_template(
        "outages.html",
        lasting=[o for o in found if o.ended_at is None],
        over=[o for o in found if o.ended_at is not None],
        kinds=KINDS,
        may_declare=permissions.allowed("outage.declare", me),
    )


@bp.get("/new")
@needs("outage.declare")
def new() -> str:
    """The form for an outage."""
    form = _declare_form()
    form.started_at.data = clock.local(clock.now())
    return render_template("outage_form.html", form=form)


@bp.post("/new")
@needs("outage.declare")
def declare() -> Any:
    """Declare it: the paper routine holds from now."""
    form = _declare_form()
    if not form.validate():
        return render_template("outage_form.html", form=form)
    kind, _colon, number = form.what.data.partition(":")
    about, moment = (kind, int(number) if number else None), instant(form.started_at)
    try:
        with transaction():
            declaring.declare(about, moment, form.note.data or "", act_as(_capacity(kind)), clock.now())
    except NotAllowed as refusal:
        _beside(form, refusal)
        return render_template("outage_form.html", form=form)
    flash(_("Avbrottet är registrerat. Reservrutinen på papper gäller."), "done")
    return redirect(url_for("outages.index"))


def _declare_form() -> DeclareForm:
    """An owner declares their own systems; coordinator and IT manager anything."""
    form, me = DeclareForm(), current_person()
    wanted = select(System).where(System.lifecycle != "retired").order_by(System.name)
    all_of_them = bool(_roles(me) & DECLARES_ALL)
    if not all_of_them:
        wanted = wanted.where(System.id.in_([s for role, s in standing.roles(me.id) if role == "system_owner"]))
    choices = [SelectChoice(f"system:{system.id}", system.name) for system in db.session.scalars(wanted)]
    common = [SelectChoice(kind, str(word)) for kind, word in KINDS.items()] if all_of_them else []
    form.what.choices = [*common, *choices]
    return form


def _capacity(kind: str) -> str:
    """In which role the person acts: owner of a system first."""
    held = _roles(current_person())
    order = ("system_owner", "it_manager", "infosec_coordinator") if kind == "system" else ("it_manager",)
    return next((role for role in order if role in held), "infosec_coordinator")


@bp.get("/<int:outage_id>")
@needs("outage.show", queries.outage)
def show(outage: Outage) -> str:
    """One outage, its clock, and what whoever answers for it can do."""
    end = EndForm()
    end.ended_at.data = clock.local(clock.now())
    return _page(outage, MeasuresForm(), end)


@bp.post("/<int:outage_id>/measures")
@needs("outage.decide", queries.outage)
def measures(outage: Outage) -> Any:
    """The owner's measures, in writing."""
    form = MeasuresForm()
    if not form.validate():
        return _page(outage, form, None)
    try:
        with transaction():
            said = form.measures.data, form.until.data
            declaring.decide_measures(outage, *said, act_as(_capacity(outage.kind)), clock.now())
    except NotAllowed as refusal:
        _beside(form, refusal)
        return _page(outage, form, None)
    flash(_("Beslutet om åtgärder är sparat."), "done")
    return redirect(url_for("outages.show", outage_id=outage.id))


@bp.post("/<int:outage_id>/end")
@needs("outage.decide", queries.outage)
def end(outage: Outage) -> Any:
    """It is over, with the count of forms."""
    form = EndForm()
    if not form.validate():
        return _page(outage, None, form)
    counted = Counted(form.issued.data, form.void.data)
    try:
        with transaction():
            declaring.end(outage, instant(form.ended_at), counted, act_as(_capacity(outage.kind)), clock.now())
    except NotAllowed as refusal:
        _beside(form, refusal)
        return _page(outage, None, form)
    flash(_("Avbrottet är avslutat."), "done")
    return redirect(url_for("outages.show", outage_id=outage.id))


def _page(outage: Outage, measures_form: MeasuresForm | None, end_form: EndForm | None) -> str:
    """The page with both forms, or with the one that had a fault."""
    days = routine.days(outage)
    decides = outage.ended_at is None and permissions.allowed("outage.decide", current_person(), outage)
    return render_template(
        "outage.html",
        outage=outage,
        kinds=KINDS,
        measures_form=measures_form if decides else None,
        end_form=end_form if decides else None,
        days=days,
        third_day=declaring.day_of(outage, days["told_after"]),
        fifth_day=declaring.day_of(outage, days["measures_after"]),
    )


def _beside(form: Any, refusal: NotAllowed) -> None:
    """The refusal as an error beside its field."""
    form[str(refusal.details["field"])].errors = [str(REFUSALS[refusal.reason])]
