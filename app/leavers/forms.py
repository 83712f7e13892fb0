"""What is said about somebody who leaves: who, when, or that it is at once; and what the checklist holds besides."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

from workflows import leaving

NEEDED = InputRequired(message=_("Fyll i det här fältet."))
KINDS = {
    "equipment": _("Utrustning"),
    "mailbox": _("Delad brevlåda"),
    "delegated": _("Delegerad arbetsuppgift"),
    "other": _("Annat"),
}
REASONS = {
    "ended_by_employer": _("Arbetsgivaren har avslutat anställningen"),
    "breach": _("Behörigheter har använts fel"),
    "security": _("Säkerheten kräver det"),
    "death": _("Dödsfall"),
    "other": _("Annan orsak"),
}
REFUSALS = {
    "not_self": _("Du kan inte anmäla dig själv. Hör med din chef."),
    "day_has_been": _("Dagen har redan varit. Välj i dag eller senare, eller avsluta genast."),
    "day_too_far": _("Det är mer än ett år dit. Välj en tidigare dag."),
    "not_employed_here": _("Personen har ingen anställning här, enligt personalkatalogen."),
    "nobody_there": _("Ingen har det anställningsnumret. Kontrollera siffrorna."),
    "not_yours": _("Du kan bara anmäla dina egna medarbetare."),
    "unknown_reason": _("Välj en av orsakerna."),
    "directory_says_so": _("Sista dagen kommer från personalkatalogen. Den ändras där."),
    "item_needs_words": _("Skriv vad det är."),
}


class _About(FlaskForm):
    employee_number = StringField(
        _("Anställningsnummer"),
        description=_("Med inledande nollor."),
        validators=[NEEDED, Length(max=40, message=_("Högst 40 tecken."))],
    )


class NoticeForm(_About):
    """Somebody's last day."""

    last_day = DateField(_("Sista dagen"), description=_("Allt avslutas klockan 24 den dagen."), validators=[NEEDED])


class AtOnceForm(_About):
    """It ends now. ``confirmed`` is filled in by the page that says what will happen."""

    reason_code = SelectField(
        _("Orsak"),
        description=_("Bara orsaken sparas. Skriv inget mer om den någonstans."),
        choices=[SelectChoice("", _("Välj")), *(SelectChoice(code, REASONS[code]) for code in leaving.REASONS)],
        validators=[InputRequired(message=_("Välj en av orsakerna."))],
    )
    confirmed = HiddenField()


class ItemForm(FlaskForm):
    """Something to hand back or over."""

    kind = SelectField(
        _("Vad är det för något?"), choices=[SelectChoice(*kind) for kind in KINDS.items()], validators=[NEEDED]
    )
    what = StringField(
        _("Vilken?"),
        description=_("Till exempel: bärbar dator, eller brevlådan som delas."),
        validators=[
            InputRequired(message=_("Skriv vad det är.")),
            Length(max=200, message=_("Högst 200 tecken.")),
        ],
        render_kw={"maxlength": 200},
    )
