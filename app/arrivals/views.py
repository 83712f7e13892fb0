"""Nya medarbetare: /arrivals."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock
from app.arrivals import bp, queries, services
from app.arrivals.forms import DeclineForm
from app.arrivals.models import Arrival
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import transaction
from app.errors import NotAllowed, NotFound
from app.requests import words

ROLE = "line_manager"


def _open(arrival_id: int) -> Arrival:
    """One that nobody has answered. Raises NotFound for what is settled."""
    found = queries.arrival(arrival_id)
    if found.state != "open":
        raise NotFound()
    return found


@bp.get("/")
@needs("arrival.list")
def index() -> str:
    """My newcomers without a base order; each with an order that is filled in."""
    found = queries.waiting_for(current_person().id)
    earlier = queries.earlier_of([one.person_id for one in found])
    rows = [_row(one, earlier.get(one.person_id, ())) for one in found]
    return render_template("arrivals.html", rows=rows, level_id=catalogue.base_level().id if rows else None)


@bp.get("/<int:arrival_id>/decline")
@needs("arrival.answer", _open)
def not_needed(one: Arrival) -> str:
    """The form to say that it is not needed."""
    return _page(one, DeclineForm())


@bp.post("/<int:arrival_id>/decline")
@needs("arrival.answer", _open)
def decline(one: Arrival) -> Any:
    """It is not needed, with a reason."""
    form = DeclineForm()
    if not form.validate():
        return _page(one, form), 422
    try:
        with transaction():
            services.decline(one, reason=form.reason.data, actor=act_as(ROLE), now=clock.now())
    except NotAllowed as refusal:
        form.reason.errors = [words.refusal(refusal.reason)]
        return _page(one, form), 422
    flash(_("Sparat. Du blir inte påmind om det igen."), "done")
    return redirect(url_for("arrivals.index"))


def _row(one: Arrival, earlier: Sequence[AccessLevel]) -> SimpleNamespace:
    return SimpleNamespace(
        id=one.id,
        person=one.person,
        unit=one.person.unit.name if one.person.unit else "",
        starts_on=one.person.starts_on,
        earlier=earlier,
    )


def _page(one: Arrival, form: DeclineForm) -> str:
    return render_template("arrival_decline.html", person=one.person, arrival_id=one.id, form=form)
