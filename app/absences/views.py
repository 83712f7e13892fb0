"""Lång frånvaro: /absences, the list, one leave, and what the manager answers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.absences import bp, queries, services, words
from app.absences.forms import AbsenceForm
from app.absences.models import Absence
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.directory import queries as people
from app.directory import services as directory
from app.errors import Conflict, NotAllowed
from app.permissions import standing
from app.requests import lives


@bp.get("/")
@needs("absence.list")
def index() -> str:
    """Those of mine who are away; for HR, the coordinator and the auditor everybody."""
    me = current_person()
    found = queries.seen_by(me.id, everything=permissions.allowed("absence.all", me))
    return render_template(
        "absences.html",
        rows=[SimpleNamespace(one=one, look=_look(one)) for one in found],
        may_announce=permissions.allowed("absence.announce", me),
    )


@bp.get("/new")
@needs("absence.announce")
def new() -> str:
    """The form."""
    form = AbsenceForm()
    form.employee_number.data = request.args.get("who", "")
    return render_template("absence_form.html", form=form)


@bp.post("/new")
@needs("absence.announce")
def announce() -> Any:
    """Keep the dates."""
    form = AbsenceForm()
    if not form.validate():
        return render_template("absence_form.html", form=form), 422
    try:
        person = people.by_number(form.employee_number.data or "")
        if person is None:
            raise NotAllowed("nobody_there", field="employee_number")
        if not permissions.allowed("absence.announce_for", current_person(), SimpleNamespace(subject_id=person.id)):
            raise NotAllowed("not_yours", field="employee_number")
        assert form.starts_on.data is not None
        with transaction():
            dates = form.starts_on.data, form.ends_on.data
            one = services.announce(person, *dates, actor=act_as(_role()), now=clock.now())
            absence_id = one.id
    except (NotAllowed, Conflict) as refusal:
        field = str(refusal.details.get("field", "employee_number"))
        form[field].errors = [words.said(refusal.reason)]
        return render_template("absence_form.html", form=form), 422
    flash(_("Sparat. Bara dagarna är sparade, aldrig varför."), "done")
    return redirect(url_for("absences.show", absence_id=absence_id))


@bp.get("/<int:absence_id>")
@needs("absence.show", queries.absence)
def show(one: Absence) -> str:
    """One leave: what rests, and what is asked."""
    return _page(one)


@bp.post("/<int:absence_id>/review")
@needs("absence.decide", queries.absence)
def review(one: Absence) -> Any:
    """What is not secret has been gone through."""
    try:
        with transaction():
            said = _picked("rest"), _picked("remove")
            services.review(one, *said, actor=act_as("line_manager"), now=clock.now())
    except NotAllowed as refusal:
        return _page(one, words.said(refusal.reason)), 422
    flash(_("Sparat. Det som du inte valde något för är kvar."), "done")
    return redirect(url_for("absences.show", absence_id=one.id))


@bp.post("/<int:absence_id>/reopen")
@needs("absence.decide", queries.absence)
def reopen(one: Absence) -> Any:
    """The person is back: what is opened, and what goes."""
    try:
        with transaction():
            answer = directory.lookup(one.person, clock.now())
            directory.record(answer)
        with transaction():
            said = _picked("open"), _picked("remove")
            services.reopen(one, *said, status=answer.status, actor=act_as("line_manager"), now=clock.now())
    except NotAllowed as refusal:
        return _page(one, words.said(refusal.reason)), 422
    flash(_("Sparat. Det du öppnade kan användas igen."), "done")
    return redirect(url_for("absences.show", absence_id=one.id))


@bp.post("/<int:absence_id>/withdraw")
@needs("absence.withdraw", queries.absence)
def withdraw(one: Absence) -> Any:
    """The announcement is taken back."""
    with transaction():
        services.withdraw(one, actor=act_as(_role()), now=clock.now())
    flash(_("Återtaget. Inget ändras."), "done")
    return redirect(url_for("absences.index"))


def _picked(answer: str) -> frozenset[int]:
    """Ids of the rights that the form says this of."""
    said = ((name.rpartition("-")[2], value) for name, value in request.form.items() if name.startswith("right-"))
    return frozenset(int(number) for number, value in said if value == answer and number.isdigit())


def _role() -> str:
    return "hr" if ("hr", None) in standing.roles(current_person().id) else "line_manager"


def _look(one: Absence) -> Any:
    return lives.look(lives.following(lives.ABSENCE, one.definition_version), one.state)


def _page(one: Absence, fault: str = "") -> str:
    me, resting, held = current_person(), queries.resting(one.person_id), queries.held(one.person_id)
    rests_on, listed_on = services.days_of(one)
    may_decide = permissions.allowed("absence.decide", me, one)
    return render_template(
        "absence.html",
        one=one,
        look=_look(one),
        rests_on=rests_on if one.rested_on is None else None,
        listed_on=listed_on if one.state in ("announced", "away") else None,
        resting=[g for g in held if g.id in resting],
        others=[g for g in held if g.id not in resting],
        asks=one.state if may_decide and one.state in ("listed", "returning") else "",
        may_withdraw=one.state == "announced" and permissions.allowed("absence.withdraw", me, one),
        fault=fault,
        given=request.form,
    )
