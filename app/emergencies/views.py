"""Asking for emergency access, one of them with the owner's extension, and the list of all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.emergencies import bp
from app.emergencies.forms import REFUSALS, AskForm, ExtendForm
from app.errors import Forbidden, NotAllowed
from app.grants import emergencies as services
from app.grants import emergency_people
from app.grants import emergency_queries as queries
from app.grants.models import Emergency
from app.permissions import standing
from app.requests import emergencies, emergency_words, order_pages, ordering
from app.requests import queries as orders
from app.tasks import queries as tasks
from app.templating import dates
from workflows import emergency
from workflows.case import GuardResult
from workflows.emergency import FIRST_HOURS, KIND, MOST_HOURS

SEES_ALL = {"infosec_coordinator", "auditor", "it_manager"}


@bp.get("/new")
@needs("emergency.ask")
def new() -> str:
    """The form, few fields for a phone at night; with ``?level=ID`` one is chosen."""
    form = AskForm(emergencies.levels(clock.today()))
    form.level.data = request.args.get("level", "")
    return _ask_page(form)


@bp.post("/new")
@needs("emergency.ask")
def ask() -> Any:
    """Ask for it: whoever may grant hears at once, at any hour."""
    form = AskForm(emergencies.levels(clock.today()))
    if not form.validate():
        return _ask_page(form)
    values = {
        "subject": form.person,
        "level": form.chosen,
        "kind": KIND,
        "scope": form.scope.data,
        "valid_from": clock.today(),
        "justification": form.justification.data.strip(),
        "emergency_reason": form.emergency_reason.data,
        "incident_number": form.incident_number.data.strip(),
    }
    try:
        case_number = ordering.place(values, actor=act_as("orderer"), now=clock.now())
    except NotAllowed as refusal:
        again = any(g.reason == "emergency_again" and not g.passed for g in refusal.guards)
        return _ask_page(form, **_refused(form, refusal.guards), again=again)
    flash(_("Frågan är ställd. De som kan tilldela har fått mail nu. Ring också om det är bråttom."), "done")
    return redirect(url_for("requests.show", case_number=case_number))


def _refused(form: AskForm, guards: tuple[GuardResult, ...]) -> dict[str, Any]:
    """A refusal beside its field; whom it is for is written in the field ``who``."""
    known = order_pages.refused(form, guards)
    form.who.errors = [*form.who.errors, *form.subject.errors]
    form.subject.errors = []
    return {"notices": known["notices"], "duplicate": known["duplicate"]}


def _ask_page(form: AskForm, **known: Any) -> str:
    several = form.found if len(form.found) > 1 else []
    return render_template(
        "emergency_form.html",
        form=form,
        several=[(p.id, order_pages.named(p)) for p in several],
        hours=FIRST_HOURS,
        most=MOST_HOURS,
        **({"notices": [], "duplicate": None, "again": False} | known),
    )


@bp.get("/")
@needs("emergency.list")
def index() -> str:
    """Those of the reader's systems and those that the reader asked for; coordinator and auditor see all."""
    me = current_person()
    held = standing.roles(me.id)
    sees_all = bool({role for role, _system in held} & SEES_ALL)
    found = queries.listed(None if sees_all else [s for _role, s in held if s is not None], me.id)
    year = clock.local(clock.now()).year
    return render_template(
        "emergencies.html",
        alive=[e for e in found if e.ended_at is None],
        controlled=[e for e in found if e.ended_at is not None and e.state == "open"],
        closed=[e for e in found if e.state != "open"],
        today=clock.today(),
        year=year,
        figures=queries.figures(_new_year(year), _new_year(year + 1)) if sees_all else None,
        may_ask=permissions.allowed("emergency.ask", me),
    )


def _new_year(year: int) -> datetime:
    """The year's first moment on the municipality's clock."""
    return datetime(year, 1, 1, tzinfo=clock.zone()).astimezone(UTC)


@bp.get("/<int:emergency_id>")
@needs("emergency.show", queries.emergency)
def show(found: Emergency) -> str:
    """One emergency: its hours, who answers for what, and the owner's extension."""
    return _page(found, _extend_form(found))


@bp.post("/<int:emergency_id>/extend")
@needs("emergency.extend", queries.emergency)
def extend(found: Emergency) -> Any:
    """The owner lets it last longer, once."""
    form = _extend_form(found)
    if form is None:
        raise Forbidden("not_your_emergency")
    if not form.validate():
        return _page(found, form)
    owns = ("system_owner", found.level.system_id) in standing.roles(current_person().id)
    actor = act_as("system_owner" if owns else "board_manager")
    try:
        with transaction():
            services.extend(found.id, form.hours.data, form.reason.data, actor=actor, now=clock.now())
    except NotAllowed as refusal:
        form[str(refusal.details["field"])].errors = [str(REFUSALS[refusal.reason])]
        return _page(found, form)
    flash(_("Nödbehörigheten är förlängd. Den kan inte förlängas igen."), "done")
    return redirect(url_for("emergencies.show", emergency_id=found.id))


def _extend_form(found: Emergency) -> ExtendForm | None:
    """The form with the moments that may be chosen; None for who may not extend, and when there is none left.

    One that has just ended keeps its form when it is sent: the answer says what happened.
    """
    is_over = found.ended_at is not None or found.extended_at is not None
    if not emergency_people.may_extend(found, current_person().id, clock.today()):
        return None
    if is_over and request.method == "GET":
        return None
    form = ExtendForm()
    form.hours.choices = [
        SelectChoice(hours, _("%(hours)s timmar, till %(moment)s", hours=hours, moment=_until(found, hours)))
        for hours in emergency.extensions(found.granted_at, found.expires_at)
    ]
    return form


def _until(found: Emergency, hours: int) -> str:
    return dates.moment_in_words(found.expires_at + timedelta(hours=hours))


def _page(found: Emergency, form: ExtendForm | None) -> str:
    order = orders.by_id(found.request_id)
    asking = tasks.open_of_grant(found.grant_id)
    waiting = {task.kind: [a.person for a in task.addressees if a.removed_at is None] for task in asking}
    kinds = (*emergency.STEPS, "revoke")
    return render_template(
        "emergency.html",
        emergency=found,
        order=order,
        reason=emergency_words.reason(order.emergency_reason),
        deferred=", ".join(found.deferred),
        waiting={kind: waiting.get(kind, []) for kind in kinds},
        form=form,
        today=clock.today(),
    )
