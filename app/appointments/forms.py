"""Naming people: who, from when to when."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

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
    valid_to = DateField(_("Sista dagen"), validators=[LAST_DAY, not_past])


class Ticks(SelectMultipleField):
    """Any number of choices, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NominationForm(FlaskForm):
    """Who shall order for whom, in what, from when to when."""

    person = RadioField(
        _("Vem föreslår du?"),
        coerce=int,
        validators=[InputRequired(message=_("Välj vem du föreslår. Sök på namn om personen inte syns."))],
    )
    units = Ticks(_("För vilka enheter?"), coerce=int, validators=[DataRequired(message=_("Välj minst en enhet."))])
    reach = RadioField(
        _("I vilka system?"),
        choices=[
            SelectChoice("all", _("Alla system till och med konfidentialitet 2 (inte de känsligaste)")),
            SelectChoice("chosen", _("Bara de system som jag väljer")),
        ],
        validators=[InputRequired(message=_("Välj i vilka system personen ska få beställa."))],
    )
    systems = Ticks(_("System"), coerce=int, description=_("Väljs bara om uppdraget gäller vissa system."))
    valid_from = DateField(_("Första dagen"), validators=[FIRST_DAY, not_past])
    valid_to = DateField(_("Sista dagen"), validators=[LAST_DAY, not_past])

    def validate_systems(self, field: Ticks) -> None:
        """Chosen systems must be chosen."""
        if self.reach.data == "chosen" and not field.data:
            raise ValidationError(str(_("Välj minst ett system, eller välj alla.")))


class DutiesForm(FlaskForm):
    """The nominee has read what it means, in the version that the page showed."""

    version = HiddenField()
    read = BooleanField(
        _("Jag har läst vad uppdraget innebär och tar på mig det"),
        validators=[InputRequired(message=_("Kryssa i att du har läst vad uppdraget innebär."))],
    )


class HandoverForm(FlaskForm):
    """Who takes the role over, and from which day."""

    to = RadioField(
        _("Vem tar över?"),
        coerce=int,
        validators=[InputRequired(message=_("Välj vem som tar över. Sök på namn om personen inte syns."))],
    )
    on_date = DateField(
        _("Efterträdarens första dag"),
        description=_("Rollen och de öppna uppgifterna byter hand den dagen, om efterträdaren har sagt ja."),
        validators=[FIRST_DAY, not_past],
    )
