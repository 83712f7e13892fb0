"""Opening a matter: the form from the definition, what will happen, and the sending; completing and renewing."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.auth import act_as, current_person, needs
from app.db import db, transaction
from app.errors import Conflict, Forbidden, NotAllowed
from app.matters import (
    answering,
    bp,
    definitions,
    forms,
    opening,
    presenting,
    queries,
    renewing,
    services,
    setting_up,
    words,
)
from app.matters.models import Matter
from app.permissions import standing
from app.templating.texts import said
from workflows import form_answers
from workflows.definition import Workflow
from workflows.form_fields import OPENER

# What a draft may still lack; what else is wrong with an answer is not stored.
MAY_LACK = ("needed", "risk_incomplete", "condition_incomplete", "exception_incomplete")


def _require_role(workflow: Workflow) -> None:
    """Raises Forbidden for who has none of the roles that may open it."""
    held = {role for role, _system in standing.roles(current_person().id)}
    if not held & set(definitions.terms(workflow).may_open):
        raise Forbidden()


@bp.get("/new/<process>")
@needs("matter.open", definitions.started_with)
def new(workflow: Workflow) -> str:
    """The empty form."""
    _require_role(workflow)
    return _page(workflow, forms.form_for(definitions.terms(workflow).fields_of(OPENER), {}))


@bp.post("/new/<process>")
@needs("matter.open", definitions.started_with)
def create(workflow: Workflow) -> Any:
    """Keep the draft, and go on to what will happen when all is filled in."""
    _require_role(workflow)
    return _keep(workflow, None)


@bp.get("/<case_number>/edit")
@needs("matter.change", queries.by_case_number)
def edit(matter: Matter) -> str:
    """The form of a draft, or of what is to be completed."""
    if matter.state not in opening.EDITABLE:
        raise Conflict("already_sent")
    return _page(definitions.of(matter), _form_of(matter), matter)


@bp.post("/<case_number>/edit")
@needs("matter.change", queries.by_case_number)
def amend(matter: Matter) -> Any:
    """Keep what was changed."""
    return _keep(definitions.of(matter), matter)


def _form_of(matter: Matter) -> Any:
    return forms.form_for(definitions.terms_of(matter).fields_of(OPENER), matter.answers)


def _keep(workflow: Workflow, matter: Matter | None) -> Any:
    """Keep a draft that may lack much; nothing that is wrong in itself, such as a personnummer (G11), is stored."""
    fields, now = definitions.terms(workflow).fields_of(OPENER), clock.now()
    form = forms.form_for(fields, matter.answers if matter else {})
    if not forms.is_readable(form):
        return _page(workflow, form, matter), 422
    answers = forms.answers_of(form, fields)
    faults = form_answers.faults(fields, answers, clock.today())
    faults |= setting_up.faults(fields, answers, matter)
    wrong = {name: code for name, code in faults.items() if code not in MAY_LACK}
    if wrong:
        forms.show_faults(form, wrong)
        return _page(workflow, form, matter), 422
    with transaction():
        actor = act_as("orderer")
        if matter is None:
            matter = opening.draft(workflow, answers, actor=actor, now=now)
        else:
            opening.amend(queries.hold(matter.id), answers, actor=actor, now=now)
        case_number = matter.case_number
    if "later" in request.form:
        flash(_("Utkastet är sparat som %(number)s. Det är inte skickat.", number=case_number), "done")
        return redirect(url_for("matters.edit", case_number=case_number))
    return redirect(url_for("matters.preview", case_number=case_number))


@bp.get("/<case_number>/preview")
@needs("matter.change", queries.by_case_number)
def preview(matter: Matter) -> Any:
    """Who will be asked and when, before anything is sent; back to the form where something is missing."""
    if matter.state not in opening.EDITABLE:
        raise Conflict("already_sent")
    form, fields = _form_of(matter), definitions.terms_of(matter).fields_of(OPENER)
    faults = form_answers.faults(fields, matter.answers, clock.today())
    faults |= setting_up.faults(fields, matter.answers, matter)
    if faults:
        forms.show_faults(form, faults)
        return _page(definitions.of(matter), form, matter), 422
    return _preview(matter)


def _preview(matter: Matter, refusal: str = "") -> str:
    return render_template(
        "matter_preview.html",
        matter=matter,
        process=said(definitions.of(matter).title),
        systems=presenting.systems_of(matter),
        path=presenting.ahead(matter, clock.now()),
        sections=presenting.sections(definitions.terms_of(matter).fields_of(OPENER), matter.answers),
        refusal=refusal,
    )


@bp.post("/<case_number>/send")
@needs("matter.change", queries.by_case_number)
def send(matter: Matter) -> Any:
    """Send it, or send it again."""
    case_number, actor, now = matter.case_number, act_as("orderer"), clock.now()
    try:
        with transaction():
            services.submit(queries.hold(matter.id), services.Push(actor, now))
    except NotAllowed as refusal:
        answering.keep_refused(refusal, matter.id, "submit", actor, now)
        if refusal.reason == "form_faults":
            return redirect(url_for("matters.preview", case_number=case_number))
        return _preview(queries.by_case_number(case_number), words.refusal(refusal.reason)), 422
    flash(_("Ärendet är skickat."), "done")
    return redirect(url_for("matters.show", case_number=case_number))


@bp.post("/<case_number>/renew")
@needs("matter.renew", queries.by_case_number)
def renew(matter: Matter) -> Any:
    """Begin a new approval with today's answers; what is approved goes on meanwhile."""
    with transaction():
        held = queries.hold(matter.id)
        if queries.renewal_of(held.id) is not None:
            raise Conflict("order_changed")
        made = renewing.reopen(held, act_as("orderer"), clock.now())
        db.session.flush()
        case_number = made.case_number
    return redirect(url_for("matters.edit", case_number=case_number))


def _page(workflow: Workflow, form: Any, matter: Matter | None = None) -> str:
    fields = definitions.terms(workflow).fields_of(OPENER)
    return render_template(
        "matter_form.html",
        form=form,
        matter=matter,
        process=said(workflow.title),
        headings={f.name: said(f.section) for f in fields if f.section},
        action_url=url_for("matters.amend", case_number=matter.case_number)
        if matter
        else url_for("matters.create", process=workflow.process),
    )
