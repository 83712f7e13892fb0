"""The two pages that open a sensitive right: the introduction is given, and it is received (rules.md C3)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app import clock
from app.auth import current_person
from app.db import transaction
from app.errors import Conflict
from app.grants import activating
from app.grants import queries as grants
from app.requests import queries
from app.tasks.models import Task
from workflows.events import Actor
from workflows.personal_numbers import find_personnummer


class IntroductionForm(FlaskForm):
    """What whoever introduces says. The version is kept: a manual that changes is handed over anew."""

    introduced = BooleanField(
        lazy_gettext("Introduktionen är given"),
        validators=[DataRequired(message=lazy_gettext("Ge introduktionen först, och kryssa sedan i rutan."))],
    )
    handed_over = BooleanField(
        lazy_gettext("Manualen är överlämnad"),
        validators=[DataRequired(message=lazy_gettext("Lämna över manualen först, och kryssa sedan i rutan."))],
    )
    manual_version = StringField(
        lazy_gettext("Manualens version"),
        description=lazy_gettext("Till exempel 3.2, eller dagen då den fastställdes."),
        validators=[
            InputRequired(message=lazy_gettext("Skriv vilken version av manualen som lämnades över.")),
            Length(max=100, message=lazy_gettext("Högst 100 tecken.")),
        ],
    )
    note = TextAreaField(lazy_gettext("Anteckning"), validators=[Optional(), Length(max=2000)])

    def validate_note(self, field: TextAreaField) -> None:
        """No personnummer in free text (rules.md G11)."""
        if find_personnummer(field.data or ""):
            raise ValidationError(gettext("Texten innehåller något som ser ut som ett personnummer. Ta bort det."))


class ReceiptForm(FlaskForm):
    """What the holder says."""

    received = BooleanField(
        lazy_gettext("Jag har fått introduktion och manual"),
        validators=[DataRequired(message=lazy_gettext("Kryssa i när du har fått båda. Har du inte det, hör av dig."))],
    )
    knows_of_logs = BooleanField(
        lazy_gettext("Jag vet att mina slagningar loggas och kontrolleras"),
        validators=[DataRequired(message=lazy_gettext("Kryssa i att du vet att dina slagningar loggas."))],
    )


def form_of(task: Task) -> Any:
    """The form that answers the task."""
    return IntroductionForm() if task.kind == activating.INTRODUCTION else ReceiptForm()


def page(task: Task, form: Any, status: int = 200) -> Any:
    """What is asked about the right; for others than the holder the second question is only shown."""
    grant = grants.grant(task.grant_id or 0)
    assert grant is not None
    order = queries.by_id(grant.request_id) if grant.request_id else None
    is_mine = grant.subject_id == current_person().id
    shown = render_template(
        "activation_task.html",
        task=task,
        grant=grant,
        case_number=order.case_number if order else "",
        introducer=grant.introduced_by,
        form=form if is_mine or task.kind == activating.INTRODUCTION else None,
        action_url=url_for("decisions.answer", task_id=task.id),
    )
    return shown, status


def answer(task: Task, form: Any, actor: Actor) -> Any:
    """Keep the answer and show what follows. Raises AlreadyDecided, Forbidden, NotAllowed."""
    task_id, now = task.id, clock.now()
    try:
        with transaction():
            if task.kind == activating.INTRODUCTION:
                said = {"manual_version": form.manual_version.data.strip(), "note": (form.note.data or "").strip()}
                activating.introduce(task, **said, actor=actor, now=now)
            else:
                activating.receive(task, actor=actor, now=now)
    except Conflict:
        flash(gettext("Behörigheten har avslutats, så inget behöver göras."), "wait")
        return redirect(url_for("decisions.inbox"))
    return redirect(url_for("decisions.task", task_id=task_id))
