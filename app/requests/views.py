"""Ordering, and the page of an order."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.audit import queries as log
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.directory import services as directory
from app.directory.models import Person
from app.errors import NotAllowed, NotFound
from app.grants import queries as grants
from app.requests import choosing, forms, ordering, presenting, queries, recording, services, words
from app.requests.models import AccessRequest
from app.requests.services import Push
from app.tasks import queries as tasks
from workflows.case import GuardResult

bp = Blueprint("requests", __name__, url_prefix="/requests")
PAGE = 20


def _level(level_id: int) -> AccessLevel:
    return catalogue.level(level_id)


def _form(level: AccessLevel, data: Any = None) -> tuple[Any, bool]:
    wished = choosing.chosen(current_person(), request.args.get("subject", type=int), level)
    chosen = request.form.get("subject", wished, type=int)
    people, more = ordering.subjects_of(current_person(), level, request.args.get("subject_q", ""), chosen)
    employments = list(ordering.employments_of(chosen or current_person().id))
    form = forms.order_form(level, [(p.id, _named(p)) for p in people], employments)
    if request.method == "GET":
        form.valid_from.data = clock.today()
        form.subject.data = people[0].id if len(people) == 1 else wished
    return form, more


def _named(person: Person) -> str:
    return ", ".join(filter(None, (person.display_name, person.title, person.unit.name if person.unit else "")))


def _form_page(level: AccessLevel, form: Any, more: bool, **known: Any) -> str:
    system = level.system
    guideline = SimpleNamespace(version=system.guideline_version, url=system.guideline_url)
    blank: dict[str, Any] = {"question": "", "asked_by": "", "notices": [], "duplicate": None}
    shown = blank | {"preview_url": url_for("requests.preview", level_id=level.id)} | known
    return render_template(
        "order_form.html",
        heading=_("Beställ %(level)s i %(system)s", level=level.label, system=system.name),
        level=level,
        form=form,
        subject_query=request.args.get("subject_q", ""),
        may_search=more,
        guideline=guideline if system.guideline_version and system.guideline_url else None,
        newcomer_url=url_for("newcomers.name", level_id=level.id) if _may_name_newcomers(level) else "",
        cancel_url=url_for("catalogue.index"),
        **shown,
    )


def _may_name_newcomers(level: AccessLevel) -> bool:
    return level.is_base and permissions.allowed("team.show", current_person())


@bp.get("/new/<int:level_id>")
@needs("page.own", _level)
def new(level: AccessLevel) -> str:
    """The empty form of a level."""
    form, more = _form(level)
    notices = choosing.notices(current_person(), request.args.get("subject", type=int), level)
    return _form_page(level, form, more, notices=notices)


@bp.post("/new/<int:level_id>")
@needs("page.own", _level)
def edit(level: AccessLevel) -> str:
    """The form again, with what was filled in: the way back from the preview."""
    form, more = _form(level)
    return _form_page(level, form, more)


@bp.post("/preview/<int:level_id>")
@needs("page.own", _level)
def preview(level: AccessLevel) -> str:
    """What will happen if the order is sent. Writes nothing."""
    form, more = _form(level)
    if not form.validate():
        return _form_page(level, form, more)
    order, evidence = _looked_at(level, form)
    case, guards, outcome = ordering.try_submit(order, evidence, clock.now())
    if outcome == "refused":
        return _refused(level, form, more, guards)
    waits = [words.wait(g.reason) for g in guards if not g.passed and g.consequence == "wait"]
    notices = [SimpleNamespace(tone="wait", heading=_("Beställningen kommer att vänta först"), text=t) for t in waits]
    return render_template(
        "order_preview.html",
        order=order,
        path=presenting.steps_ahead(order, replace(case, state="requested")),
        notices=notices,
        form_values=[(k, v) for k, v in request.form.lists() if k != "csrf_token"],
        send_url=url_for("requests.send", level_id=level.id),
        edit_url=url_for("requests.edit", level_id=level.id),
    )


def _looked_at(level: AccessLevel, form: Any) -> tuple[AccessRequest, Any]:
    subject = db.session.get(Person, form.subject.data)
    if subject is None:
        raise NotFound()
    now = clock.now()
    values = forms.ordered_values(form)
    order = ordering.unsaved(values, level=level, subject=subject, orderer=current_person(), now=now)
    return order, directory.lookup(subject, now)


def _refused(level: AccessLevel, form: Any, more: bool, guards: tuple[GuardResult, ...]) -> str:
    """The form again with the rules' words beside the fields; a duplicate shows what is there already."""
    existing: list[str] = next((g.inputs["existing"] for g in guards if g.reason == "duplicate" and not g.passed), [])
    loose = words.beside_fields(tuple(g for g in guards if g.field != "level"), form)
    loose += [
        words.refusal(g.reason) for g in guards if not g.passed and g.field == "level" and g.reason != "duplicate"
    ]
    notices = [SimpleNamespace(tone="stop", text=text) for text in loose]
    return _form_page(level, form, more, notices=notices, duplicate=_duplicate(existing))


def _duplicate(existing: list[str]) -> SimpleNamespace | None:
    if not existing:
        return None
    case_number = next((e for e in existing if not e.startswith("grant:")), "")
    grant_id = next((int(e.removeprefix("grant:")) for e in existing if e.startswith("grant:")), None)
    grant = grants.grant(grant_id) if grant_id else None
    extendable = grant.id if grant and grant.valid_to else None
    return SimpleNamespace(text=words.refusal("duplicate"), case_number=case_number, extend_grant_id=extendable)


