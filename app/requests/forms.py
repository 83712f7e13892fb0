"""The order form, built from the level's definition (field.md B1)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.catalogue.models import AccessLevel
from app.directory.models import Employment

NEEDED = _("Fyll i det här fältet.")


def order_form(level: AccessLevel, subjects: list[tuple[int, str]], employments: list[Employment]) -> FlaskForm:
    """The form for one level: only the fields that it asks for, in the order in which they are read.

    ``subjects`` are (id, name) of those whom the orderer may order for; ``employments`` of the chosen one.
    """

    class OrderForm(FlaskForm):
        """One order."""

        subject = RadioField(
            _("Vem gäller beställningen?"),
            coerce=int,
            choices=[SelectChoice(person_id, name) for person_id, name in subjects],
            validators=[InputRequired(message=_("Välj vem beställningen gäller."))],
        )

    if len(employments) > 1:
        choices = [SelectChoice(e.id, f"{e.title}, {e.key}") for e in employments]
        OrderForm.employment_id = SelectField(_("Anställning som behörigheten avser"), coerce=int, choices=choices)
    if level.scope_kind != "system":
        OrderForm.scope = StringField(
            _("Omfattning"),
            description=_("Vilken enhet, skola eller zon gäller det? Bara det du behöver."),
            validators=[InputRequired(message=NEEDED), Length(max=200, message=_("Högst 200 tecken."))],
        )
    bad_date = _("Skriv datumet som år-månad-dag, till exempel 2026-12-31.")
    OrderForm.valid_from = DateField(_("Gäller från"), validators=[InputRequired(message=NEEDED)])
    needs_end = level.max_days is not None
    OrderForm.valid_to = DateField(
        _("Gäller till och med"),
        validators=[InputRequired(message=NEEDED) if needs_end else Optional()],
        description=_("Högst %(days)s dagar.", days=level.max_days) if needs_end else _("Tomt betyder tills vidare."),
    )
    OrderForm.justification = TextAreaField(_("Motivering"), validators=[InputRequired(message=NEEDED)])
    OrderForm.cost_centre = StringField(_("Kostnadsställe"), validators=[Optional(), Length(max=40)])
    if level.is_base:
        OrderForm.remote_access = BooleanField(_("Arbetar på distans och behöver fjärråtkomst"))
    if level.system.guideline_version:
        OrderForm.guideline_ack = BooleanField(
            _("Jag har läst riktlinjen, version %(version)s", version=level.system.guideline_version),
            validators=[InputRequired(message=_("Läs riktlinjen och kryssa i rutan."))],
        )
    form = OrderForm()
    for name in ("valid_from", "valid_to"):
        field = form[name]
        if field.process_errors:
            field.process_errors = [bad_date]
    return form


def ordered_values(form: Any) -> dict[str, Any]:
    """What the form says, as columns of an order."""
    names = ("scope", "valid_from", "valid_to", "justification", "cost_centre", "remote_access", "employment_id")
    values = {name: form[name].data for name in names if name in form}
    for name in ("scope", "justification", "cost_centre"):
        values[name] = (values.get(name) or "").strip()
    return values
