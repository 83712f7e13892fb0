"""Placing an order: the form, what will happen, and the sending. Nothing is kept before it is sent."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import db
from app.directory import services as directory
from app.directory.models import Person
from app.errors import NotAllowed, NotFound
from app.requests import (
    afterwards,
    arriving,
    bp,
    choosing,
    definitions,
    forms,
    order_pages,
    ordering,
    presenting,
    questions,
    words,
)
from app.requests.changing import TEMPORARY


def _level(level_id: int) -> AccessLevel:
    return catalogue.level(level_id)


@bp.get("/new/<int:level_id>")
@needs("page.own", _level)
def new(level: AccessLevel) -> Any:
    """The empty form of a level; with ``?kind=temporary_other_unit`` for a time in another unit."""
    found, wished = afterwards.finding(level), request.args.get("subject", type=int)
    if found is not None and wished is None:
        return redirect(url_for("requests.new", level_id=level.id, subject=found.person_id, finding=found.id))
    form, more = _form(level)
    notices = choosing.notices(current_person(), wished, level) + afterwards.notices(found, wished)
    return _page(level, form, more, notices=notices)


@bp.post("/new/<int:level_id>")
@needs("page.own", _level)
def edit(level: AccessLevel) -> str:
    """The form again, with what was filled in: the way back from the preview."""
    form, more = _form(level)
    return _page(level, form, more)


@bp.post("/preview/<int:level_id>")
@needs("page.own", _level)
def preview(level: AccessLevel) -> str:
    """What will happen if the order is sent. Writes nothing."""
    form, more = _form(level)
    if not form.validate():
        return _page(level, form, more)
    now = clock.now()
    values = _values(level, form)
    if stops := _of_somebody_else(level, values):
        return _page(level, form, more, notices=stops)
    order = ordering.unsaved(values, level=level, subject=values["subject"], orderer=current_person(), now=now)
    case, guards, outcome = ordering.try_submit(order, directory.lookup(values["subject"], now), now)
    if outcome == "refused":
        return _page(level, form, more, **order_pages.refused(form, guards))
    waits = [words.wait(g.reason) for g in guards if not g.passed and g.consequence == "wait"]
    notices = [SimpleNamespace(tone="wait", heading=_("Beställningen kommer att vänta först"), text=t) for t in waits]
    return render_template(
        "order_preview.html",
        order=order,
        path=presenting.steps_ahead(order, replace(case, state="requested")),
        notices=notices,
        form_values=[(k, v) for k, v in request.form.lists() if k != "csrf_token"],
        send_url=_url("requests.send", level),
        edit_url=_url("requests.edit", level),
    )


@bp.post("/send/<int:level_id>")
@needs("page.own", _level)
def send(level: AccessLevel) -> Any:
    """Keep the order and send it, in one transaction."""
    form, more = _form(level)
    if not form.validate():
        return _page(level, form, more)
    values = _values(level, form)
    if stops := _of_somebody_else(level, values):
        return _page(level, form, more, notices=stops)
    try:
        case_number = ordering.place(values, actor=act_as("orderer"), now=clock.now())
    except NotAllowed as refusal:
        return _page(level, form, more, **order_pages.refused(form, refusal.guards))
    flash(_("Beställningen är skickad."), "done")
    return redirect(url_for("requests.show", case_number=case_number))


def _kind() -> str:
    """Which kind of order the address names; raises NotFound for one that has another way in, or none."""
    kind = request.args.get("kind", "new")
    if kind not in ("new", TEMPORARY):
        raise NotFound()
    return kind


def _url(endpoint: str, level: AccessLevel) -> str:
    kind = _kind()
    return url_for(endpoint, level_id=level.id, kind=kind if kind != "new" else None, finding=afterwards.asked())


def _of_somebody_else(level: AccessLevel, values: dict[str, Any]) -> list[SimpleNamespace]:
    """Why an order from a finding may not be sent: the finding is about another person; else its id is noted."""
    found = afterwards.finding(level)
    if found is None:
        return []
    values["finding_id"] = found.id
    return afterwards.notices(found, values["subject"].id) if values["subject"].id != found.person_id else []


def _form(level: AccessLevel) -> tuple[Any, bool]:
    wished = choosing.chosen(current_person(), request.args.get("subject", type=int), level)
    chosen = request.form.get("subject", wished, type=int)
    people, more = ordering.subjects_of(current_person(), level, request.args.get("subject_q", ""), chosen)
    employments = list(ordering.employments_of(chosen or current_person().id))
    named = [(p.id, order_pages.named(p)) for p in people]
    asked = questions.of_level(level, _kind(), _whom(people, chosen))
    choices = forms.Choices(named, employments, ordering.units_for(_kind()), asked)
    form = forms.order_form(level, choices)
    if request.method == "GET":
        form.valid_from.data = clock.today()
        form.subject.data = people[0].id if len(people) == 1 else wished
        arriving.fill_in(form, level, wished)
    return form, more


def _whom(people: list[Person], chosen: int | None) -> Person | None:
    """Whom the form is for, as far as it is known: the chosen one, or the only one there is to choose."""
    return people[0] if len(people) == 1 else next((p for p in people if p.id == chosen), None)


def _values(level: AccessLevel, form: Any) -> dict[str, Any]:
    """What the form orders, as ``services.draft`` takes it. A right in another unit reaches no further than that."""
    subject = db.session.get(Person, form.subject.data)
    if subject is None:
        raise NotFound()
    values = forms.ordered_values(form) | {"kind": _kind(), "subject": subject, "level": level}
    if values["kind"] == TEMPORARY and level.scope_kind != "system":
        values["scope"] = dict(ordering.units_for(TEMPORARY))[form.receiving_unit_id.data]
    return values


def _page(level: AccessLevel, form: Any, more: bool, **known: Any) -> str:
    kind, system = _kind(), level.system
    heading = _("Beställ %(level)s i %(system)s", level=level.label, system=system.name)
    if kind == TEMPORARY:
        heading = _("Beställ %(level)s i %(system)s för en tid i en annan enhet", level=level.label, system=system.name)
    return order_pages.show(
        form,
        level,
        heading,
        kind=kind,
        subject_query=request.args.get("subject_q", ""),
        may_search=more,
        guideline=order_pages.guideline_of(level),
        newcomer_url=url_for("newcomers.name", level_id=level.id) if _may_name_newcomers(level) else "",
        other_unit_url=_other_unit_url(level) if kind == "new" else "",
        batch_url=url_for("batches.new", level_id=level.id) if kind == "new" and _may_batch() else "",
        preview_url=_url("requests.preview", level),
        cancel_url=url_for("catalogue.index"),
        **known,
    )


def _other_unit_url(level: AccessLevel) -> str:
    if not definitions.handles(level, TEMPORARY, definitions.all_active()):
        return ""
    return url_for("requests.new", level_id=level.id, kind=TEMPORARY, subject=request.args.get("subject", type=int))


def _may_batch() -> bool:
    return permissions.allowed("batch.order", current_person())


def _may_name_newcomers(level: AccessLevel) -> bool:
    return level.is_base and permissions.allowed("newcomer.name", current_person(), level)
