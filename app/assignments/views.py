"""Uppdrag: /assignments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app import clock, permissions
from app.assignments import bp, queries, services, words
from app.assignments.forms import AssignmentForm, ExtendForm, SponsorForm
from app.assignments.models import Assignment
from app.assignments.services import NewAssignment
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.db import transaction
from app.directory import queries as people
from app.directory import services as directory
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from workflows.assignment_guard import latest_end


@bp.get("/")
@needs("assignment.list")
def index() -> str:
    """Those that I answer for; for coordinator and auditor all of them."""
    me = current_person()
    everything = permissions.allowed("assignment.all", me)
    return render_template(
        "assignments.html",
        rows=queries.seen_by(me.id, everything=everything),
        kinds=words.KIND_WORDS,
        me=me,
        may_register=permissions.allowed("assignment.register", me),
    )


@bp.get("/new")
@needs("assignment.register")
def new() -> str:
    """The form."""
    form = _form()
    form.starts_on.data, form.ends_on.data = clock.today(), latest_end(clock.today())
    return _new_page(form)


@bp.post("/new")
@needs("assignment.register")
def register() -> Any:
    """Register it: the sponsor answers for the person from now on."""
    form = _form()
    if not form.validate():
        return _new_page(form), 422
    try:
        with transaction():
            made = services.register(_wanted(form), actor=act_as(_role(form)), now=clock.now())
            assignment_id, name = made.id, made.person.display_name
    except (NotAllowed, Conflict) as refusal:
        return _new_page(_refused(form, refusal, "number")), 422
    flash(_("Uppdraget för %(name)s är registrerat.", name=name), "done")
    return redirect(url_for("assignments.show", assignment_id=assignment_id))


@bp.get("/<int:assignment_id>")
@needs("assignment.show", queries.assignment)
def show(one: Assignment) -> str:
    """One assignment, and what the reader can do about it."""
    me, open_still = current_person(), one.ended_at is None
    acts = [act for act in ("extend", "sponsor", "end") if permissions.allowed(f"assignment.{act}", me, one)]
    return render_template(
        "assignment.html",
        one=one,
        kind=words.KIND_WORDS[one.kind],
        ended=words.ENDS.get(one.end_reason, ""),
        acts=acts if open_still else [],
        rest_on=clock.calendar().add(one.vacant_since, 10) if one.vacant_since else None,
        base_level_id=_base_level_id() if open_still and one.sponsor_id == me.id else None,
    )


@bp.get("/<int:assignment_id>/extend")
@needs("assignment.extend", queries.assignment)
def extension(one: Assignment) -> str:
    """Until when?"""
    form = ExtendForm()
    form.ends_on.data = latest_end(clock.today())
    return _act_page(one, form, "extend")


@bp.post("/<int:assignment_id>/extend")
@needs("assignment.extend", queries.assignment)
def extend(one: Assignment) -> Any:
    """The sponsor confirms it for longer."""
    form = ExtendForm()

    def move() -> None:
        services.extend(one, ends_on=form.ends_on.data, actor=act_as("sponsor"), now=clock.now())

    return _moved(one, form, "extend", move) or _back(one, _("Uppdraget är förlängt."))


@bp.get("/<int:assignment_id>/sponsor")
@needs("assignment.sponsor", queries.assignment)
def sponsor(one: Assignment) -> str:
    """Who takes over?"""
    return _act_page(one, SponsorForm(), "sponsor")


@bp.post("/<int:assignment_id>/sponsor")
@needs("assignment.sponsor", queries.assignment)
def name_sponsor(one: Assignment) -> Any:
    """Somebody else answers from now on."""
    form = SponsorForm()

    def move() -> None:
        chosen = people.by_login(form.sponsor.data)
        services.name_sponsor(one, chosen, actor=act_as(_above(one)), now=clock.now())

    return _moved(one, form, "sponsor", move) or _back(one, _("Uppdraget har en ny sponsor."))


@bp.get("/<int:assignment_id>/end")
@needs("assignment.end", queries.assignment)
def ending(one: Assignment) -> str:
    """Is it to end now?"""
    return _act_page(one, FlaskForm(), "end")


@bp.post("/<int:assignment_id>/end")
@needs("assignment.end", queries.assignment)
def end(one: Assignment) -> Any:
    """It ends now, and every right with it."""
    role = "sponsor" if one.sponsor_id == current_person().id else _above(one)
    with transaction():
        services.end(one, reason="withdrawn", actor=act_as(role), now=clock.now())
    return _back(one, _("Uppdraget är avslutat, och systemförvaltarna tar bort behörigheterna."))


def _wanted(form: AssignmentForm) -> NewAssignment:
    person = directory.expect(form.number.data.strip(), form.given_name.data.strip(), form.surname.data.strip())
    return NewAssignment(
        person=person,
        sponsor=_sponsor(form),
        kind=form.kind.data,
        unit_id=form.unit.data,
        agreement_ref=form.agreement_ref.data,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
    )


def _sponsor(form: AssignmentForm) -> Person:
    """Whoever is named, or who registers. Raises NotAllowed for nobody whom the directory knows."""
    login = form.sponsor.data if "sponsor" in form else ""
    found = people.by_login(login) if login else current_person()
    if found is None:
        raise NotAllowed("sponsor_not_employed", field="sponsor")
    return found


def _role(form: AssignmentForm) -> str:
    return "infosec_coordinator" if "sponsor" in form and form.sponsor.data else "sponsor"


def _above(one: Assignment) -> str:
    coordinates = permissions.allowed("assignment.register_for", current_person())
    return "infosec_coordinator" if coordinates else "next_level_manager"


def _form() -> AssignmentForm:
    units = [(unit.id, unit.name) for unit in people.units()]
    form = AssignmentForm(units, for_others=permissions.allowed("assignment.register_for", current_person()))
    if not form.is_submitted():
        form.unit.data = current_person().unit_id or 0
    return form


def _refused(form: Any, refusal: NotAllowed | Conflict, otherwise: str) -> Any:
    """The form with what was refused beside its field."""
    field = str(refusal.details.get("field", otherwise))
    said = {**words.SHARED, **words.REFUSALS, **words.CONFLICTS}.get(refusal.reason, refusal.reason)
    form[field if field in form else otherwise].errors = [str(said)]
    return form


def _new_page(form: AssignmentForm) -> str:
    return render_template("assignment_form.html", form=form)


def _act_page(one: Assignment, form: FlaskForm, act: str) -> str:
    return render_template("assignment_act.html", one=one, form=form, act=act)


def _moved(one: Assignment, form: Any, act: str, move: Callable[[], None]) -> Any:
    """Do what the form says; the page again where it may not be, and None when it is done."""
    if not form.validate():
        return _act_page(one, form, act), 422
    try:
        with transaction():
            move()
    except NotAllowed as refusal:
        return _act_page(one, _refused(form, refusal, {"extend": "ends_on", "sponsor": "sponsor"}[act]), act), 422
    return None


def _back(one: Assignment, said: str) -> Any:
    flash(said, "done")
    return redirect(url_for("assignments.show", assignment_id=one.id))


def _base_level_id() -> int:
    return catalogue.base_level().id
