"""Handing in a list, and doing something about what differs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.userlists import words


class UploadForm(FlaskForm):
    """A file, and the day on which the system gave it."""

    file = FileField(_("Fil med konton"), validators=[FileRequired(message=_("Välj en fil."))])
    taken_on = DateField(
        _("Uttagen ur systemet"), validators=[InputRequired(message=_("Välj den dag då listan togs ut."))]
    )


class ActForm(FlaskForm):
    """What is done about those that are chosen."""

    act = RadioField(
        _("Vad ska hända?"),
        choices=[SelectChoice(name, label) for name, label in words.ACTS.items()],
        validators=[InputRequired(message=words.REFUSALS["answer_needed"])],
    )
    responsible = StringField(
        _("Vem svarar för kontot"),
        description=_("Anställningsnummer eller användarnamn. Behövs för ett tjänstekonto, och det är inte du själv."),
        validators=[Length(max=80)],
    )
    reason = TextAreaField(
        _("Varför"),
        description=_("Behövs när något godtas eller avfärdas, minst 20 tecken."),
        validators=[Length(max=1000)],
    )
    until = DateField(
        _("Till och med"),
        description=_("Behövs när något godtas: en risk högst sex månader, ett tjänstekonto högst ett år."),
        validators=[Optional()],
    )
