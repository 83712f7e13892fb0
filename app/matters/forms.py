"""From the form of a definition to WTForms, and back to answers. What is right, workflows/form_answers.py says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import (
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from app.catalogue import onboarding
from app.catalogue.models import System
from app.db import db
from app.matters import words
from app.requests import asked_fields
from app.requests.asked_fields import Asked, common, shown, text
from workflows import form_fields

BLANK_ROWS, FEWEST_ROWS = 1, 3
SCORES = [SelectChoice("", "–"), *(SelectChoice(str(n), str(n)) for n in range(1, 5))]


class RiskRow(Form):
    """One risk."""

    event = StringField(lazy_gettext("Vad som kan hända"))
    likelihood = SelectField(lazy_gettext("Sannolikhet"), choices=SCORES, validate_choice=False)
    consequence = SelectField(lazy_gettext("Konsekvens"), choices=SCORES, validate_choice=False)
    measure = StringField(lazy_gettext("Åtgärd"))


class ConditionRow(Form):
    """One condition."""

    text = StringField(lazy_gettext("Villkor"))
    due = DateField(lazy_gettext("Klart senast"), validators=[Optional()])


class ExceptionRow(Form):
    """Something that a system may lack to a date."""

    item = SelectField(lazy_gettext("Vad som saknas"), validate_choice=False)
    text = StringField(lazy_gettext("Varför, och vad som görs"))
    due = DateField(lazy_gettext("Längst till och med"), validators=[Optional()])


class LevelRow(Form):
    """One access level."""

    code = StringField(lazy_gettext("Kod"))
    label = StringField(lazy_gettext("Namn"))
    profile = SelectField(lazy_gettext("Skyddsprofil"), validate_choice=False)
    access = SelectField(lazy_gettext("Ger rätt att"), validate_choice=False)
    directory_group = StringField(lazy_gettext("Grupp i AD, om det är en"))


ROWS: Mapping[str, type[Form]] = {
    "risk_table": RiskRow,
    "conditions": ConditionRow,
    "exceptions": ExceptionRow,
    "levels": LevelRow,
}
# The choices of a row's cells, in words of today's language.
CELLS: Mapping[str, Callable[[], list[tuple[str, str]]]] = {
    "item": words.needs,
    "profile": words.profiles,
    "access": words.access,
}


def form_for(
    fields: Iterable[form_fields.Field], answers: Mapping[str, Any], *, verdicts: Mapping[str, object] | None = None
) -> Any:
    """The WTForms form of these questions, with the answers in it, or with what was posted.

    ``verdicts``: the answers to choose among at a step, by code; then it also has ``reason`` and ``nonce``.
    """
    fields = tuple(fields)
    made: dict[str, Any] = {field.name: BUILDERS[field.type](field) for field in fields}
    if verdicts is not None:
        choices = [SelectChoice(code, word) for code, word in verdicts.items()]
        made["verdict"] = RadioField(lazy_gettext("Ditt svar"), choices=choices, validate_choice=False)
        made["reason"] = TextAreaField(lazy_gettext("Skäl"), validators=[Optional()])
        made["nonce"] = HiddenField()
    form = type("MatterForm", (FlaskForm,), made)(data=_shown(fields, answers))
    for row in (row for field in fields if field.type in ROWS for row in form[field.name]):
        for name in CELLS.keys() & set(row.form._fields):
            row.form[name].choices = [SelectChoice("", "–"), *(SelectChoice(*one) for one in CELLS[name]())]
    return form


def answers_of(form: Any, fields: Iterable[form_fields.Field]) -> dict[str, Any]:
    """What the form says, as it is stored; a question without an answer is an empty text or an empty list."""
    return {field.name: READERS.get(field.type, text)(form[field.name]) for field in fields}


def show_faults(form: Any, faults: Mapping[str, str]) -> None:
    """Say beside each field what is wrong with its answer."""
    for name, code in faults.items():
        if name in form:
            form[name].errors = [words.fault(code)]


def is_readable(form: Any) -> bool:
    """False where something posted is no date or number at all, or the form has grown old; said beside the field."""
    if form.validate():
        return True
    for field in form:
        if isinstance(field, FieldList) and field.errors:
            field.errors = [gettext("Skriv datum så här: 2026-12-01.")]
    return False


def _shown(fields: tuple[form_fields.Field, ...], answers: Mapping[str, Any]) -> dict[str, Any]:
    made = shown([field for field in fields if field.type not in ROWS], answers)
    for field in (field for field in fields if field.type in ROWS):
        rows = [_row(row) for row in answers.get(field.name) or ()]
        made[field.name] = rows + [{}] * max(BLANK_ROWS, FEWEST_ROWS - len(rows))
    return made


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    due = {"due": date.fromisoformat(row["due"])} if row.get("due") else {}
    scored = {name: str(row[name]) for name in ("likelihood", "consequence") if row.get(name)}
    return {**row, **scored, **due}


def _system_field(field: form_fields.Field) -> Any:
    known = select(System.code, System.name).where(System.lifecycle != "retired").order_by(System.name)
    choices = [SelectChoice("", gettext("Välj system")), *(SelectChoice(*row) for row in db.session.execute(known))]
    return SelectField(**common(field), choices=choices, validate_choice=False)


def _board_field(field: form_fields.Field) -> Any:
    choices = [SelectChoice("", gettext("Välj nämnd")), *(SelectChoice(*board) for board in onboarding.boards())]
    return SelectField(**common(field), choices=choices, validate_choice=False)


def _table_field(field: form_fields.Field) -> Any:
    known = common(field)
    known.pop("validators")
    return FieldList(
        FormField(ROWS[field.type]), **known, validators=[Asked()] if field.required else [], max_entries=50
    )


BUILDERS: Mapping[str, Callable[[form_fields.Field], Any]] = {
    **asked_fields.BUILDERS,
    **dict.fromkeys(ROWS, _table_field),
    "system": _system_field,
    "board": _board_field,
}


def _rows(field: FieldList) -> list[dict[str, Any]]:
    """The rows in which something is written."""
    found = []
    for row in field:
        kept = {name: _cell(name, value) for name, value in row.data.items()}
        if any(value not in ("", 0, None) for value in kept.values()):
            found.append(kept)
    return found


def _cell(name: str, value: Any) -> Any:
    if name in ("likelihood", "consequence"):
        return int(value) if str(value or "").isdecimal() else 0
    if isinstance(value, date):
        return value.isoformat()
    return (value or "").strip()


READERS: Mapping[str, Callable[[Any], Any]] = {**asked_fields.READERS, **dict.fromkeys(ROWS, _rows)}
