"""Roller och överlämningar: /roles."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from app import clock, permissions
from app.appointments import bp, choosing, handover_queries, handovers, organisation, words
from app.appointments.forms import HandoverForm
from app.appointments.handover_tasks import ASKED_AS
from app.appointments.handovers import BY_DIRECTORY, NewHandover
from app.appointments.models import RoleHandover
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import Appointment
from app.db import db, transaction
from app.directory import queries as directory
from app.directory.models import Unit
from app.errors import NotAllowed, NotFound
from app.requests import lives
from workflows import life


@dataclass(frozen=True, slots=True)
class Post:
    """A role in its place, as the table of permissions and the form need it."""

    role: str
    person_id: int
    place: str
    system_id: int | None = None
    unit_id: int | None = None
    board: str = ""


def _of_appointment(appointment_id: int) -> Post:
    found = handover_queries.appointment(appointment_id)
    if found.role not in ASKED_AS:
        raise NotFound()
    return Post(found.role, found.person_id, place(found), found.system_id, None, found.board)


def _of_unit(unit_id: int) -> Post:
    unit, head = db.session.get(Unit, unit_id), directory.head_of_unit(unit_id)
    if unit is None or head is None:
        raise NotFound()
    return Post(BY_DIRECTORY, head, unit.name, None, unit.id)


def place(one: Appointment | RoleHandover) -> str:
    return one.system.name if one.system else one.unit.name if one.unit else one.board


@bp.get("/roles/")
@needs("page.own")
def roles() -> str:
    """My roles, what changes hands, and for the coordinator what nobody has."""
    me, today = current_person(), clock.today()
    sees_gaps = permissions.allowed("role.gaps", me)
    held = [a for a in catalogue.roles_of(me.id, today) if a.role in ASKED_AS]
    headed = directory.units_headed_by(me.id)
    units = [u for u in organisation.units_to_choose(me.id, today) if u.id in headed]
    code = request.args.get("system", "") if permissions.allowed("role.gaps", me) else ""
    others = handover_queries.others_in_charge(me.id, code, today)
    return render_template(
        "roles.html",
        others=[_other(a) for a in others],
        others_of=others[0].system.name if code and others and others[0].system else "",
        held=[SimpleNamespace(id=a.id, role=a.role, place=place(a)) for a in held],
        units=units,
        handovers=[_row(h) for h in handover_queries.concerning(me.id, everybodys=sees_gaps)],
        gaps=handover_queries.gaps(today) if sees_gaps else None,
    )


def _other(one: Appointment) -> SimpleNamespace:
    me = current_person()
    return SimpleNamespace(
        id=one.id,
        role=one.role,
        place=place(one),
        person=one.person,
        may_hand_over=permissions.allowed("role.hand_over", me, one),
        may_end=permissions.allowed("role.end", me, one),
    )


def _row(one: RoleHandover) -> SimpleNamespace:
    me, workflow = current_person(), handovers.workflow_of(one)
    is_asked = life.asked_in(workflow, one.state) is not None
    return SimpleNamespace(
        id=one.id,
        role=one.role,
        place=place(one),
        predecessor=one.predecessor,
        successor=one.successor,
        on_date=one.on_date,
        due_on=one.due_on,
        look=lives.look(workflow, one.state),
        is_asked=is_asked,
        may_answer=is_asked and permissions.allowed("handover.answer", me, one),
        may_withdraw=permissions.allowed("handover.withdraw", me, one),
    )


@bp.get("/roles/<int:appointment_id>/hand-over")
@needs("role.hand_over", _of_appointment)
def hand_over(post: Post) -> str:
    """The form: to whom, from which day."""
    return _form_page(post, _form())


@bp.post("/roles/<int:appointment_id>/hand-over")
@needs("role.hand_over", _of_appointment)
def propose_handover(post: Post) -> Any:
    """Ask the successor."""
    return _propose(post)


@bp.get("/roles/unit/<int:unit_id>/hand-over")
@needs("role.hand_over", _of_unit)
def hand_over_unit(post: Post) -> str:
    """As ``hand_over``, for a line manager: the directory changes the role, this moves the tasks."""
    return _form_page(post, _form())


@bp.post("/roles/unit/<int:unit_id>/hand-over")
@needs("role.hand_over", _of_unit)
def propose_unit_handover(post: Post) -> Any:
    """Ask the successor."""
    return _propose(post)


@bp.post("/roles/handovers/<int:handover_id>/accept")
@needs("handover.answer", handover_queries.handover)
def accept_handover(one: RoleHandover) -> Any:
    """The successor says yes."""
    with transaction():
        handovers.accept(one, actor=act_as("successor"), now=clock.now())
    flash(_("Du tar över rollen. Du får ett mail när den är din."), "done")
    return redirect(url_for("appointments.roles"))


@bp.post("/roles/handovers/<int:handover_id>/decline")
@needs("handover.answer", handover_queries.handover)
def decline_handover(one: RoleHandover) -> Any:
    """The successor says no."""
    with transaction():
        handovers.decline(one, actor=act_as("successor"), now=clock.now())
    flash(_("Du har tackat nej. Den som frågade får veta det."), "done")
    return redirect(url_for("appointments.roles"))


@bp.post("/roles/handovers/<int:handover_id>/withdraw")
@needs("handover.withdraw", handover_queries.handover)
def withdraw_handover(one: RoleHandover) -> Any:
    """It does not happen."""
    with transaction():
        handovers.withdraw(one, actor=act_as("proposer"), now=clock.now())
    flash(_("Överlämningen är återtagen."), "done")
    return redirect(url_for("appointments.roles"))


def _propose(post: Post) -> Any:
    form = _form()
    if not form.validate():
        return _form_page(post, form), 422
    new = NewHandover(
        post.role, post.person_id, form.to.data, form.on_date.data, post.system_id, post.unit_id, post.board
    )
    try:
        with transaction():
            handovers.propose(new, actor=act_as("proposer"), now=clock.now())
    except NotAllowed as refusal:
        form[str(refusal.details["field"])].errors = [words.beside(refusal)]
        return _form_page(post, form), 422
    flash(_("Efterträdaren är tillfrågad och har fem arbetsdagar på sig att svara."), "done")
    return redirect(url_for("appointments.roles"))


def _form() -> HandoverForm:
    form = HandoverForm()
    people = choosing.colleagues(current_person(), request.args.get("q", ""), request.form.get("to", type=int))
    form.to.choices = [SelectChoice(p.id, choosing.named(p)) for p in people]
    return form


def _form_page(post: Post, form: HandoverForm) -> str:
    return render_template("role_hand_over.html", form=form, post=post, q=request.args.get("q", ""))
