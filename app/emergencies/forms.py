"""The forms about emergency access: asking for it, and letting it last longer."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, StopValidation

from app.catalogue.models import AccessLevel
from app.directory import queries as directory
from app.directory.models import Person
from app.requests.emergency_words import REASONS
from app.requests.own_unit import is_own_unit

NEEDED = InputRequired(message=_("Fyll i det här fältet."))
SHOWN = 8
REFUSALS = {
    "reason_too_short": _("Skriv lite mer, med minst 20 tecken."),
    "personnummer": _("Texten ser ut att innehålla ett personnummer. Ta bort det."),
    "too_many_hours": _("Så länge får den inte gälla. Välj en kortare tid."),
}


class AskForm(FlaskForm):
    """Few fields, for a phone at night. Who it is for is found by name, number or login; of several one is chosen."""

    who = StringField(
        _("Vem behöver behörigheten?"),
        description=_("Namn, anställningsnummer eller inloggning. Du kan inte be om den till dig själv."),
        validators=[NEEDED, Length(max=100, message=_("Högst 100 tecken."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    subject = IntegerField(validators=[Optional()])
    level = SelectField(
        _("Vad behövs?"), validate_choice=False, validators=[InputRequired(message=_("Välj vad som behövs."))]
    )
    scope = StringField(
        _("Var gäller det?"),
        description=_("Enhet, skola, fastighet eller zon, när nivån är för en del av kommunen."),
        validators=[Optional(), Length(max=200, message=_("Högst 200 tecken."))],
    )
    emergency_reason = RadioField(
        _("Vad har hänt?"),
        choices=[SelectChoice(code, word) for code, word in REASONS.items()],
        validate_choice=False,
        validators=[InputRequired(message=_("Välj vad som har hänt."))],
    )
    justification = TextAreaField(
        _("Vad ska göras, och varför kan det inte vänta?"),
        description=_("Skriv inga uppgifter om klienter, elever eller patienter."),
        validators=[NEEDED, Length(max=4000, message=_("Högst 4 000 tecken."))],
    )
    incident_number = StringField(
        _("Ärendets nummer hos servicedesk"),
        description=_("Finns inget än: skriv vem du har ringt."),
        validators=[NEEDED, Length(max=100, message=_("Högst 100 tecken."))],
    )

    def __init__(self, levels: Sequence[AccessLevel]) -> None:
        super().__init__()
        self.levels = {str(level.id): level for level in levels}
        self.found: list[Person] = []
        choices = [SelectChoice(str(level.id), f"{level.system.name}, {level.label}") for level in levels]
        self.level.choices = [SelectChoice("", gettext("Välj")), *choices]

    @property
    def chosen(self) -> AccessLevel:
        """The level; only after validation."""
        return self.levels[self.level.data]

    @property
    def person(self) -> Person:
        """Whom it is for; only after validation."""
        return self.found[0]

    def validate_level(self, field: SelectField) -> None:
        """Only a level that is given in an emergency."""
        if field.data not in self.levels:
            raise StopValidation(gettext("Välj vad som behövs."))

    def validate_scope(self, field: StringField) -> None:
        """A level that is for a part of the municipality says which; where it is the own unit nobody says."""
        level = self.levels.get(self.level.data)
        if level is None or level.scope_kind == "system" or is_own_unit(level):
            field.data = ""
        elif not (field.data or "").strip():
            raise StopValidation(gettext("Skriv var det gäller: nivån är för en del av kommunen."))

    def validate_who(self, field: StringField) -> None:
        """One person. Of several with the same words one has been chosen; otherwise they are shown to choose from."""
        self.found = matching(field.data or "")
        chosen = [person for person in self.found if person.id == self.subject.data]
        if chosen:
            self.found = chosen
        if not self.found:
            raise StopValidation(gettext("Ingen heter så i katalogen. Prova anställningsnumret."))
        if len(self.found) > 1:
            raise StopValidation(gettext("Flera stämmer. Välj vem du menar."))


def matching(words: str) -> list[Person]:
    """Who works here and is meant by the words. A protected person only by the whole number or login."""
    exact = directory.by_number(words) or directory.by_login(words)
    if exact is not None:
        return [exact]
    found = directory.search(words, SHOWN)
    return [p for p in found if p.employment_status != "ended" and not p.protected_identity]


class ExtendForm(FlaskForm):
    """How many hours more, and why. The choices are the moments to which the right may last."""

    hours = RadioField(
        _("Hur länge till?"),
        coerce=int,
        validate_choice=False,
        validators=[InputRequired(message=_("Välj hur länge till den ska gälla."))],
    )
    reason = TextAreaField(
        _("Varför behövs den längre?"),
        validators=[NEEDED, Length(max=2000, message=_("Högst 2 000 tecken."))],
        render_kw={"maxlength": 2000},
    )
