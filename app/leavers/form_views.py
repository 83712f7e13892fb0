"""Telling that somebody leaves: by a day, or at once after a page that says what will happen."""

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
from app.errors import NotAllowed
from app.grants import queries as grants
from app.leavers import bp, queries, services
from app.leavers.forms import REASONS, REFUSALS, AtOnceForm, NoticeForm
from app.leavers.views import role_of
from app.templating import dates


@bp.get("/new")
@needs("leaver.notify")
def new() -> str:
    """The form for a last day."""
    form = NoticeForm()
    form.employee_number.data = request.args.get("who", "")
    return render_template("leaver_notice.html", form=form)


@bp.post("/new")
@needs("leaver.notify")
def notify() -> Any:
    """Keep the last day, with its checklist."""
    form = NoticeForm()
    if not form.validate():
        return render_template("leaver_notice.html", form=form), 422
    try:
        person = _somebody(form.employee_number.data, "leaver.end")
        with transaction():
            one = services.notice(person, form.last_day.data, actor=_actor(), now=clock.now())
    except NotAllowed as refusal:
        return _refused("leaver_notice.html", form, refusal)
    flash(_("Sparat. Allt avslutas när %(day)s är slut.", day=dates.day_in_words(one.last_day)), "done")
    return redirect(url_for("leavers.show", leaver_id=one.id))


@bp.get("/at-once")
@needs("leaver.terminate")
def at_once() -> str:
    """The form for an end at once."""
    form = AtOnceForm(confirmed="")
    form.employee_number.data = request.args.get("who", "")
    return render_template("leaver_at_once.html", form=form)


@bp.post("/at-once")
@needs("leaver.terminate")
def end_at_once() -> Any:
    """First what will happen; when that is confirmed, it happens."""
    form = AtOnceForm()
    if not form.validate():
        return render_template("leaver_at_once.html", form=form), 422
    try:
        person = _somebody(form.employee_number.data, "leaver.end_at_once")
        if form.confirmed.data != str(person.id):
            return _confirm(form, person)
        with transaction():
            one = services.terminate(person, form.reason_code.data, actor=_actor(), now=clock.now())
    except NotAllowed as refusal:
        return _refused("leaver_at_once.html", form, refusal)
    flash(_("Avslutet är beställt. Ring den som stänger konton, så att det sker inom en timme."), "done")
    return redirect(url_for("leavers.show", leaver_id=one.id))


def _confirm(form: AtOnceForm, person: Person) -> str:
    form.confirmed.data = str(person.id)
    held = [g for g in grants.of_people([person.id]) if g.status in grants.HELD]
    return render_template(
        "leaver_confirm.html",
        form=form,
        person=person,
        reason=REASONS[form.reason_code.data],
        rights=held,
        credentials=queries.credentials_out(person.id),
    )


def _somebody(number: str, permission: str) -> Person:
    """Whose number it is. Raises NotAllowed: nobody_there, not_self, not_yours."""
    person = directory.by_number(number)
    if person is None:
        raise NotAllowed("nobody_there", field="employee_number")
    me = current_person()
    if person.id == me.id:
        raise NotAllowed("not_self", field="employee_number")
    if not permissions.allowed(permission, me, SimpleNamespace(subject_id=person.id)):
        raise NotAllowed("not_yours", field="employee_number")
    return person


def _actor() -> Any:
    return act_as(role_of(current_person().id))


def _refused(template: str, form: Any, refusal: NotAllowed) -> Any:
    field = getattr(form, str(refusal.details.get("field", "employee_number")))
    field.errors = [REFUSALS[refusal.reason]]
    if "confirmed" in form:
        form.confirmed.data = ""
    return render_template(template, form=form), 422
