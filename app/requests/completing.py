"""Completing an order that somebody has returned with a question."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app import clock
from app.auth import act_as, needs
from app.db import transaction
from app.directory import services as directory
from app.errors import NotAllowed
from app.requests import bp, forms, order_pages, ordering, presenting, queries, questions, recording, services
from app.requests.models import AccessRequest
from app.requests.services import Push

KEPT = (
    "scope", "receiving_unit_id", "valid_from", "valid_to", "justification", "cost_centre", "zone_ids", "schedule_id",
)  # fmt: skip


@bp.get("/<case_number>/resubmit")
@needs("request.change", queries.by_case_number)
def resubmit(order: AccessRequest) -> str:
    """The form of a returned order, with the question on top."""
    return _page(order, _form(order))


@bp.post("/<case_number>/resubmit")
@needs("request.change", queries.by_case_number)
def send_again(order: AccessRequest) -> Any:
    """Send a completed order: a new round, and earlier approvals are void."""
    form = _form(order)
    if not form.validate():
        return _page(order, form)
    now = clock.now()
    evidence = directory.lookup(order.subject, now)
    try:
        with transaction():
            services.amend(order, _completed(order, form), actor=act_as("orderer"))
            services.submit(order, Push(act_as("orderer"), now, evidence))
    except NotAllowed as refusal:
        recording.refused(refusal, act_as("orderer"), now)
        return _page(order, form, **order_pages.refused(form, refusal.guards))
    flash(_("Beställningen är skickad igen."), "done")
    return redirect(url_for("requests.show", case_number=order.case_number))


def _completed(order: AccessRequest, form: Any) -> dict[str, Any]:
    """What the form says; a scope that it does not ask for stays."""
    values = forms.ordered_values(form)
    asks = "scope" in form or "zone_ids" in form
    return values if asks else {**values, "scope": order.scope}


def _form(order: AccessRequest) -> Any:
    subject = [(order.subject_id, order_pages.named(order.subject))]
    employments = list(ordering.employments_of(order.subject_id))
    asked = questions.of_order(order)
    form = forms.order_form(order.level, forms.Choices(subject, employments, ordering.units_for(order.kind), asked))
    if request.method == "GET":
        form.subject.data = order.subject_id
        for name in KEPT:
            if name in form:
                form[name].data = getattr(order, name)
        questions.show(form, asked, order.answers)
    return form


def _page(order: AccessRequest, form: Any, **known: Any) -> str:
    level = order.level
    return order_pages.show(
        form,
        level,
        _("Beställ %(level)s i %(system)s", level=level.label, system=level.system.name),
        question=order.question,
        asked_by=presenting.who_returned(order),
        guideline=order_pages.guideline_of(level),
        preview_url=url_for("requests.send_again", case_number=order.case_number),
        cancel_url=url_for("requests.show", case_number=order.case_number),
        sends=True,
        **known,
    )
