"""Passing a task on: /tasks/<id>/pass-on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from app import clock
from app.auth import act_as, current_person, needs
from app.db import db
from app.decisions import answering, bp, pages, reassigning
from app.decisions.forms import PassOnForm
from app.directory.models import Person
from app.errors import AlreadyDecided, NotAllowed
from app.grants import queries as grants
from app.matters import queries as matters
from app.requests import queries as requests
from app.requests import words
from app.tasks import queries as tasks
from app.tasks.models import Task
from app.templating import labels
from workflows.authority import Asked
from workflows.log_check import reference


@bp.get("/tasks/<int:task_id>/pass-on")
@needs("task.reassign", pages.found)
def pass_on(task: Task) -> Any:
    """Whom the task may be passed on to, and the form."""
    if task.status != "open":
        return pages.closed("used" if task.status == "done" else "revoked", task)
    return _page(task, _form(task))


@bp.post("/tasks/<int:task_id>/pass-on")
@needs("task.reassign", pages.found)
def passed_on(task: Task) -> Any:
    """Pass it on."""
    if task.status != "open":
        return pages.closed("used" if task.status == "done" else "revoked", task)
    form = _form(task)
    if not form.validate():
        return _page(task, form), 422
    mine = answering.addressee_of(task, current_person().id)
    actor = act_as(mine.why or mine.role, on_behalf_of_id=mine.on_behalf_of_id)
    try:
        reassigning.pass_on(task, form.to.data, actor, reason=form.reason.data.strip(), now=clock.now())
    except AlreadyDecided as first:
        return pages.closed("used", task, first)
    except NotAllowed as refusal:
        form.to.errors = [words.refusal(refusal.reason)]
        return _page(task, form), 422
    flash(_("Uppgiften är vidarebefordrad till %(name)s.", name=_person(form.to.data).display_name), "done")
    return redirect(url_for("decisions.inbox"))


def _form(task: Task) -> PassOnForm:
    form = PassOnForm()
    form.to.choices = [SelectChoice(a.party.id, _named(a)) for a in reassigning.receivers(task, clock.now())]
    return form


def _named(asked: Asked) -> str:
    """The name and in what capacity the person would answer."""
    if asked.on_behalf_of is not None:
        absent = _person(asked.on_behalf_of).display_name
        return _("%(name)s, ersättare för %(absent)s", name=asked.party.name, absent=absent)
    return f"{asked.party.name}, {labels.role(asked.why)}"


def _person(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)


def _page(task: Task, form: PassOnForm) -> str:
    if task.matter_id is not None:
        matter = matters.by_id(task.matter_id)
        about = SimpleNamespace(system=matter.title, level="", subject="", case_number=matter.case_number)
        back = url_for("decisions.task", task_id=task.id)
        return render_template("reassign.html", task=task, about=about, form=form, back_url=back)
    if task.log_check_id is not None:
        check = tasks.log_checks([task.log_check_id])[task.log_check_id]
        about = SimpleNamespace(
            system=check.system, level="", subject="", case_number=reference(check.code, check.month)
        )
        back = url_for("decisions.task", task_id=task.id)
        return render_template("reassign.html", task=task, about=about, form=form, back_url=back)
    order = requests.by_id(task.request_id) if task.request_id is not None else None
    thing = order or grants.grant(task.grant_id or 0)
    assert thing is not None
    return render_template(
        "reassign.html",
        task=task,
        about=SimpleNamespace(
            system=thing.level.system.name,
            level=thing.level.label,
            subject=thing.subject.display_name,
            case_number=order.case_number if order else "",
        ),
        form=form,
        back_url=url_for("decisions.task", task_id=task.id),
    )
