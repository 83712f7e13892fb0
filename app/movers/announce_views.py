"""Telling of a change of work before it comes: by the manager, the new manager or HR."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.directory import queries as directory
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.movers import bp, services, words
from app.movers.forms import AnnounceForm
from app.movers.services import Announced
from app.permissions import standing


@bp.get("/new")
@needs("mover.announce")
def new() -> str:
    """The form."""
    form = _form()
    form.employee_number.data = request.args.get("who", "")
    return render_template("mover_announce.html", form=form)


@bp.post("/new")
@needs("mover.announce")
def announce() -> Any:
    """Keep it; the managers are told in the morning, and nothing changes before the day."""
    form = _form()
    if not form.validate():
        return render_template("mover_announce.html", form=form), 422
    try:
        said = _said(form)
        with transaction():
            one = services.announce(said, actor=act_as(_role()), now=clock.now())
            mover_id = one.id
    except (NotAllowed, Conflict) as refusal:
        field = str(refusal.details.get("field", "employee_number"))
        text = words.CONFLICTS.get(refusal.reason) or words.said(refusal.reason)
        form[field if field in form else "employee_number"].errors = [str(text)]
        return render_template("mover_announce.html", form=form), 422
    flash(_("Sparat. Båda cheferna får ett mejl, och inget ändras före dagen."), "done")
    return redirect(url_for("movers.show", mover_id=mover_id))


def _form() -> AnnounceForm:
    return AnnounceForm([(unit.id, unit.name) for unit in directory.units()])


def _said(form: AnnounceForm) -> Announced:
    """Raises NotAllowed: nobody_there, manager_needed, not_yours."""
    me, person = current_person(), directory.by_number(form.employee_number.data or "")
    if person is None:
        raise NotAllowed("nobody_there", field="employee_number")
    manager = directory.by_login(form.new_manager.data) if form.new_manager.data else me
    if manager is None or (manager.id == me.id and not permissions.allowed("team.show", me)):
        raise NotAllowed("manager_needed", field="new_manager")
    knows = permissions.allowed("mover.announce_for", me, SimpleNamespace(subject_id=person.id))
    if not knows and manager.id != me.id:
        raise NotAllowed("not_yours", field="employee_number")
    assert form.change_on.data is not None
    # What only the new manager says begins when the directory shows it.
    return Announced(person, form.change_on.data, manager, form.unit.data or None, knows)


def _role() -> str:
    me: Person = current_person()
    return "hr" if ("hr", None) in standing.roles(me.id) else "line_manager"
