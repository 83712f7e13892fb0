"""What administrators fill in about processes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

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


class BacktestForm(FlaskForm):
    """Over which orders a version is tried."""

    since = DateField(
        _("Beställningar som skickades från och med"),
        description=_("Till exempel ett kvartal tillbaka. Högst 2 000 beställningar, de senaste först."),
        validators=[InputRequired(message=_("Välj en dag."))],
    )

    def validate_since(self, field: DateField) -> None:
        """The error of a date that is none, in words."""
        if field.data is None:
            raise ValidationError(str(_("Skriv datumet som år-månad-dag, till exempel 2026-08-01.")))


class ReasonForm(FlaskForm):
    """Why a proposal is withdrawn, or an order moved."""

    why = TextAreaField(
        _("Varför?"),
        description=_("Sparas i händelseloggen."),
        validators=[InputRequired(message=_("Skriv varför.")), TOO_LONG],
    )
