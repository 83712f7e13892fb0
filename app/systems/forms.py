"""What is asked of those who run a system."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from app.requests.forms import BAD_DATE, NEEDED
from workflows.personal_numbers import find_personnummer

LONGEST_REASON = 500


def _no_personnummer(_form: Any, field: Any) -> None:
    if find_personnummer(field.data or ""):
        raise ValidationError(str(_("Texten innehåller något som ser ut som ett personnummer. Ta bort det.")))


def day_field(label: object, description: object = "") -> DateField:
    """A date that must be given."""
    return DateField(label, validators=[InputRequired(message=NEEDED)], description=description)


def reason_field(label: object, description: object = "") -> TextAreaField:
    """Why, in the writer's own words."""
    checks = [InputRequired(message=NEEDED), Length(max=LONGEST_REASON), _no_personnummer]
    return TextAreaField(label, validators=checks, description=description)


class DatedForm(FlaskForm):
    """A date that cannot be read is told in our own words."""

    def process(self, *args: Any, **kwargs: Any) -> None:
        """As WTForms; then each unreadable date gets the words."""
        super().process(*args, **kwargs)
        for field in self:
            if isinstance(field, DateField) and field.process_errors:
                field.process_errors = [BAD_DATE]


class FreezeForm(DatedForm):
    """A window to add."""

    first_day = day_field(_("Stängt från och med"))
    last_day = day_field(_("Stängt till och med"))
    reason = reason_field(_("Varför"), _("Den som väntar på en behörighet läser det du skriver."))


class EndFreezeForm(FlaskForm):
    """Why a window ends early."""

    end_reason = reason_field(_("Varför öppnas systemet tidigare?"))
