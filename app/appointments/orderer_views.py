"""Behöriga beställare: /orderers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from app import clock, permissions
from app.appointments import bp, choosing, duties, orderer_queries, orderers, organisation, words
from app.appointments.forms import DutiesForm, NominationForm
from app.appointments.models import OrdererAppointment
from app.appointments.orderers import Nomination
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.db import transaction
from app.directory.models import Person
from app.errors import NotAllowed
from app.requests import lives
from app.templating.state_words import Look
from workflows import life

FIELDS = {"person": "person", "person_id": "person", "valid_to": "valid_to", "units": "units"}


@bp.get("/orderers/")
@needs("page.own")
def published() -> str:
    """Who may order for which unit, and where somebody is missing."""
    me, q = current_person(), request.args.get("q", "").strip()[:100]
    registers = permissions.allowed("orderer.register", me)
    units = orderer_queries.covered_units(clock.today(), q)
    return render_template(
        "orderers.html",
        units=units,
        gaps=sum(unit.lacks > 0 for unit in units),
        mine=[_row(one) for one in orderer_queries.concerning(me.id, registers=registers)],
        q=q,
        may_nominate=permissions.allowed("orderer.nominate", me),
    )


@bp.get("/orderers/new")
@needs("orderer.nominate")
def new_orderer() -> str:
    """The form."""
    form = _form()
    form.valid_from.data = clock.today()
    return _form_page(form)


@bp.post("/orderers/new")
@needs("orderer.nominate")
def nominate() -> Any:
    """Nominate somebody."""
    form = _form()
    if not form.validate():
        return _form_page(form), 422
    new = Nomination(
        form.person.data,
        tuple(form.units.data),
        tuple(form.systems.data) if form.reach.data == "chosen" else (),
        form.valid_from.data,
        form.valid_to.data,
    )
    try:
        with transaction():
            made = orderers.nominate(new, actor=act_as("nominator"), now=clock.now())
            orderer_id = made.id
    except NotAllowed as refusal:
        getattr(form, FIELDS[str(refusal.details["field"])]).errors = [words.beside(refusal)]
        return _form_page(form), 422
    flash(_("Förslaget är skickat. Personen har fått ett mail och behöver svara."), "done")
    return redirect(url_for("appointments.orderer", orderer_id=orderer_id))


@bp.get("/orderers/<int:orderer_id>")
@needs("orderer.show", orderer_queries.orderer)
def orderer(one: OrdererAppointment) -> str:
    """One way: where it stands, what is asked, and the answer for whoever may give it."""
    form = DutiesForm()
    form.version.data = duties.VERSION
    return _page(one, form)


@bp.post("/orderers/<int:orderer_id>/accept")
@needs("orderer.answer", orderer_queries.orderer)
def accept_orderer(one: OrdererAppointment) -> Any:
    """The nominee takes it on."""
    form = DutiesForm()
    if not form.validate():
        return _page(one, form), 422
    try:
        with transaction():
            orderers.accept(one, version=form.version.data or "", actor=act_as("nominee"), now=clock.now())
    except NotAllowed as refusal:
        if refusal.details.get("field") != "read":
            raise
        form.read.errors, form.version.data = [words.beside(refusal)], duties.VERSION
        return _page(one, form), 422
    flash(_("Tack. Uppdraget gäller när samordnaren har registrerat det."), "done")
    return _back(one.id)


@bp.post("/orderers/<int:orderer_id>/decline")
@needs("orderer.answer", orderer_queries.orderer)
def decline_orderer(one: OrdererAppointment) -> Any:
    """The nominee says no."""
    with transaction():
        orderers.decline(one, actor=act_as("nominee"), now=clock.now())
    flash(_("Du har tackat nej. Den som föreslog dig får veta det."), "done")
    return _back(one.id)


@bp.post("/orderers/<int:orderer_id>/register")
@needs("orderer.register", orderer_queries.orderer)
def register_orderer(one: OrdererAppointment) -> Any:
    """A third person makes it active."""
    with transaction():
        orderers.register(one, actor=act_as("registrar"), now=clock.now())
    flash(_("Uppdraget är registrerat och gäller."), "done")
    return _back(one.id)


@bp.post("/orderers/<int:orderer_id>/confirm")
@needs("orderer.confirm", orderer_queries.orderer)
def confirm_orderer(one: OrdererAppointment) -> Any:
    """September's answer."""
    with transaction():
        orderers.confirm(one, actor=act_as("nominator"), now=clock.now())
    flash(_("Uppdraget är bekräftat."), "done")
    return _back(one.id)


@bp.post("/orderers/<int:orderer_id>/end")
@needs("orderer.end", orderer_queries.orderer)
def end_orderer(one: OrdererAppointment) -> Any:
    """End it today."""
    roles = {one.person_id: "authorised_orderer", one.nominator_id: "nominator"}
    role = roles.get(current_person().id, "infosec_coordinator")
    with transaction():
        orderers.end(one, reason="withdrawn", actor=act_as(role), now=clock.now())
    flash(_("Uppdraget är avslutat."), "done")
    return _back(one.id)


def _back(orderer_id: int) -> Any:
    return redirect(url_for("appointments.orderer", orderer_id=orderer_id))


def _row(one: OrdererAppointment) -> SimpleNamespace:
    return SimpleNamespace(
        id=one.id,
        person=one.person,
        look=_look(one),
        units=[unit.name for unit in one.units],
        due_on=one.due_on if orderer_queries.question_of(one) else None,
    )


def _page(one: OrdererAppointment, form: DutiesForm) -> str:
    me, today = current_person(), clock.today()
    question, asked = orderer_queries.question_of(one), orderer_queries.asked_about(one, today)
    mine = {
        "accept": permissions.allowed("orderer.answer", me, one),
        "register": permissions.allowed("orderer.register", me, one) and me.id in {p.id for p in asked},
        "confirm": me.id != one.person_id and not _leads_none(me.id, one),
    }
    return render_template(
        "orderer.html",
        one=one,
        look=_look(one),
        question=question,
        asked=asked,
        act=question if mine.get(question) else "",
        form=form,
        duties=duties,
        up_to=orderers.ALL_UP_TO,
        may_end=_may_end(me, one),
        own=one.person_id == me.id,
    )


def _may_end(me: Person, one: OrdererAppointment) -> bool:
    """Whoever has not answered yet says no instead."""
    is_asked = orderer_queries.question_of(one) == "accept" and one.person_id == me.id
    return one.ended_at is None and not is_asked and permissions.allowed("orderer.end", me, one)


def _look(one: OrdererAppointment) -> Look:
    return lives.look(orderers.workflow_of(one), one.state)


def _leads_none(person_id: int, one: OrdererAppointment) -> bool:
    return organisation.units_led_by(person_id, clock.today()).isdisjoint(unit.id for unit in one.units)


def _form() -> NominationForm:
    form, me = NominationForm(), current_person()
    people = choosing.colleagues(me, request.args.get("q", ""), request.form.get("person", type=int))
    form.person.choices = [SelectChoice(p.id, choosing.named(p)) for p in people]
    units = organisation.units_to_choose(me.id, clock.today())
    form.units.choices = [SelectChoice(unit.id, unit.name) for unit in units]
    form.valid_to.description = words.longest(life.of(lives.beginning(lives.ORDERER)).longest_months)
    form.systems.choices = [SelectChoice(s.id, s.name) for s in catalogue.search() if s.lifecycle == "production"]
    return form


def _form_page(form: NominationForm) -> str:
    return render_template("orderer_form.html", form=form, q=request.args.get("q", ""))
