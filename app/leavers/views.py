"""De som slutar: /leavers, the list with its measure, one end with its checklist, and the manager's acts on it."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.directory import queries as directory
from app.errors import NotAllowed, NotFound
from app.leavers import bp, checklist, queries, services
from app.leavers.forms import KINDS, REASONS, REFUSALS, ItemForm
from app.leavers.models import Leaver, LeaverItem
from app.permissions import standing
from app.reconciliation import finding_queries
from app.reconciliation.models import Finding
from app.requests import lives, words
from workflows import leaving, life

MEASURED = timedelta(days=365)
ROLES = ("hr", "it_manager")


def role_of(person_id: int) -> str:
    """In what capacity somebody acts here: the line manager's, unless a role gives it."""
    held = {role for role, _system in standing.roles(person_id)}
    return next((role for role in ROLES if role in held), "line_manager")


@bp.get("/")
@needs("leaver.list")
def index() -> str:
    """Who leaves: all of them for those who see all, one's own for a manager."""
    me = current_person()
    sees_all = permissions.allowed("leaver.all", me)
    found = [one for one in queries.under_way() if one.person_id != me.id]
    if not sees_all:
        above = directory.managers_above([one.person_id for one in found])
        found = [one for one in found if me.id in (p.id for p in above.get(one.person_id, ()))]
    return render_template(
        "leavers.html",
        rows=[_row(one) for one in found],
        closed=_closed(me.id) if sees_all else [],
        measure=_measure() if sees_all else None,
        led=queries.led_by(me.id),
        may_notify=permissions.allowed("leaver.notify", me),
        may_terminate=permissions.allowed("leaver.terminate", me),
    )


def _closed(me_id: int) -> list[SimpleNamespace]:
    return [_row(one) for one in queries.closed_since(clock.now() - MEASURED) if one.person_id != me_id]


def _measure() -> SimpleNamespace:
    days = queries.measured_since(clock.now() - MEASURED)
    target = leaving.numbers(life.of(lives.beginning(lives.LEAVER)).days)[2]
    late = sum(d > target for d in days)
    return SimpleNamespace(
        count=len(days), median=leaving.median(days), longest=max(days, default=None), target=target, late=late
    )


def _row(one: Leaver) -> SimpleNamespace:
    workflow = lives.following(lives.LEAVER, one.definition_version)
    return SimpleNamespace(
        id=one.id,
        person=one.person,
        last_day=one.last_day,
        state=one.state,
        look=lives.look(workflow, one.state),
        working_days=one.working_days,
        remains=len(one.remains),
    )


@bp.get("/<int:leaver_id>")
@needs("leaver.show", queries.leaver)
def show(one: Leaver) -> str:
    """One end: what there is to go through, what is removed, and what is left."""
    return _page(one, ItemForm())


@bp.post("/<int:leaver_id>/items")
@needs("leaver.prepare", queries.leaver)
def add_item(one: Leaver) -> Any:
    """Write down something to hand back or over."""
    form = ItemForm()
    if not form.validate():
        return _page(one, form), 422
    try:
        with transaction():
            checklist.add(one, form.kind.data, form.what.data, actor=_actor())
    except NotAllowed as refusal:
        form.what.errors = [REFUSALS.get(refusal.reason) or words.refusal(refusal.reason)]
        return _page(one, form), 422
    return redirect(url_for("leavers.show", leaver_id=one.id, _anchor="items"))


@bp.post("/<int:leaver_id>/items/<int:item_id>/done")
@needs("leaver.prepare", queries.item)
def item_done(item: LeaverItem) -> Any:
    """It is handed back or over."""
    with transaction():
        checklist.done(item, actor=_actor(), now=clock.now())
    return redirect(url_for("leavers.show", leaver_id=item.leaver_id, _anchor="items"))


@bp.post("/<int:leaver_id>/prepare")
@needs("leaver.prepare", queries.leaver)
def prepare(one: Leaver) -> Any:
    """The manager has gone through the list."""
    with transaction():
        services.prepare(one, actor=_actor(), now=clock.now())
    flash(_("Sparat. Allt avslutas av sig självt när sista dagen är slut."), "done")
    return redirect(url_for("leavers.show", leaver_id=one.id))


@bp.post("/<int:leaver_id>/withdraw")
@needs("leaver.withdraw", queries.leaver)
def withdraw(one: Leaver) -> Any:
    """The notice is taken back."""
    with transaction():
        services.withdraw(one, actor=_actor(), now=clock.now())
    flash(_("Återtaget. Inget avslutas."), "done")
    return redirect(url_for("leavers.index"))


def _actor() -> Any:
    return act_as(role_of(current_person().id))


def _days_since(day: str) -> int:
    return clock.calendar().between(date.fromisoformat(day), clock.today())


def _findings(one: Leaver) -> list[Finding]:
    found = finding_queries.open_of_person(one.person_id) if one.ended_at else []
    return [f for f in found if permissions.allowed("finding.show", current_person(), f)]


def _page(one: Leaver, form: ItemForm) -> str:
    if one.person_id == current_person().id:
        raise NotFound()
    me, workflow = current_person(), lives.following(lives.LEAVER, one.definition_version)
    tasks, open_ones = queries.revoke_tasks(one.person_id), one.state in ("planned", "prepared")
    may_prepare = permissions.allowed("leaver.prepare", me, one)
    return render_template(
        "leaver.html",
        one=one,
        look=lives.look(workflow, one.state),
        days=life.of(workflow).days,
        rights=[SimpleNamespace(grant=g, task=tasks.get(g.id)) for g in queries.rights(one)],
        credentials=queries.credentials_out(one.person_id),
        roles=queries.roles(one),
        open_tasks=len(queries.tasks_of(one.person_id)),
        items=queries.items(one.id),
        remains=[SimpleNamespace(**said, days=_days_since(said["since"])) for said in one.remains],
        findings=_findings(one),
        leads=len(queries.led_by(one.person_id)),
        kinds=KINDS,
        reason=REASONS.get(one.reason_code, ""),
        form=form if may_prepare and one.state not in ("closed", "withdrawn") else None,
        may_prepare=may_prepare and one.state == "planned",
        may_withdraw=open_ones and one.source == "notice" and permissions.allowed("leaver.withdraw", me, one),
    )
