"""The pages of the control of an emergency: approve afterwards, follow up, close what deviated (rules.md C7)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app import clock
from app.db import transaction
from app.errors import NotAllowed
from app.grants import emergency_control as control
from app.grants import emergency_people as people
from app.requests import emergency_words
from app.requests import queries as orders
from app.tasks.models import Task
from workflows.events import Actor

NEEDED = InputRequired(message=_("Fyll i det här fältet."))
LONG = Length(max=2000, message=_("Högst 2 000 tecken."))
CHOOSE = InputRequired(message=_("Välj ett av svaren."))
REFUSALS = {
    "reason_needed": _("Skriv varför du inte godkänner."),
    "reason_too_short": _("Skriv lite mer, med minst 20 tecken."),
    "personnummer": _("Texten ser ut att innehålla ett personnummer. Ta bort det."),
    "still_alive": _("Nödbehörigheten gäller fortfarande. Avsluta ärendet när den har upphört."),
}


class ApprovalForm(FlaskForm):
    """Was it right to grant it?"""

    verdict = RadioField(
        _("Ditt svar"),
        choices=[SelectChoice("approve", _("Jag godkänner")), SelectChoice("disapprove", _("Jag godkänner inte"))],
        validators=[CHOOSE],
    )
    reason = TextAreaField(_("Varför?"), description=_("Behövs om du inte godkänner."), validators=[Optional(), LONG])


class FollowUpForm(FlaskForm):
    """What was looked at, what was found, what was learnt."""

    sample = TextAreaField(
        _("Vad har du kontrollerat?"),
        description=_("Vilken logg, vilken tid och hur många poster. Skriv inga uppgifter ur loggen."),
        validators=[NEEDED, LONG],
    )
    verdict = RadioField(
        _("Vad kom du fram till?"),
        choices=[
            SelectChoice("fine", _("Behörigheten användes till det som den gavs för")),
            SelectChoice("misused", _("Den användes till något annat")),
        ],
        validators=[CHOOSE],
    )
    result = TextAreaField(_("Beskriv resultatet"), validators=[NEEDED, LONG])
    lesson = TextAreaField(_("Vad kan göras så att det inte behövs nästa gång?"), validators=[Optional(), LONG])


class ClosingForm(FlaskForm):
    """Is it an incident, and what was learnt?"""

    verdict = RadioField(
        _("Är det en incident?"),
        choices=[
            SelectChoice("incident", _("Ja, den hanteras i incidentprocessen")),
            SelectChoice("none", _("Nej")),
        ],
        validators=[CHOOSE],
    )
    lesson = TextAreaField(_("Vad har ni lärt er?"), validators=[NEEDED, LONG])


FORMS: dict[str, type[FlaskForm]] = {
    "emergency_approval": ApprovalForm,
    "emergency_followup": FollowUpForm,
    "emergency_closing": ClosingForm,
}


def form_of(task: Task) -> Any:
    """The form that answers the task."""
    return FORMS[task.kind]()


def page(task: Task, form: Any, status: int = 200) -> Any:
    """What is asked about the emergency."""
    found = people.of_task(task)
    order = orders.by_id(found.request_id)
    shown = render_template(
        "emergency_task.html",
        task=task,
        emergency=found,
        order=order,
        reason=emergency_words.reason(order.emergency_reason),
        form=form,
        action_url=url_for("decisions.answer", task_id=task.id),
    )
    return shown, status


def answer(task: Task, form: Any, actor: Actor) -> Any:
    """Keep the answer and show what follows; a refusal stands beside its field. Raises AlreadyDecided, Forbidden."""
    after = where(task)
    try:
        with transaction():
            _answer(task, form, actor)
    except NotAllowed as refusal:
        field = str(refusal.details.get("field", ""))
        if refusal.reason not in REFUSALS or field not in form:
            raise
        form[field].errors = [str(REFUSALS[refusal.reason])]
        return page(task, form, 422)
    flash(gettext("Ditt svar är sparat."), "done")
    return redirect(after)


def where(task: Task) -> str:
    """The page of the emergency, where it is seen what has been answered."""
    return url_for("emergencies.show", emergency_id=people.of_task(task).id)


def _answer(task: Task, form: Any, actor: Actor) -> None:
    now, verdict = clock.now(), form.verdict.data
    if task.kind == "emergency_approval":
        control.judge(task, verdict == "approve", form.reason.data or "", actor=actor, now=now)
    elif task.kind == "emergency_followup":
        said = control.FollowedUp(
            form.sample.data, form.result.data, form.lesson.data or "", misused=verdict == "misused"
        )
        control.follow_up(task, said, actor=actor, now=now)
    else:
        control.close(task, form.lesson.data, verdict == "incident", actor=actor, now=now)
