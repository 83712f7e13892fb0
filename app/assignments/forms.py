"""Registering an assignment, extending it, and naming who answers for it."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.assignments.services import LONGEST_REF
from app.assignments.words import KIND_WORDS, REFUSALS

NEEDED = _("Fyll i det här.")
LAST_DAY = InputRequired(message=_("Ange sista dagen."))
MOST = _("Högst tolv månader. Det går att förlänga före sista dagen.")


class SponsorForm(FlaskForm):
    """Who answers from now on, by the name that they log in with."""

    sponsor = StringField(
        _("Ny sponsor: inloggningsnamn"),
        description=_("En chef som arbetar här. Den nya sponsorn får ett mejl."),
        validators=[InputRequired(message=_("Skriv vem som ska vara sponsor.")), Length(max=100)],
    )


class ExtendForm(FlaskForm):
    """Until when it lasts now."""

    ends_on = DateField(_("Ny sista dag"), description=MOST, validators=[LAST_DAY])


class AssignmentForm(FlaskForm):
    """Who, as what, for whom, by which agreement, from when to when. ``sponsor``: only for who registers for others."""

    number = StringField(
        _("Personens nummer i personalkatalogen"),
        description=_("Samma nummer som kontot har eller ska få. Inte personnumret."),
        validators=[InputRequired(message=NEEDED), Length(max=40, message=_("Högst 40 tecken."))],
    )
    given_name = StringField(_("Förnamn"), validators=[InputRequired(message=NEEDED), Length(max=100)])
    surname = StringField(_("Efternamn"), validators=[InputRequired(message=NEEDED), Length(max=100)])
    kind = RadioField(
        _("Vad för slags uppdrag?"),
        choices=[SelectChoice(code, word) for code, word in KIND_WORDS.items()],
        validators=[InputRequired(message=REFUSALS["assignment_kind"])],
    )
    unit = SelectField(
        _("Enhet där personen ska verka"), coerce=int, validators=[InputRequired(message=_("Välj enhet."))]
    )
    agreement_ref = StringField(
        _("Avtal eller personuppgiftsbiträdesavtal"),
        description=_("Avtalets nummer eller diarienummer."),
        validators=[
            InputRequired(message=REFUSALS["agreement_ref_missing"]),
            Length(max=LONGEST_REF, message=_("Högst 100 tecken.")),
        ],
    )
    starts_on = DateField(_("Första dagen"), validators=[InputRequired(message=_("Ange första dagen."))])
    ends_on = DateField(_("Sista dagen"), description=MOST, validators=[LAST_DAY])
    sponsor = StringField(
        _("Sponsorns inloggningsnamn"),
        description=_("En chef som svarar för personen. Lämna tomt om det är du."),
        validators=[Optional(), Length(max=100)],
    )

    def __init__(self, units: list[tuple[int, str]], *, for_others: bool) -> None:
        super().__init__()
        self.unit.choices = [SelectChoice(0, gettext("Välj enhet")), *(SelectChoice(id, name) for id, name in units)]
        if not for_others:
            del self.sponsor
