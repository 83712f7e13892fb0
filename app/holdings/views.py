"""/grants: my access rights, my team's, ending and extending them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app import clock
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.db import transaction
from app.directory import queries as directory
from app.directory import services as live
from app.errors import Conflict, NotAllowed, NotFound
from app.grants import queries, services
from app.grants.models import Grant
from app.requests import presenting, recording, words
from app.requests import queries as orders
from app.requests import services as ordering
from app.requests.services import Push
from app.tasks import queries as tasks
from workflows import clocks

bp = Blueprint("grants", __name__, url_prefix="/grants")
SOON_WORKING_DAYS = 20


class EndForm(FlaskForm):
    """Why a right ends; nobody has to say."""

    reason = TextAreaField(lazy_gettext("Varför avslutas den?"), validators=[Optional(), Length(max=1000)])


class ExtendForm(FlaskForm):
    """Until when, and why."""

    valid_to = DateField(
        lazy_gettext("Ny slutdag"), validators=[InputRequired(message=lazy_gettext("Ange den nya slutdagen."))]
    )
    justification = TextAreaField(
        lazy_gettext("Motivering"), validators=[InputRequired(message=lazy_gettext("Skriv varför den behövs längre."))]
    )


def _grant(grant_id: int) -> Grant:
    found = queries.grant(grant_id)
    if found is None:
        raise NotFound()
    return found


@bp.get("/")
@needs("page.own")
def index() -> str:
    """Mina behörigheter."""
    me, today = current_person(), clock.today()
    rows = [presenting.grant_row(g, me.id) for g in queries.of_people([me.id])]
    rows.sort(key=lambda r: (r.valid_to is None, r.valid_to or today))
    soon = clock.calendar().add(today, SOON_WORKING_DAYS)
    ending = sum(r.valid_to is not None and r.valid_to <= soon and r.status == "active" for r in rows)
    ended = [presenting.grant_row(g, me.id) for g in queries.ended_of(me.id)]
    return render_template("grants.html", grants=rows, ended=ended, ending=ending)


@bp.get("/team")
@needs("team.show")
def team() -> str:
    """Mina medarbetare and what each holds; four statements however many they are."""
    people = directory.reports_of(current_person().id)
    ids = [p.id for p in people]
    held, under_way = queries.of_people(ids), orders.open_for_people(ids)
    open_tasks = tasks.open_of_requests([o.id for o in under_way])
    reports = [
        SimpleNamespace(
            person=p,
            grants=[presenting.grant_row(g, p.id) for g in held if g.subject_id == p.id],
            open_orders=[presenting.order_row(o, open_tasks.get(o.id)) for o in under_way if o.subject_id == p.id],
        )
        for p in people
    ]
    return render_template("team.html", reports=reports)


@bp.get("/<int:grant_id>/end")
@needs("grant.end", _grant)
def confirm_end(grant: Grant) -> str:
    """What will happen if the right is ended."""
    today = clock.today()
    timing = clocks.revoke_clock(grant.level.profile, catalogue.confidentiality_of(grant.level))
    asked = services.removers(grant, today)
    return render_template(
        "grant_end.html",
        grant=grant,
        own=grant.subject_id == current_person().id,
        managers=presenting.people_of(asked),
        due_on=clocks.due_on(timing, today, clock.calendar()),
        cascade=[],
        form=EndForm(),
    )


@bp.post("/<int:grant_id>/end")
@needs("grant.end", _grant)
def end(grant: Grant) -> Any:
    """Order the end: no approval is needed (rules.md C2). Base rights end with the employment only (C1)."""
    if grant.level.is_base:
        raise NotAllowed("base_ends_with_employment")
    role = _capacity(grant, current_person().id)
    reason = request.form.get("reason", "").strip()[:1000] or "ended_by_order"
    with transaction():
        ordered = services.order_revocation(grant, reason=reason, actor=act_as(role), now=clock.now())
    flash(_("Avslutet är beställt.") if ordered else _("Avslutet var redan beställt."), "done")
    if role in ("line_manager", "next_level_manager"):
        return redirect(url_for("grants.team"))
    if role in ("system_manager", "system_owner"):
        return redirect(url_for("systems.show", code=grant.level.system.code))
    return redirect(url_for("grants.index"))


def _capacity(grant: Grant, person_id: int) -> str:
    """As what somebody who may end the right does it: the log must not say manager of who is none."""
    if grant.subject_id == person_id:
        return "subject"
    chain = [p.id for p in directory.line_managers(grant.subject_id)]
    if person_id in chain:
        return "line_manager" if chain[0] == person_id else "next_level_manager"
    holders = catalogue.role_holders(grant.level.system_id, clock.today())
    held = (role for role in ("system_manager", "system_owner") if person_id in {p.id for p in holders[role]})
    return next(held, "orderer")


@bp.get("/<int:grant_id>/extend")
@needs("grant.extend", _grant)
def extend(grant: Grant) -> str:
    """The form for a longer time."""
    return _extend_page(grant, ExtendForm(), [])


@bp.post("/<int:grant_id>/extend")
@needs("grant.extend", _grant)
def send_extension(grant: Grant) -> Any:
    """Order a longer time: the manager decides again, the owner does not (rules.md C2)."""
    form = ExtendForm()
    if not form.validate():
        return _extend_page(grant, form, [])
    if grant.status != "active":
        raise Conflict("grant_ended")
    now = clock.now()
    evidence = live.lookup(grant.subject, now)
    values = {
        "subject": grant.subject,
        "level": grant.level,
        "kind": "extend",
        "grant_id": grant.id,
        "scope": grant.scope,
        "valid_from": clock.today(),
        "valid_to": form.valid_to.data,
        "justification": form.justification.data.strip(),
    }
    try:
        with transaction():
            order = ordering.draft(values, orderer_id=current_person().id, now=now)
            ordering.submit(order, Push(act_as("orderer"), now, evidence))
            case_number = order.case_number
    except NotAllowed as refusal:
        recording.refused(refusal, act_as("orderer"), now, kept=False)
        return _extend_page(grant, form, words.beside_fields(refusal.guards, form))
    return redirect(url_for("requests.show", case_number=case_number))


def _extend_page(grant: Grant, form: Any, loose: list[str]) -> str:
    return render_template(
        "order_form.html",
        heading=_("Förläng %(level)s i %(system)s", level=grant.level.label, system=grant.level.system.name),
        level=grant.level,
        form=form,
        question="",
        asked_by="",
        subject_query="",
        may_search=False,
        notices=[SimpleNamespace(tone="stop", text=text) for text in loose],
        duplicate=None,
        guideline=None,
        preview_url=url_for("grants.send_extension", grant_id=grant.id),
        cancel_url=url_for("grants.index"),
    )
