"""Ersättare: /deputies."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from app import clock, permissions
from app.appointments import bp, choosing, queries, words
from app.appointments.forms import DeputyForm
from app.auth import act_as, current_person, needs
from app.catalogue import services
from app.catalogue.models import Deputyship
from app.catalogue.services import NewDeputy
from app.db import transaction
from app.errors import NotAllowed
from app.requests import lives
from workflows import life

FIELDS = {"deputy_id": "deputy", "valid_to": "valid_to"}


@bp.get("/deputies/")
@needs("page.own")
def deputies() -> str:
    """Who stands in for me, and for whom I stand in."""
    me, today = current_person(), clock.today()
    rows = [_row(d) for d in queries.deputies_around(me.id, today)]
    return render_template(
        "deputies.html",
        mine=[r for r in rows if r.person.id == me.id],
        others=[r for r in rows if r.deputy.id == me.id],
        may_name=permissions.allowed("deputy.name", me),
        may_see_all=permissions.allowed("deputy.all", me),
    )


@bp.get("/deputies/new")
@needs("deputy.name")
def new_deputy() -> str:
    """The form, with colleagues to choose among or those whom a search found."""
    form = _form()
    form.valid_from.data = clock.today()
    return _form_page(form)


@bp.post("/deputies/new")
@needs("deputy.name")
def name_deputy() -> Any:
    """Name the deputy."""
    form = _form()
    if not form.validate():
        return _form_page(form), 422
    wanted = NewDeputy(
        current_person().id,
        form.deputy.data,
        form.valid_from.data,
        form.valid_to.data,
        absence=form.kind.data == "absence",
    )
    try:
        with transaction():
            longest = life.of(lives.beginning(lives.DEPUTY)).longest_months
            made = services.set_deputy(wanted, actor=act_as("principal"), now=clock.now(), longest_months=longest)
            said = _said(made)
    except NotAllowed as refusal:
        getattr(form, FIELDS[str(refusal.details["field"])]).errors = [words.beside(refusal)]
        return _form_page(form), 422
    flash(said, "done")
    return redirect(url_for("appointments.deputies"))


@bp.post("/deputies/<int:deputyship_id>/end")
@needs("deputy.end", queries.deputyship)
def end_deputy(deputyship: Deputyship) -> Any:
    """End it today: by whoever has the deputy, by the deputy, or by the coordinator."""
    me = current_person().id
    role = {deputyship.person_id: "principal", deputyship.deputy_id: "deputy"}.get(me, "infosec_coordinator")
    yesterday = clock.today() - timedelta(days=1)
    with transaction():
        services.end_deputy(deputyship, last_day=yesterday, reason="withdrawn", actor=act_as(role), now=clock.now())
    flash(_("Uppdraget som ersättare är avslutat."), "done")
    return redirect(url_for("appointments.all_deputies" if role == "infosec_coordinator" else "appointments.deputies"))


@bp.get("/deputies/all")
@needs("deputy.all")
def all_deputies() -> str:
    """Everybody's, for the coordinator."""
    q = request.args.get("q", "").strip()[:100]
    found = queries.all_deputies(clock.today(), q)
    return render_template(
        "deputies_all.html",
        rows=[_row(d) for d in found[: queries.SHOWN]],
        more=len(found) > queries.SHOWN,
        q=q,
        may_end=permissions.allowed("deputy.all.end", current_person()),
    )


def _row(given: Deputyship) -> SimpleNamespace:
    return SimpleNamespace(
        id=given.id,
        person=given.person,
        deputy=given.deputy,
        absence=given.absence,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        has_begun=given.valid_from <= clock.today(),
    )


def _form() -> DeputyForm:
    form = DeputyForm()
    people = choosing.colleagues(current_person(), request.args.get("q", ""), request.form.get("deputy", type=int))
    form.valid_to.description = words.longest(life.of(lives.beginning(lives.DEPUTY)).longest_months)
    form.deputy.choices = [SelectChoice(p.id, choosing.named(p)) for p in people]
    return form


def _form_page(form: DeputyForm) -> str:
    return render_template("deputy_form.html", form=form, q=request.args.get("q", ""))


def _said(made: Deputyship) -> str:
    """What has been done; where several stand in at the same time, how that works."""
    others = queries.overlapping(made)
    name = made.deputy.display_name
    if not others:
        return _("%(name)s är din ersättare och har fått ett mail om det.", name=name)
    named = ", ".join(sorted({d.deputy.display_name for d in others}))
    return _(
        "%(name)s är din ersättare. %(others)s är det också under en del av tiden: alla får frågorna, "
        "och den som svarar först avgör.",
        name=name,
        others=named,
    )
