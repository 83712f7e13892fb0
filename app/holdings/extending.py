"""Ordering a longer time for a right: the manager decides again, the owner does not (rules.md C2)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired

from app import clock
from app.auth import act_as, needs
from app.errors import Conflict, NotAllowed
from app.grants.models import Grant
from app.holdings import bp, by_id
from app.requests import forms, order_pages, ordering, queries, questions
from app.requests.changing import TEMPORARY
from app.requests.models import AccessRequest


class ExtendForm(forms.OrderForm):
    """Until when, and why; and what the definition asks, with what was answered when the right was ordered."""

    valid_to = DateField(
        lazy_gettext("Ny slutdag"), validators=[InputRequired(message=lazy_gettext("Ange den nya slutdagen."))]
    )
    justification = TextAreaField(
        lazy_gettext("Motivering"), validators=[InputRequired(message=lazy_gettext("Skriv varför den behövs längre."))]
    )


@bp.get("/<int:grant_id>/extend")
@needs("grant.extend", by_id)
def extend(grant: Grant) -> str:
    """The form for a longer time."""
    form = _form(grant)
    first = _first(grant)
    questions.show(form, form.asked, first.answers if first else {})
    return _page(grant, form)


@bp.post("/<int:grant_id>/extend")
@needs("grant.extend", by_id)
def send_extension(grant: Grant) -> Any:
    """Order a longer time."""
    form = _form(grant)
    if not form.validate():
        return _page(grant, form)
    if grant.source == "emergency":
        raise NotAllowed("emergency_not_changed")
    if grant.status != "active":
        raise Conflict("grant_ended")
    values = {
        "subject": grant.subject,
        "level": grant.level,
        "grant_id": grant.id,
        "scope": grant.scope,
        "valid_from": clock.today(),
        "valid_to": form.valid_to.data,
        "justification": form.justification.data.strip(),
        "answers": questions.answers_of(form, form.asked),
        **_way_of(grant),
    }
    try:
        case_number = ordering.place(values, actor=act_as("orderer"), now=clock.now())
    except NotAllowed as refusal:
        return _page(grant, form, **order_pages.refused(form, refusal.guards))
    flash(_("Beställningen är skickad."), "done")
    return redirect(url_for("requests.show", case_number=case_number))


def _form(grant: Grant) -> Any:
    asked = questions.of_level(grant.level, _way_of(grant)["kind"], grant.subject)
    return type("LevelForm", (ExtendForm,), {**dict(questions.fields(asked)), "asked": asked})()


def _first(grant: Grant) -> AccessRequest | None:
    """The order that the right came by; None for one that was there before orders were."""
    return queries.by_id(grant.request_id) if grant.request_id is not None else None


def _way_of(grant: Grant) -> dict[str, Any]:
    """A right in another unit is extended the way that it came: both managers decide again, three months at most."""
    first = _first(grant)
    if first is None or first.kind != TEMPORARY:
        return {"kind": "extend"}
    return {"kind": TEMPORARY, "receiving_unit_id": first.receiving_unit_id}


def _page(grant: Grant, form: Any, **known: Any) -> str:
    return order_pages.show(
        form,
        grant.level,
        _("Förläng %(level)s i %(system)s", level=grant.level.label, system=grant.level.system.name),
        preview_url=url_for("grants.send_extension", grant_id=grant.id),
        cancel_url=url_for("grants.index"),
        sends=True,
        **known,
    )
