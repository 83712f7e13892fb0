"""What administrators fill in about processes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.processes.services import LONGEST_WHY

TOO_LONG = Length(max=LONGEST_WHY, message=_("Texten är för lång. Korta den till högst 2 000 tecken."))


class ProposeForm(FlaskForm):
    """A file, and why."""

    file = FileField(
        _("Processens fil"),
        description=_(
            "En YAML-fil med nästa versionsnummer. Går den inte att läsa sparas inget, och du får veta var felet är."
        ),
        validators=[FileRequired(message=_("Välj en fil."))],
    )
    why = TextAreaField(
        _("Varför ska processen ändras?"),
        description=_("Läses av den som ska aktivera den, och sparas i händelseloggen."),
        validators=[InputRequired(message=_("Skriv varför.")), TOO_LONG],
    )


class ActivateForm(FlaskForm):
    """The version that the reader compared with goes along, so that nobody activates what they have not read."""

    instead_of = HiddenField()


class ReasonForm(FlaskForm):
    """Why a proposal is withdrawn, or an order moved."""

    why = TextAreaField(
        _("Varför?"),
        description=_("Sparas i händelseloggen."),
        validators=[InputRequired(message=_("Skriv varför.")), TOO_LONG],
    )
