"""The answers to a definition's own questions, in words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask_babel import gettext as _

from app.db import db
from app.directory.models import Person
from app.requests import bp, definitions
from app.templating.texts import said
from workflows.form_answers import is_answered
from workflows.form_fields import Field


def text(field: Field, given: Any) -> str:
    """One answer as it is read. A person by name: one statement, unless somebody has read them already."""
    if field.choices:
        names = {c.code: said(c.label) for c in field.choices}
        codes: list[str] = given if isinstance(given, list) else [given]
        return ", ".join(names.get(code, code) for code in codes)
    if field.type in ("tick", "yes_no"):
        return _("Ja") if given == "yes" else _("Nej")
    if field.type == "person":
        person = db.session.get(Person, given)
        return person.display_name if person else str(given)
    return str(given)


@bp.app_template_filter("answered")
def answered(order: Any) -> list[SimpleNamespace]:
    """The questions of the order's definition that have an answer: label and text, in the form's order."""
    answers = getattr(order, "answers", None)
    if not answers:
        return []
    asked = [field for field in definitions.every_question(definitions.of(order)) if is_answered(field, answers)]
    return [SimpleNamespace(label=said(f.label), text=text(f, answers[f.name])) for f in asked]
