"""The small forms of a matter: a condition that is met, and the reason of an act."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from workflows.personal_numbers import find_personnummer


class MetForm(FlaskForm):
    """How a condition was met."""

    note = StringField(_("Hur det blev klart"), validators=[Optional()])


class DocumentForm(FlaskForm):
    """A file for the registry."""

    diary_number = StringField(
        _("Diarienummer"),
        description=_("Om ärendet redan har ett. Det skrivs i dokumentet."),
        validators=[Optional()],
        render_kw={"maxlength": 60},
    )


class ActForm(FlaskForm):
    """Why something is suspended or retired."""

    reason = TextAreaField(
        _("Varför?"),
        validators=[
            DataRequired(message=_("Skriv varför. Det syns i ärendet, och de som berörs läser det.")),
            Length(max=1000, message=_("Högst 1 000 tecken.")),
        ],
        render_kw={"maxlength": 1000},
    )

    def validate_reason(self, field: TextAreaField) -> None:
        """No personnummer in free text (rules.md G11)."""
        if find_personnummer(field.data or ""):
            raise ValidationError(str(_("Texten innehåller något som ser ut som ett personnummer. Ta bort det.")))
