"""Telling of a long leave."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

NEEDED = InputRequired(message=_("Fyll i det här fältet."))


class AbsenceForm(FlaskForm):
    """Who, and the dates. Why is asked nowhere."""

    employee_number = StringField(
        _("Anställningsnummer"),
        description=_("Med inledande nollor."),
        validators=[NEEDED, Length(max=40, message=_("Högst 40 tecken."))],
    )
    starts_on = DateField(_("Första dagen"), validators=[NEEDED])
    ends_on = DateField(
        _("Sista dagen"), description=_("Lämna tomt om du inte vet. Skriv aldrig varför."), validators=[Optional()]
    )
