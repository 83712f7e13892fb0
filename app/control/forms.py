"""The forms of a system's profile. What is wrong with what they say is for the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.control import words
from app.directory.models import Person
from app.requests.forms import NEEDED
from app.systems.forms import DatedForm, day_field, reason_field
from workflows import system_profile as rules

MOST_MONEY = 1_000_000_000
MONEY = NumberRange(0, MOST_MONEY, _("Skriv ett helt antal kronor, utan mellanslag."))
CHOOSE = InputRequired(message=_("Välj ett av alternativen."))
SHORT = Length(max=300, message=_("Högst 300 tecken."))
NUMBERS = [SelectChoice(str(n), str(n)) for n in range(1, rules.LARGEST + 1)]


class AttestForm(DatedForm):
    """What every attestation says."""

    done_on = day_field(_("När gjordes det?"))
    due_on = day_field(_("När behöver det göras om?"), _("Oftast om ett år, och högst två."))
    responsible = SelectField(_("Vem ser till det?"), coerce=int, validators=[InputRequired(message=NEEDED)])
    reference = StringField(_("Var det finns"), validators=[SHORT])
    note = TextAreaField(_("Anteckning"), render_kw={"maxlength": rules.LONGEST})


def _money(label: object) -> IntegerField:
    return IntegerField(label, validators=[Optional(), MONEY], render_kw={"inputmode": "numeric"})


# What a kind has beside. An answer is kept under its field's name.
BESIDE: Mapping[str, Mapping[str, Any]] = {
    rules.PLAN: {
        "year": IntegerField(
            _("Planens år"), validators=[InputRequired(message=NEEDED), NumberRange(2000, 2100, _("Skriv ett årtal."))]
        ),
        "operation": _money(_("Budget för drift, kronor")),
        "licence": _money(_("Budget för licenser, kronor")),
        "development": _money(_("Budget för utveckling, kronor")),
    },
    rules.ALARMS: {
        "threshold": StringField(_("Vid vilken nivå larmas det?"), validators=[SHORT]),
        "severity": StringField(_("Hur allvarligt är det?"), validators=[SHORT]),
        "recipients": StringField(_("Vilka får larmet?"), validators=[SHORT]),
        "meaning": TextAreaField(_("Vad betyder mejlet, och vad gör den som får det?"), validators=[Length(max=1000)]),
    },
    rules.AGREEMENT: {
        "supplier": StringField(_("Leverantör"), validators=[SHORT]),
        "expires": DateField(_("Avtalet gäller till"), validators=[Optional()]),
    },
}


def attest_form(kind: rules.Kind, people: Sequence[Person], chosen: int) -> Any:
    """The form of a kind; ``people`` may be responsible, ``chosen`` is proposed."""
    fields: dict[str, Any] = dict(BESIDE.get(kind.code, {}))
    if kind.may_be_left_out:
        needed = [SelectChoice("yes", _("Ja, och det finns")), SelectChoice("no", _("Nej, det behövs inte"))]
        fields["is_needed"] = RadioField(_("Behöver systemet det?"), choices=needed, validators=[CHOOSE], default="yes")
    form = type("AttestFormOfKind", (AttestForm,), fields)()
    form.responsible.choices = [SelectChoice(person.id, person.display_name) for person in people]
    if not form.is_submitted():
        form.responsible.data = chosen
    return form


class RiskForm(DatedForm):
    """A risk to write down."""

    text = reason_field(_("Vad kan hända?"))
    likelihood = SelectField(_("Hur sannolikt är det?"), choices=NUMBERS, validators=[CHOOSE])
    consequence = SelectField(_("Hur allvarligt vore det?"), choices=NUMBERS, validators=[CHOOSE])
    measure = TextAreaField(
        _("Vad görs åt det?"), description=_("Behövs från 9."), render_kw={"maxlength": rules.LONGEST}
    )
    responsible = SelectField(_("Vem gör det?"), coerce=int, validators=[Optional()])
    due_on = DateField(_("Klart senast"), validators=[Optional()])


class DecisionForm(DatedForm):
    """What the owner decides about a risk."""

    decision = RadioField(
        _("Vad beslutar du?"),
        choices=[SelectChoice(code, words.DECISIONS[code].word) for code in rules.DECISIONS],
        validators=[CHOOSE],
    )
    reason = reason_field(_("Varför?"))
    until = day_field(_("Beslutet gäller till"), _("Högst ett år."))


class CloseForm(DatedForm):
    """Why a risk is no more."""

    note = reason_field(_("Vad är gjort, eller varför finns risken inte längre?"))
