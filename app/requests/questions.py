"""The questions that a definition asks besides what every order is asked, in an order's form.

The level decides which apply, as far as the definition says so: by profile, kind and K.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.catalogue.queries import process_of
from app.errors import NotAllowed
from app.requests import answer_words, asked_fields, definitions
from app.requests.models import AccessRequest
from workflows import form_answers
from workflows.conditions import Traits
from workflows.form_fields import Field
from workflows.purpose_guard import ANSWER


def of_level(level: AccessLevel, kind: str) -> tuple[Field, ...]:
    """What a new order of the level is asked; one statement.

    Nothing where no process takes such an order: that is said when it is sent.
    """
    try:
        return definitions.for_level(level, kind).form_of(_traits(level, kind))
    except NotAllowed:
        return ()


def of_levels(levels: Iterable[AccessLevel], kind: str) -> tuple[Field, ...]:
    """What orders of any of the levels are asked, each question once; one statement however many they are."""
    processes, found = definitions.all_active(), dict[str, Field]()
    for level in levels:
        if definitions.handles(level, kind, processes):
            asked = processes[process_of(level)].form_of(_traits(level, kind))
            found |= {one.name: one for one in asked}
    return tuple(found.values())


def of_order(order: AccessRequest) -> tuple[Field, ...]:
    """What the order is asked, by the version that it follows."""
    return definitions.of(order).form_of(_traits(order.level, order.kind))


def _traits(level: AccessLevel, kind: str) -> Traits:
    return Traits(level.profile, kind, confidentiality=catalogue.confidentiality_of(level))


def fields(asked: Iterable[Field]) -> Iterator[tuple[str, Any]]:
    """The WTForms fields of the questions."""
    yield from ((ANSWER + one.name, asked_fields.BUILDERS[one.type](one)) for one in asked)


def show(form: Any, asked: Iterable[Field], answers: Mapping[str, Any]) -> None:
    """Put what is answered already into an empty form."""
    for name, value in asked_fields.shown(asked, answers).items():
        form[ANSWER + name].process_data(value)


def answers_of(form: Any, asked: Iterable[Field]) -> dict[str, Any]:
    """What the form answers, as it is stored; what is left empty is left out."""
    read = {one.name: asked_fields.READERS.get(one.type, asked_fields.text)(form[ANSWER + one.name]) for one in asked}
    return {name: given for name, given in read.items() if given not in (None, "", [])}


def check(form: Any, asked: tuple[Field, ...]) -> bool:
    """Are the answers good? What is not is said beside each field."""
    faults = form_answers.faults(asked, answers_of(form, asked), clock.today())
    for name, code in faults.items():
        if not form[ANSWER + name].errors:
            form[ANSWER + name].errors = [str(answer_words.FAULTS.get(code, code))]
    return not faults and not any(form[ANSWER + one.name].errors for one in asked)