@bp.post("/send/<int:level_id>")
@needs("page.own", _level)
def send(level: AccessLevel) -> Any:
    """Keep the order and send it, in one transaction."""
    form, more = _form(level)
    if not form.validate():
        return _form_page(level, form, more)
    subject = db.session.get(Person, form.subject.data)
    if subject is None:
        raise NotFound()
    now = clock.now()
    evidence = directory.lookup(subject, now)
    values = forms.ordered_values(form) | {"subject": subject, "level": level}
    try:
        with transaction():
            order = services.draft(values, orderer_id=current_person().id, now=now)
            services.submit(order, Push(act_as("orderer"), now, evidence))
            case_number = order.case_number
    except NotAllowed as refusal:
        recording.refused(refusal, act_as("orderer"), now, kept=False)
        return _refused(level, form, more, refusal.guards)
    flash(_("Beställningen är skickad."), "done")
    return redirect(url_for("requests.show", case_number=case_number))


@bp.get("/")
@needs("page.own")
def index() -> str:
    """My orders, as subject and as orderer."""
    me = current_person()
    open_orders = queries.of_person(me.id, is_open=True, limit=100)
    waiting = tasks.open_of_requests([o.id for o in open_orders])
    ended = queries.of_person(me.id, is_open=False, limit=PAGE + 1, before=request.args.get("before", type=int))
    more = ended[PAGE - 1].id if len(ended) > PAGE else None
    return render_template(
        "requests.html",
        open_orders=[presenting.order_row(o, waiting.get(o.id)) for o in open_orders],
        ended_orders=[presenting.order_row(o) for o in ended[:PAGE]],
        next_url=url_for("requests.index", before=more) if more else "",
    )


@bp.get("/<case_number>")
@needs("request.show", queries.by_case_number)
def show(order: AccessRequest) -> str:
    """One order: state, way, facts, history."""
    me, now = current_person(), clock.now()
    history = tasks.of_request(order.id)
    open_task = next((t for t in history if t.status == "open"), None)
    asked = [a for a in (open_task.addressees if open_task else ()) if a.removed_at is None]
    grant = grants.of_request(order.id)
    mine = next((a for a in asked if a.person_id == me.id), None)
    return render_template(
        "request.html",
        order=order,
        waiting_for=[a.person for a in asked],
        role=asked[0].why if asked else "",
        due_on=open_task.due_on if open_task else None,
        wait_text=words.wait(order.wait_reason) if order.state == "waiting_prerequisites" else "",
        ended_text=presenting.ended_text(order),
        path=presenting.path_of(order, history, presenting.case_ahead(order, now)),
        grant=grant,
        history=presenting.history(log.of_request(order.id)),
        my_task=presenting.my_task(open_task, mine),
        may=_may(order, me, grant),
    )


def _may(order: AccessRequest, me: Person, grant: Any) -> SimpleNamespace:
    under_way = presenting.is_under_way(order)
    active = grant is not None and grant.status == "active" and not order.level.is_base
    party = me.id in (order.orderer_id, order.subject_id)
    return SimpleNamespace(
        withdraw=under_way and party,
        resubmit=order.state == "returned" and me.id == order.orderer_id,
        end=active,
        extend=active and grant.valid_to is not None,
        audit=True,
    )


@bp.get("/<case_number>/audit")
@needs("request.audit", queries.by_case_number)
def audit(order: AccessRequest) -> str:
    """Everything on record about an order."""
    return render_template("request_audit.html", order=order, events=log.of_request(order.id))


@bp.post("/<case_number>/withdraw")
@needs("request.withdraw", queries.by_case_number)
def withdraw(order: AccessRequest) -> Any:
    """Take an order back."""
    role = "orderer" if current_person().id == order.orderer_id else "subject"
    with transaction():
        services.withdraw(order, Push(act_as(role), clock.now(), reason=request.form.get("reason", "")[:1000]))
    flash(_("Beställningen är återtagen."), "done")
    return redirect(url_for("requests.show", case_number=order.case_number))


@bp.get("/<case_number>/resubmit")
@needs("request.change", queries.by_case_number)
def resubmit(order: AccessRequest) -> str:
    """The form of a returned order, with the question on top."""
    form = _completion_form(order)
    return _completion_page(order, form)


@bp.post("/<case_number>/resubmit")
@needs("request.change", queries.by_case_number)
def send_again(order: AccessRequest) -> Any:
    """Send a completed order: a new round, and earlier approvals are void."""
    form = _completion_form(order)
    if not form.validate():
        return _completion_page(order, form)
    now = clock.now()
    evidence = directory.lookup(order.subject, now)
    try:
        with transaction():
            services.amend(order, forms.ordered_values(form), actor=act_as("orderer"))
            services.submit(order, Push(act_as("orderer"), now, evidence))
    except NotAllowed as refusal:
        recording.refused(refusal, act_as("orderer"), now)
        loose = words.beside_fields(refusal.guards, form)
        return _completion_page(order, form, [SimpleNamespace(tone="stop", text=text) for text in loose])
    flash(_("Beställningen är skickad igen."), "done")
    return redirect(url_for("requests.show", case_number=order.case_number))


def _completion_form(order: AccessRequest) -> Any:
    subject = [(order.subject_id, _named(order.subject))]
    form = forms.order_form(order.level, subject, list(ordering.employments_of(order.subject_id)))
    if request.method == "GET":
        form.subject.data = order.subject_id
        for name in ("scope", "valid_from", "valid_to", "justification", "cost_centre"):
            if name in form:
                form[name].data = getattr(order, name)
    return form


def _completion_page(order: AccessRequest, form: Any, notices: list[SimpleNamespace] | None = None) -> str:
    return _form_page(
        order.level,
        form,
        False,
        question=order.question,
        asked_by=presenting.who_returned(order),
        notices=notices or [],
        preview_url=url_for("requests.send_again", case_number=order.case_number),
    )
