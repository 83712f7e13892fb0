"""The page of a membership that the product has not managed to write: somebody puts the person in, and says so."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from app import clock
from app.db import transaction
from app.decisions import pages
from app.errors import AlreadyDecided
from app.grants import provisioning
from app.grants import queries as grants
from app.requests import queries
from app.tasks.models import Task
from workflows.events import Actor
from workflows.personal_numbers import find_personnummer


class ByHandForm(FlaskForm):
    """What whoever has done it says."""

    is_in = BooleanField(
        lazy_gettext("Personen är med i gruppen"),
        validators=[DataRequired(message=lazy_gettext("Lägg in personen först, och kryssa sedan i rutan."))],
    )
    note = TextAreaField(lazy_gettext("Anteckning"), validators=[Optional(), Length(max=2000)])

    def validate_note(self, field: TextAreaField) -> None:
        """No personnummer in free text (rules.md G11)."""
        if find_personnummer(field.data or ""):
            raise ValidationError(gettext("Texten innehåller något som ser ut som ett personnummer. Ta bort det."))


def form_of(_task: Task) -> ByHandForm:
    """The form that answers the task."""
    return ByHandForm()


def page(task: Task, form: Any, status: int = 200) -> Any:
    """Who is to be put into which group, and for what order."""
    grant = grants.grant(task.grant_id or 0)
    assert grant is not None
    order = queries.by_id(grant.request_id) if grant.request_id else None
    shown = render_template(
        "provision_task.html",
        task=task,
        grant=grant,
        case_number=order.case_number if order else "",
        form=form,
        action_url=url_for("decisions.answer", task_id=task.id),
    )
    return shown, status


def answer(task: Task, form: Any, actor: Actor) -> Any:
    """Keep the answer: the right is active."""
    task_id = task.id
    try:
        with transaction():
            provisioning.confirm_by_hand(task, actor=actor, note=(form.note.data or "").strip(), now=clock.now())
    except AlreadyDecided as first:
        return pages.closed("used", task, first)
    return redirect(url_for("decisions.task", task_id=task_id))
