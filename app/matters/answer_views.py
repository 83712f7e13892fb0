"""Answering what a matter asks, and the acts that nobody asks for: suspending and retiring."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.errors import AlreadyDecided, Conflict, NotAllowed, NotFound
from app.matters import (
    answering,
    bp,
    definitions,
    forms,
    presenting,
    queries,
    services,
    setting_up,
    succession,
    views,
    words,
)
from app.matters.act_forms import ActForm
from app.matters.models import Matter
from app.tasks import queries as tasks
from app.tasks.models import Task
from app.templating.texts import said
from workflows.personal_numbers import find_personnummer

LONGEST_REASON = 2000


def _task(task_id: int) -> Task:
    found = tasks.task(task_id)
    if found is None or found.matter_id is None:
        raise NotFound()
    return found


@bp.get("/tasks/<int:task_id>")
@needs("task.answer", _task)
def answer_page(task: Task) -> Any:
    """What is asked and the form to answer it; the matter's own page when nothing is asked any more."""
    matter = queries.by_id(task.matter_id or 0)
    if task.status != "open" and task.step != succession.STEP:
        flash(_("Uppgiften är redan besvarad. Så här står ärendet nu."), "wait")
        return redirect(url_for("matters.show", case_number=matter.case_number))
    if task.step == succession.STEP:
        return redirect(url_for("matters.people", task_id=task.id))
    if task.kind == "complete_request":
        return redirect(url_for("matters.edit", case_number=matter.case_number))
    return _page(task, matter, _form(task, matter))


@bp.post("/tasks/<int:task_id>")
@needs("task.answer", _task)
def answer(task: Task) -> Any:
    """Answer."""
    matter, now = queries.by_id(task.matter_id or 0), clock.now()
    if task.status != "open" or task.kind in ("complete_request", succession.KIND):
        return answer_page(task_id=task.id)
    form, case_number = _form(task, matter), matter.case_number
    if not forms.is_readable(form) or not _has_verdict(form, answering.verdicts(matter, task)):
        return _page(task, matter, form), 422
    mine = next(a for a in task.addressees if a.person_id == current_person().id and a.removed_at is None)
    actor = act_as(mine.why or mine.role, on_behalf_of_id=mine.on_behalf_of_id)
    fields = definitions.terms_of(matter).fields_of(task.step)
    given = answering.Answer(form.verdict.data, (form.reason.data or "").strip(), forms.answers_of(form, fields))
    try:
        answering.answer(task, given, actor, now=now)
    except AlreadyDecided:
        flash(_("Någon annan hann svara före dig. Så här står ärendet nu."), "wait")
    except NotAllowed as refusal:
        faults: Any = refusal.details.get("faults", {})
        forms.show_faults(form, faults)
        if not faults:
            beside = form._fields.get(str(refusal.details.get("field")), form.verdict)
            beside.errors = [words.refusal(refusal.reason) or refusal.reason]
        return _page(_task(task.id), queries.by_case_number(case_number), form), 422
    else:
        flash(_("Ditt svar är sparat."), "done")
    return redirect(url_for("matters.show", case_number=case_number))


def _form(task: Task, matter: Matter) -> Any:
    fields = definitions.terms_of(matter).fields_of(task.step)
    said_by = {code: words.verdict(task.kind, code) for code in answering.verdicts(matter, task)}
    return forms.form_for(fields, setting_up.known(matter, task.step) | matter.answers, verdicts=said_by)


def _has_verdict(form: Any, known: tuple[str, ...]) -> bool:
    """Says beside the field what is missing: a choice, or a reason that may be stored (G11)."""
    if form.verdict.data not in known:
        form.verdict.errors = [_("Välj ett svar.")]
    if find_personnummer(form.reason.data or ""):
        form.reason.errors = [words.fault("personnummer")]
    if len(form.reason.data or "") > LONGEST_REASON:
        form.reason.errors = [words.fault("too_long")]
    return not form.verdict.errors and not form.reason.errors


def _page(task: Task, matter: Matter, form: Any) -> str:
    workflow, history = definitions.of(matter), queries.tasks_of(matter.id)
    return render_template(
        "matter_answer.html",
        task=task,
        matter=matter,
        form=form,
        process=said(workflow.title),
        step=presenting.step_name(workflow, task.step),
        systems=presenting.systems_of(matter),
        sections=presenting.sections(definitions.terms(workflow).fields_of(""), matter.answers),
        opinions=presenting.opinions(matter, history),
        conditions=queries.conditions(matter.id),
        readiness=presenting.readiness_of(matter, clock.today()),
    )


def _act(case_number: str, trigger: str) -> Matter:
    """The matter, for an act that the reader has. Raises NotFound for one that the definition has not."""
    matter = queries.by_case_number(case_number)
    if trigger not in views.ACTS:
        raise NotFound()
    return matter


@bp.get("/<case_number>/act/<trigger>")
@needs("matter.show", _act)
def act_page(matter: Matter) -> Any:
    """Say why, before something is suspended or retired."""
    return _act_page(matter, _trigger(matter), ActForm())


@bp.post("/<case_number>/act/<trigger>")
@needs("matter.show", _act)
def act(matter: Matter) -> Any:
    """Suspend or retire."""
    trigger, form, case_number = _trigger(matter), ActForm(), matter.case_number
    if not form.validate():
        return _act_page(matter, trigger, form), 422
    role = "system_owner" if trigger in ("suspend", "keep") else "system_manager"
    with transaction():
        held = queries.hold(matter.id)
        if trigger not in [a.trigger for a in views.acts(held)]:
            raise Conflict("order_changed")
        services.move(held, trigger, services.Push(act_as(role), clock.now(), reason=form.reason.data.strip()))
    flash(_("Ändringen är gjord."), "done")
    return redirect(url_for("matters.show", case_number=case_number))


def _trigger(matter: Matter) -> str:
    """The act of the address. Raises Forbidden for who may not, Conflict when the matter does not stand so."""
    trigger: str = (request.view_args or {})["trigger"]
    permissions.require(views.ACTS[trigger], current_person(), matter)
    if trigger not in [a.trigger for a in views.acts(matter)]:
        raise Conflict("order_changed")
    return trigger


def _act_page(matter: Matter, trigger: str, form: ActForm) -> str:
    word = next(a.word for a in views.acts(matter) if a.trigger == trigger)
    return render_template("matter_act.html", matter=matter, word=word, form=form, trigger=trigger)
