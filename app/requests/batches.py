"""Batch orders: one level for many people, one order each (rules.md C9, field.md B5)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from app import clock
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.directory import services as directory
from app.directory.models import Person
from app.requests import batch_people, bundles, forms, order_pages, prospects, questions
from app.requests.batch_people import Found
from app.requests.bundles import BATCH, Wish
from app.requests.prospects import Prospect
from workflows.form_fields import ACCOUNT

bp = Blueprint("batches", __name__, url_prefix="/requests/batch")
MOST = 100


def _level(level_id: int) -> AccessLevel:
    return catalogue.level(level_id)


@bp.get("/<int:level_id>")
@needs("batch.order", _level)
def new(level: AccessLevel) -> str:
    """The empty form."""
    form = _form(level)
    form.valid_from.data = clock.today()
    return _page(level, form)


@bp.post("/<int:level_id>")
@needs("batch.order", _level)
def edit(level: AccessLevel) -> str:
    """The form again, with what was filled in: the way back from the preview."""
    form = _form(level)
    form.numbers.data = _found(level, form).numbers
    return _page(level, form)


@bp.post("/<int:level_id>/preview")
@needs("batch.order", _level)
def preview(level: AccessLevel) -> str:
    """One line for each person: what will become of the order. Writes nothing."""
    form, found = _checked(level)
    if form.errors:
        return _page(level, form, found.faults)
    return render_template(
        "bundle_preview.html",
        heading=_("%(level)s i %(system)s", level=level.label, system=level.system.name),
        lead="",
        prospects=_prospects(level, form, found.people),
        faults=found.faults,
        by_person=True,
        form_values=_carried(found.numbers),
        send_url=url_for("batches.send", level_id=level.id),
        edit_url=url_for("batches.edit", level_id=level.id),
    )


@bp.post("/<int:level_id>/send")
@needs("batch.order", _level)
def send(level: AccessLevel) -> Any:
    """Send an order for each person who can have one."""
    form, found = _checked(level)
    key = request.form.get("key", "")[:40]
    if form.errors or not key:
        return _page(level, form, found.faults)
    level_id = level.id
    seen = _prospects(level, form, found.people)
    bundle_id = bundles.send_batch(Wish(BATCH, level_id, key), seen, act_as("orderer"), clock.now())
    return redirect(url_for("bundles.show", bundle_id=bundle_id))


def _form(level: AccessLevel) -> Any:
    # One answer cannot name an account for each: the rules then say to order such a level one by one.
    asked = tuple(one for one in questions.of_level(level, "new") if one.type != ACCOUNT)
    fields = (*_whom(level), *forms.terms(level, asked))
    form = type("BatchForm", (forms.OrderForm,), {**dict(fields), "asked": asked})()
    for name in ("valid_from", "valid_to"):
        if form[name].process_errors:
            form[name].process_errors = [forms.BAD_DATE]
    return form


def _whom(level: AccessLevel) -> Iterator[tuple[str, Any]]:
    me = current_person()
    led, units = batch_people.team(me), batch_people.units(me, level)
    if led:
        named = [SelectChoice(person.id, order_pages.named(person)) for person in led]
        yield "people", SelectMultipleField(_("Mina medarbetare"), coerce=int, choices=named)
    if units:
        choices = [SelectChoice(0, _("Ingen hel enhet")), *(SelectChoice(unit.id, unit.name) for unit in units)]
        yield "unit", SelectField(_("Alla i en enhet"), coerce=int, choices=choices, default=0)
    hint = _("Ett nummer på varje rad. Skriv inga personnummer.")
    limit = Length(max=5000, message=_("Texten är för lång. Dela upp beställningen."))
    yield "numbers", TextAreaField(_("Anställningsnummer"), description=hint, validators=[limit])


def _found(level: AccessLevel, form: Any) -> Found:
    ticked = form.people.data or [] if "people" in form else []
    unit_id = (form.unit.data or None) if "unit" in form else None
    return batch_people.find(current_person(), level, ticked, unit_id, form.numbers.data or "")


def _checked(level: AccessLevel) -> tuple[Any, Found]:
    """The posted form with its faults beside the fields, and whom it is for."""
    form = _form(level)
    form.validate()
    found = _found(level, form)
    form.numbers.data = found.numbers
    if not found.people:
        form.numbers.errors = [*form.numbers.errors, _("Välj minst en person som du får beställa för.")]
    elif len(found.people) > MOST:
        too_many = _("Högst %(most)s personer åt gången. Dela upp beställningen.", most=MOST)
        form.numbers.errors = [*form.numbers.errors, too_many]
    return form, found


def _prospects(level: AccessLevel, form: Any, people: tuple[Person, ...]) -> list[Prospect]:
    me, now = current_person(), clock.now()
    same = forms.ordered_values(form) | {"level": level}
    return [prospects.look({**same, "subject": p}, me, directory.lookup(p, now), now) for p in people]


def _carried(numbers: str) -> list[tuple[str, list[str]]]:
    """The posted form, with what was taken out of the numbers taken out of it."""
    ours = {"numbers": numbers, "key": secrets.token_urlsafe(12)}
    kept = [(name, values) for name, values in request.form.lists() if name not in ("csrf_token", *ours)]
    return kept + [(name, [value]) for name, value in ours.items()]


def _page(level: AccessLevel, form: Any, faults: tuple[str, ...] = ()) -> str:
    guideline = order_pages.guideline_of(level)
    return render_template(
        "bundle_form.html",
        eyebrow=level.system.name,
        heading=_("Beställ %(level)s för flera", level=level.label),
        lead=_("Varje person får en egen beställning. Den som inte kan få den visas innan något skickas."),
        levels=(),
        form=form,
        notices=order_pages.stops(list(faults)),
        guidelines=[guideline] if guideline else [],
        preview_url=url_for("batches.preview", level_id=level.id),
        cancel_url=url_for("requests.new", level_id=level.id),
    )
