"""From the questions of a definition's form to WTForms, and back to answers: what orders and matters ask alike.

What is right, workflows/form_answers.py says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from app.requests.person_field import PersonField
from app.templating.texts import said
from workflows import form_fields
from workflows.crossing import GROUND
from workflows.form_answers import LONGEST
from workflows.form_fields import ACCOUNT


class Asked:
    """Marks a field as one that must be answered, without looking at the answer: a draft may lack it.

    ``depends``: on other answers, so that it is called neither needed nor optional.
    """

    def __init__(self, *, depends: bool = False) -> None:
        self.field_flags = {"depends" if depends else "required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Nothing: the rules look at the whole form."""


def common(field: form_fields.Field) -> dict[str, Any]:
    """Label, hint, and the mark of what must be answered."""
    must = field.required or bool(field.required_when) or field.name == GROUND  # which G12 asks for, in its own words
    validators: list[Any] = [Asked(depends=not field.required)] if must else []
    if field.type in ("date", "number"):
        validators.append(Optional())
    return {"label": said(field.label), "description": said(field.hint), "validators": validators}


def _text_field(field: form_fields.Field) -> Any:
    kind = TextAreaField if field.type == "long_text" else StringField
    return kind(**common(field), render_kw={"maxlength": LONGEST[field.type], **_of_account(field)})


def _of_account(field: form_fields.Field) -> dict[str, str]:
    """Nobody's browser shall fill in the everyday login here, or mend its spelling."""
    return {"autocomplete": "off", "spellcheck": "false"} if field.type == ACCOUNT else {}


def _choice_field(field: form_fields.Field) -> Any:
    choices = [SelectChoice(c.code, said(c.label)) for c in field.choices]
    if field.type == "yes_no":
        choices = [SelectChoice("yes", gettext("Ja")), SelectChoice("no", gettext("Nej"))]
    kind = SelectMultipleField if field.type == "many_choices" else RadioField
    return kind(**common(field), choices=choices, validate_choice=False)


BUILDERS: Mapping[str, Callable[[form_fields.Field], Any]] = {
    **dict.fromkeys(("text", "long_text", "reference", ACCOUNT), _text_field),
    **dict.fromkeys(("choice", "many_choices", "yes_no"), _choice_field),
    "tick": lambda field: BooleanField(**common(field)),
    "date": lambda field: DateField(**common(field)),
    "number": lambda field: IntegerField(**common(field)),
    "person": lambda field: PersonField(**common(field)),
}


def text(field: Field) -> Any:
    """What is written, without space around it."""
    return (field.data or "").strip()


READERS: Mapping[str, Callable[[Any], Any]] = {
    "tick": lambda field: "yes" if field.data else "",
    "date": lambda field: field.data.isoformat() if field.data else "",
    "number": lambda field: field.data if field.data is not None else "",
    "many_choices": lambda field: list(field.data or ()),
    "person": lambda field: field.named,
}


def shown(fields: Iterable[form_fields.Field], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as the fields show them; nothing for what is not answered."""
    made: dict[str, Any] = {}
    for field in fields:
        known = answers.get(field.name)
        if field.type == "date":
            made[field.name] = date.fromisoformat(known) if known else None
        elif field.type == "tick":
            made[field.name] = known == "yes"
        elif known not in (None, ""):
            made[field.name] = known
    return made
