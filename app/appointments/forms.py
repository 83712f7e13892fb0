"""Naming people: who, from when to when."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from app import clock

FIRST_DAY = InputRequired(message=_("Ange första dagen."))
LAST_DAY = InputRequired(message=_("Ange sista dagen."))


def not_past(_form: FlaskForm, field: DateField) -> None:
    """A day that is over can be chosen by nobody: what has happened has happened."""
    if field.data and field.data < clock.today():
        raise ValidationError(str(_("Dagen har redan varit. Välj i dag eller senare.")))


class DeputyForm(FlaskForm):
    """Who acts for me, when, and from when to when."""

    deputy = RadioField(
        _("Vem ska ersätta dig?"),
        coerce=int,
        validators=[InputRequired(message=_("Välj vem som ska ersätta dig. Sök på namn om personen inte syns."))],
    )
    kind = RadioField(
        _("När ska ersättaren få frågorna?"),
        choices=[
            SelectChoice("absence", _("Medan jag är borta: ersättaren får frågorna i stället för mig")),
            SelectChoice("standing", _("När jag inte har svarat i tid: ersättaren får frågan också")),
        ],
        validators=[InputRequired(message=_("Välj när ersättaren ska få frågorna."))],
    )
    valid_from = DateField(_("Första dagen"), validators=[FIRST_DAY, not_past])
    valid_to = DateField(
        _("Sista dagen"), description=_("Högst tolv månader efter första dagen."), validators=[LAST_DAY, not_past]
    )
