"""The forms about an outage: declaring it, the owner's measures, and its end."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, DateTimeLocalField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from app import clock

NEEDED = InputRequired(message=_("Fyll i det här fältet."))
WHEN = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]  # the first is how a browser wants it
WRONG_TIME = _("Ange dag och klockslag, till exempel 2026-03-02 08:15.")
COUNTED = NumberRange(0, 100_000, message=_("Ange ett antal, 0 eller mer."))
REFUSALS = {
    "begins_later": _("Tiden har inte varit ännu. Ange när avbrottet började."),
    "began_too_early": _("Det är mer än 31 dagar sedan. Kontrollera dagen."),
    "already_out": _("Det avbrottet är redan registrerat och har inte avslutats."),
    "personnummer": _("Texten ser ut att innehålla ett personnummer. Ta bort det."),
    "measures_too_short": _("Skriv vad som gäller under tiden, med minst 20 tecken."),
    "measures_too_long": _("Åtgärder beslutas för högst en vecka. Välj en tidigare dag."),
    "back_dated": _("Dagen har redan varit. Välj i dag eller senare."),
    "ends_later": _("Tiden har inte varit ännu. Ange när avbrottet slutade."),
    "ends_before": _("Avbrottet hade inte börjat då. Ange en senare tid."),
    "count_wrong": _("Fler kan inte vara makulerade än som togs fram."),
}


class Moment(DateTimeLocalField):
    """A local date and time, said in words when it cannot be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """As the library, with our words."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(WRONG_TIME)) from None


def instant(field: DateTimeLocalField) -> datetime:
    """What the field says, in UTC."""
    local: datetime = field.data.replace(tzinfo=clock.zone())
    return local.astimezone(UTC)


class DeclareForm(FlaskForm):
    """What is out, and since when. The choices are those that the person may declare."""

    what = SelectField(_("Vad är ur bruk?"), validators=[NEEDED])
    started_at = Moment(_("Sedan när?"), format=WHEN, validators=[NEEDED])
    note = TextAreaField(
        _("Vad har hänt?"),
        description=_("Kort. Skriv inga personuppgifter."),
        validators=[Length(max=1000)],
        render_kw={"maxlength": 1000},
    )


class MeasuresForm(FlaskForm):
    """What the owner decides in writing for the time."""

    measures = TextAreaField(
        _("Vad gäller under tiden?"),
        description=_("Till exempel vilka uppgifter som prioriteras, och vem som får ge undantag."),
        validators=[NEEDED, Length(max=2000)],
        render_kw={"maxlength": 2000},
    )
    until = DateField(_("Gäller till och med"), description=_("Högst en vecka."), validators=[NEEDED])


class EndForm(FlaskForm):
    """When it was over, and the count of the forms."""

    ended_at = Moment(_("När slutade avbrottet?"), format=WHEN, validators=[NEEDED])
    issued = IntegerField(_("Antal blanketter som togs fram"), validators=[NEEDED, COUNTED])
    void = IntegerField(_("Antal av dem som makulerades"), validators=[NEEDED, COUNTED])
