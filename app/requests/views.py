"""My orders, and the page of an order."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.audit import queries as log
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.directory.models import Person
from app.grants import queries as grants
from app.grants.models import Grant
from app.requests import (
    base_orders,
    bp,
    bundles,
    changing,
    prerequisites,
    presenting,
    queries,
    review_days,
    services,
    words,
)
from app.requests.models import AccessRequest
from app.requests.services import Push
from app.tasks import queries as tasks

PAGE = 20


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
    open_task = presenting.asked_now(history)
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
        base_order=base_orders.waited_for(order, me),
        missing=prerequisites.missing(order) if presenting.is_under_way(order) else [],
        is_mine=me.id == order.subject_id,
        path=presenting.path_of(order, history, presenting.case_ahead(order, now)),
        grant=grant,
        review_by=review_days.of_grant(grant, order),
        today=clock.local(now).date(),
        history=presenting.history(log.of_request(order.id)),
        my_task=presenting.my_task(open_task, mine),
        bundle=bundles.seen_by(order, me),
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
        change=active and _may_change(grant, me),
        audit=True,
    )


def _may_change(grant: Grant, me: Person) -> bool:
    return permissions.allowed("grant.change", me, grant) and grant.id in changing.changeable([grant], clock.today())


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
