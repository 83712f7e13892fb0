"""The order form, built from the level's definition (field.md B1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.catalogue.models import AccessLevel
from app.directory.models import Employment
from app.requests import questions
from app.requests.own_unit import is_own_unit
from app.requests.zone_fields import asks_zones, one_owner, zone_fields, zone_values
from workflows.form_fields import Field

NEEDED = _("Fyll i det här fältet.")
NOBODY = _("Välj vem beställningen gäller.")
BAD_DATE = _("Skriv datumet som år-månad-dag, till exempel 2026-12-31.")
COLUMNS = (
    "scope", "receiving_unit_id", "valid_from", "valid_to", "justification", "cost_centre", "remote_access",
    "employment_id", "zone_ids", "schedule_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose among: (id, name) of people, the employments of the chosen one, (id, name) of units.

    ``units`` is empty but for an order that is for a time in another unit. ``asked``: the definition's own questions.
    """

    subjects: list[tuple[int, str]]
    employments: list[Employment]
    units: list[tuple[int, str]]
    asked: tuple[Field, ...] = ()


class OrderForm(FlaskForm):
    """A form of an order; ``asked`` are the questions of the definition that are among its fields."""

    asked: tuple[Field, ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields by themselves, and the answers together, as the rules have it (G11)."""
        good: bool = super().validate(extra_validators)
        return questions.check(self, self.to_answer, self.subject_id) and good

    @property
    def subject_id(self) -> int | None:
        """Whom it is for; None before that is chosen, and where it is for several."""
        return self["subject"].data if "subject" in self else None

    @property
    def to_answer(self) -> tuple[Field, ...]:
        """The questions that this order must answer, of those that are asked."""
        return self.asked


def order_form(level: AccessLevel, choices: Choices) -> FlaskForm:
    """The form for one level: only the fields that it asks for, in the order in which they are read."""
    fields = (*_whom(choices), *_where(level, choices), *_when(level, choices), *_why(level, choices.asked))
    form = type("LevelForm", (OrderForm,), {**dict(fields), "validate_zone_ids": one_owner, "asked": choices.asked})()
    for name, said in (("valid_from", BAD_DATE), ("valid_to", BAD_DATE), ("subject", NOBODY)):
        if form[name].process_errors:
            form[name].process_errors = [said]
    return form


def terms(level: AccessLevel, asked: tuple[Field, ...]) -> Iterator[tuple[str, Any]]:
    """The fields of a new order but for whom it is: where, when and why."""
    nobody = Choices([], [], [])
    yield from (*_where(level, nobody), *_when(level, nobody), *_why(level, asked))


def ordered_values(form: Any) -> dict[str, Any]:
    """What the form says, as columns of an order."""
    values = {name: form[name].data for name in COLUMNS if name in form}
    for name in ("scope", "justification", "cost_centre"):
        values[name] = (values.get(name) or "").strip()
    return values | zone_values(form) | {"answers": questions.answers_of(form, form.asked)}


def acknowledgement(level: AccessLevel) -> Iterator[tuple[str, Any]]:
    """The tick for the guideline, where the system has one."""
    version = level.system.guideline_version
    if version:
        label = _("Jag har läst riktlinjen, version %(version)s", version=version)
        read = InputRequired(message=_("Läs riktlinjen och kryssa i rutan."))
        yield "guideline_ack", BooleanField(label, validators=[read])


def _whom(choices: Choices) -> Iterator[tuple[str, Any]]:
    yield (
        "subject",
        RadioField(
            _("Vem gäller beställningen?"),
            coerce=int,
            choices=[SelectChoice(person_id, name) for person_id, name in choices.subjects],
            validators=[InputRequired(message=NOBODY)],
        ),
    )
    if len(choices.employments) > 1:
        named = [SelectChoice(e.id, f"{e.title}, {e.key}") for e in choices.employments]
        yield "employment_id", SelectField(_("Anställning som behörigheten avser"), coerce=int, choices=named)


def _where(level: AccessLevel, choices: Choices) -> Iterator[tuple[str, Any]]:
    """The unit, which is then the scope as well; or the scope, where the level has one."""
    if choices.units:
        yield (
            "receiving_unit_id",
            SelectField(
                _("Enhet där behörigheten ska användas"),
                description=_("Chefen för enheten får också frågan."),
                coerce=_chosen,
                choices=[
                    SelectChoice("", _("Välj enhet")),
                    *(SelectChoice(unit_id, name) for unit_id, name in choices.units),
                ],
                validators=[InputRequired(message=_("Välj den enhet där behörigheten ska användas."))],
            ),
        )
    elif asks_zones(level):
        yield from zone_fields(level)
    elif level.scope_kind != "system" and not is_own_unit(level):
        yield "scope", scope(_("Omfattning"))


def scope(label: object) -> StringField:
    """The field that asks for which unit, school or zone it is."""
    return StringField(
        label,
        description=_("Vilken enhet, skola eller zon gäller det? Bara det du behöver."),
        validators=[InputRequired(message=NEEDED), Length(max=200, message=_("Högst 200 tecken."))],
    )


def _chosen(value: object) -> int | str:
    """The id; "" for the line that asks to choose."""
    return int(str(value)) if value not in ("", None) else ""


def _when(level: AccessLevel, choices: Choices) -> Iterator[tuple[str, Any]]:
    hint = _("Tomt betyder tills vidare.")
    if level.max_days is not None:
        hint = _("Högst %(days)s dagar.", days=level.max_days)
    if choices.units:
        hint = _("Högst tre månader.")
    ends = bool(choices.units) or level.max_days is not None
    yield from period(hint, must_end=ends)


def period(hint: object, *, must_end: bool = False) -> Iterator[tuple[str, Any]]:
    """First and last day; ``hint`` says what an empty last day means, or how late it may be."""
    yield "valid_from", DateField(_("Gäller från"), validators=[InputRequired(message=NEEDED)])
    needed = InputRequired(message=NEEDED) if must_end else Optional()
    yield "valid_to", DateField(_("Gäller till och med"), validators=[needed], description=hint)


def reason() -> Iterator[tuple[str, Any]]:
    """Why it is needed."""
    yield "justification", TextAreaField(_("Motivering"), validators=[InputRequired(message=NEEDED)])


def _why(level: AccessLevel, asked: tuple[Field, ...]) -> Iterator[tuple[str, Any]]:
    yield from reason()
    yield from questions.fields(asked)
    yield "cost_centre", StringField(_("Kostnadsställe"), validators=[Optional(), Length(max=40)])
    if level.is_base:
        yield "remote_access", BooleanField(_("Arbetar på distans och behöver fjärråtkomst"))
    yield from acknowledgement(level)
