"""The forms about tags: handing over, signing, replacing, and losing one."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.errors import NotAllowed
from app.premises.handing_out import PAPER, SCREEN
from app.premises.losing import LONGEST_NOTE
from app.premises.words import ID_METHODS, KINDS, REFUSALS

OTHER = 0
SERIAL = InputRequired(message=_("Skriv numret."))
LONG_SERIAL = Length(max=40, message=_("Högst 40 tecken."))


class HandOverForm(FlaskForm):
    """What whoever hands out says. The number of the proof of identity is not asked for, and not kept."""

    serial = StringField(
        _("Numret på den som du lämnar ut"),
        description=_("Läs av det på själva taggen, kortet eller nyckeln."),
        validators=[SERIAL, LONG_SERIAL],
    )
    id_method = RadioField(
        _("Hur visade personen vem hon eller han är?"),
        description=_("Skriv inget nummer från legitimationen."),
        choices=[SelectChoice(code, word) for code, word in ID_METHODS.items()],
        validators=[InputRequired(message=REFUSALS["id_method_needed"])],
    )
    receipt = RadioField(
        _("Hur kvitteras den?"),
        choices=[
            SelectChoice(SCREEN, _("På skärmen: personen loggar in och bekräftar")),
            SelectChoice(PAPER, _("På papper: kvittensen är underskriven")),
        ],
        validators=[InputRequired(message=_("Välj hur den kvitteras."))],
    )
    receipt_note = StringField(
        _("Var finns papperskvittensen?"),
        description=_("Till exempel pärm 3 i vaktmästeriet. Fylls i när den är på papper."),
        validators=[Optional(), Length(max=200, message=_("Högst 200 tecken."))],
    )


class SignForm(FlaskForm):
    """What the holder says."""

    received = BooleanField(
        _("Jag har fått den"),
        validators=[DataRequired(message=_("Kryssa i när du har fått den. Har du inte det, hör av dig."))],
    )
    takes_care = BooleanField(
        _("Jag lånar inte ut den, och anmäler genast om den är borta"),
        validators=[DataRequired(message=_("Kryssa i att du vet vad som gäller."))],
    )


class ReplaceForm(FlaskForm):
    """The new one."""

    kind = RadioField(
        _("Vad är det?"),
        choices=[SelectChoice(code, word) for code, word in KINDS.items()],
        validators=[InputRequired(message=_("Välj vad det är."))],
    )
    serial = StringField(_("Nummer"), description=_("Skriv ingen PIN."), validators=[SERIAL, LONG_SERIAL])


class LostForm(FlaskForm):
    """Which one is lost. One's own are there to choose; of somebody else's one knows the number."""

    which = RadioField(
        _("Vilken är borta?"), coerce=int, validators=[InputRequired(message=_("Välj vilken som är borta."))]
    )
    serial = StringField(
        _("Numret, om det är någon annans"), validators=[Optional(), LONG_SERIAL], render_kw={"autocomplete": "off"}
    )
    note = TextAreaField(
        _("Var och när?"),
        description=_("Det du vet, kort."),
        validators=[Optional(), Length(max=LONGEST_NOTE, message=_("Högst 500 tecken."))],
    )


def beside(form: Any, refusal: NotAllowed) -> bool:
    """Put the refusal beside its field; False when the form has no such field."""
    field = str(refusal.details.get("field", ""))
    if field not in form:
        return False
    form[field].errors = [*form[field].errors, str(REFUSALS.get(refusal.reason, refusal.reason))]
    return True
