"""The questions of a definition's form in words: what is asked, of which orders, and how it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.processes import words
from app.templating.texts import said
from workflows.definition import Workflow
from workflows.form_fields import Choice, Field

ANSWERS: Mapping[str, object] = {
    "text": _("en rad text"),
    "long_text": _("en längre text"),
    "reference": _("en hänvisning, till exempel ett diarienummer"),
    "choice": _("ett av alternativen"),
    "many_choices": _("ett eller flera av alternativen"),
    "yes_no": _("ja eller nej"),
    "tick": _("en ruta att kryssa i"),
    "date": _("ett datum"),
    "number": _("ett tal"),
    "person": _("en person"),
    "account": _("ett konto"),
    "system": _("ett system"),
    "board": _("en nämnd"),
    "risk_table": _("en tabell med risker"),
    "conditions": _("en tabell med villkor"),
    "exceptions": _("en tabell med undantag"),
    "levels": _("en tabell med behörighetsnivåer"),
}


def answer(kind: str) -> str:
    """How a question is answered."""
    return str(ANSWERS.get(kind, kind))


def choices(found: tuple[Choice, ...]) -> str:
    """The answers to choose among, in the form's order."""
    return ", ".join(said(one.label) for one in found)


def of_form(workflow: Workflow) -> list[SimpleNamespace]:
    """What the definition's form asks, question by question; empty where it asks nothing of its own."""
    form = workflow.matters.form if workflow.matters else workflow.questions
    return [_question(one, workflow) for one in form]


def _question(one: Field, workflow: Workflow) -> SimpleNamespace:
    step = next((s for s in workflow.steps if s.name == one.step), None)
    return SimpleNamespace(
        label=said(one.label),
        hint=said(one.hint),
        answer=answer(one.type),
        choices=choices(one.choices),
        required=one.required,
        required_when=_when(one, workflow),
        only=words.condition(one),
        step=words.step_name(step, workflow) if step else "",
    )


def _when(one: Field, workflow: Workflow) -> str:
    """After which answers to other questions it must be answered."""
    form = workflow.matters.form if workflow.matters else workflow.questions
    others = {other.name: other for other in form}
    told = (
        gettext("%(answers)s på ”%(question)s”", answers=_given(others[name], codes), question=said(others[name].label))
        for name, codes in one.required_when.items()
        if name in others
    )
    return words.joined(told)


def _given(other: Field, codes: frozenset[str]) -> str:
    named = {c.code: said(c.label) for c in other.choices} | {"yes": gettext("ja"), "no": gettext("nej")}
    return words.joined(named.get(code, code) for code in sorted(codes))
