"""The forms about paper orders: registering one, verifying it, the count, and drills."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from app.outages.outage_forms import COUNTED, NEEDED, WHEN, Moment
from app.outages.words import CHECKED, RESULTS

SHORT, LONG = Length(max=200), Length(max=1000)
WHO = _("Hela namnet, eller anställningsnumret.")
CHOOSE = InputRequired(message=_("Välj ett av alternativen."))


def _counted(most: int) -> dict[str, int]:
    return {"maxlength": most}


class PaperForm(FlaskForm):
    """What is written on a form. The choices of levels are those of the systems."""

    serial = StringField(
        _("Blankettens nummer"),
        description=_("Uppe till höger, till exempel PB-MIC-0001."),
        validators=[NEEDED, SHORT],
        render_kw={"list": "serials-left", "autocomplete": "off", "spellcheck": "false"},
    )
    subject_number = StringField(_("Anställningsnummer"), validators=[NEEDED, SHORT])
    subject_name = StringField(_("Namn"), validators=[NEEDED, SHORT])
    is_unknown = BooleanField(
        _("Numret finns inte i katalogen, men står så på blanketten"),
        description=_("Då blir det en avvikelse att följa upp."),
    )
    level_id = SelectField(_("Nivå"), coerce=int, validators=[NEEDED])
    scope = StringField(_("Omfattning"), description=_("Till exempel enhet eller skola."), validators=[SHORT])
    valid_from = DateField(_("Från och med"), validators=[NEEDED])
    valid_to = DateField(_("Till och med"), validators=[NEEDED])
    purpose = TextAreaField(_("Varför den behövdes"), validators=[NEEDED, LONG], render_kw=_counted(1000))
    need_analysis_ref = StringField(
        _("Behovs- och riskanalys"), description=_("Bara för känsliga nivåer."), validators=[SHORT]
    )
    is_licensed = BooleanField(_("Legitimationen är kontrollerad"))
    has_siths = BooleanField(_("SITHS-kort finns"))
    orderer = StringField(_("Beställare"), description=WHO, validators=[NEEDED, SHORT])
    manager = StringField(_("Chef som skrev under"), description=WHO, validators=[NEEDED, SHORT])
    employment_checked = RadioField(
        _("Hur kontrollerades anställningen?"), choices=[SelectChoice(*c) for c in CHECKED.items()], validators=[CHOOSE]
    )
    occurred_at = Moment(_("När beslutades det?"), format=WHEN, validators=[NEEDED])
    owner = StringField(
        _("Systemägare eller ersättare som godkände"),
        description=_("Behövs där sekretessen är hög (K3)."),
        validators=[SHORT],
    )
    owner_note = StringField(
        _("Hur godkände ägaren?"), description=_("Till exempel per telefon, och när."), validators=[SHORT]
    )
    executor = StringField(_("Vem tilldelade?"), description=WHO, validators=[NEEDED, SHORT])
    done = TextAreaField(_("Vad gjordes?"), validators=[NEEDED, LONG], render_kw=_counted(1000))
    done_at = Moment(_("När tilldelades den?"), format=WHEN, validators=[NEEDED])
    scan = FileField(
        _("Bild av blanketten"),
        description=_("PDF, JPEG eller PNG, högst 5 MB."),
        render_kw={"accept": "application/pdf,image/jpeg,image/png"},
    )


# How the paper itself is divided; what follows a heading is filled in below it.
PARTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (None, ("serial",)),
    (
        _("Beställning"),
        ("subject_number", "subject_name", "is_unknown", "level_id", "scope", "valid_from", "valid_to", "purpose",
         "need_analysis_ref", "is_licensed", "has_siths", "orderer"),
    ),
    (_("Chefens beslut"), ("manager", "employment_checked", "occurred_at", "owner", "owner_note")),
    (_("Tilldelat av någon annan än chefen"), ("executor", "done", "done_at")),
    (_("Blanketten"), ("scan",)),
)  # fmt: skip


class VerifyForm(FlaskForm):
    """The second person's answer."""

    state = RadioField(
        _("Stämmer det med bilden?"),
        choices=[
            SelectChoice("verify", _("Ja, allt stämmer")),
            SelectChoice("return", _("Nej, något behöver rättas")),
        ],
        validators=[CHOOSE],
    )
    question = TextAreaField(
        _("Vad stämmer inte?"),
        description=_("Fyll i om något behöver rättas."),
        validators=[LONG],
        render_kw=_counted(1000),
    )


class RegulariseForm(FlaskForm):
    """The ordinary order that has given the same right."""

    case_number = StringField(_("Ärendets nummer"), validators=[NEEDED, SHORT])


class AccountForm(FlaskForm):
    """A form that was not used as an order."""

    serial = StringField(
        _("Blankettens nummer"),
        validators=[NEEDED, SHORT],
        render_kw={"list": "serials-left", "autocomplete": "off", "spellcheck": "false"},
    )
    what = RadioField(
        _("Vad har hänt med den?"),
        choices=[
            SelectChoice("void", _("Makulerad: den ligger märkt i pärmen")),
            SelectChoice("missing", _("Saknas: ingen vet var den är")),
        ],
        validators=[CHOOSE],
    )
    note = StringField(_("Varför?"), description=_("Skriv inga personuppgifter."), validators=[NEEDED, SHORT])


class RecountForm(FlaskForm):
    """The owner's count, anew."""

    issued = IntegerField(_("Antal blanketter som togs fram"), validators=[NEEDED, COUNTED])
    void = IntegerField(_("Antal av dem som makulerades"), validators=[NEEDED, COUNTED])
    why = StringField(_("Varför ändras det?"), validators=[NEEDED, SHORT])


class AcceptForm(FlaskForm):
    """The owner lives with what was found, for a time."""

    reason = TextAreaField(
        _("Varför godtas det?"),
        description=_("Till exempel att ni har letat, och vad ni har kontrollerat i systemet."),
        validators=[NEEDED, LONG],
        render_kw=_counted(1000),
    )
    until = DateField(_("Till och med"), description=_("Högst sex månader."), validators=[NEEDED])


class DrillForm(FlaskForm):
    """How a drill went."""

    held_on = DateField(_("Vilken dag hölls övningen?"), validators=[NEEDED])
    result = RadioField(
        _("Hur gick det?"),
        choices=[SelectChoice(code, look.word) for code, look in RESULTS.items()],
        validators=[CHOOSE],
    )
    notes = TextAreaField(
        _("Vad lärde ni er?"), description=_("Skriv inga personuppgifter."), validators=[LONG], render_kw=_counted(1000)
    )
