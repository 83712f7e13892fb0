"""/grants: my access rights, my team's, and ending them."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from app import clock
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.db import transaction
from app.directory import queries as directory
from app.errors import NotAllowed
from app.grants import queries, services
from app.grants.models import Grant
from app.holdings import bp, by_id
from app.requests import changing, presenting
from app.requests import queries as orders
from app.tasks import queries as tasks
from workflows import clocks

SOON_WORKING_DAYS = 20


class EndForm(FlaskForm):
    """Why a right ends; nobody has to say."""

    reason = TextAreaField(lazy_gettext("Varför avslutas den?"), validators=[Optional(), Length(max=1000)])


@bp.get("/")
@needs("page.own")
def index() -> str:
    """Mina behörigheter."""
    me, today = current_person(), clock.today()
    rows = _rows(queries.of_people([me.id]), me.id)
    rows.sort(key=lambda r: (r.valid_to is None, r.valid_to or today))
    soon = clock.calendar().add(today, SOON_WORKING_DAYS)
    ending = sum(r.valid_to is not None and r.valid_to <= soon and r.status == "active" for r in rows)
    ended = [presenting.grant_row(g, me.id) for g in queries.ended_of(me.id)]
    return render_template("grants.html", grants=rows, ended=ended, ending=ending, me_id=me.id)


def _rows(held: Sequence[Grant], viewer_id: int) -> list[SimpleNamespace]:
    """One line for each right, with what can be done about it."""
    changeable = changing.changeable(held, clock.today())
    return [presenting.grant_row(g, viewer_id, may_change=g.id in changeable) for g in held]


@bp.get("/team")
@needs("team.show")
def team() -> str:
    """Mina medarbetare and what each holds; six statements however many they are."""
    people = directory.reports_of(current_person().id)
    ids = [p.id for p in people]
    held, under_way = queries.of_people(ids), orders.open_for_people(ids)
    rows = _rows(held, current_person().id)
    open_tasks = tasks.open_of_requests([o.id for o in under_way])
    reports = [
        SimpleNamespace(
            person=p,
            grants=[row for row, g in zip(rows, held, strict=True) if g.subject_id == p.id],
            open_orders=[presenting.order_row(o, open_tasks.get(o.id)) for o in under_way if o.subject_id == p.id],
        )
        for p in people
    ]
    return render_template("team.html", reports=reports)


@bp.get("/<int:grant_id>/end")
@needs("grant.end", by_id)
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
@needs("grant.end", by_id)
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
