"""The questions that a definition asks besides what every order is asked, in an order's form.

The level decides which apply, as far as the definition says so: by profile, kind and K.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app import clock
from app.catalogue.models import AccessLevel
from app.catalogue.queries import process_of
from app.directory.models import Person
from app.errors import NotAllowed
from app.requests import accounts, answer_words, asked_fields, definitions
from app.requests.models import AccessRequest
from workflows import form_answers
from workflows.form_fields import Field
from workflows.purpose_guard import ANSWER


def of_level(level: AccessLevel, kind: str, subject: Person | None = None) -> tuple[Field, ...]:
    """What a new order of the level is asked; one statement. ``subject``: also what is asked across nämnder (G12).

    Nothing where no process takes such an order: that is said when it is sent.
    """
    try:
        return definitions.asked(definitions.for_level(level, kind), definitions.traits_of(level, kind, subject))
    except NotAllowed:
        return ()


def by_level(levels: Iterable[AccessLevel], kind: str, subject: Person | None = None) -> dict[int, tuple[Field, ...]]:
    """What orders of each of the levels are asked, by the level's id; one statement however many they are.

    A level that no process takes is left out.
    """
    processes = definitions.all_active()
    return {
        level.id: definitions.asked(processes[process_of(level)], definitions.traits_of(level, kind, subject))
        for level in levels
        if definitions.handles(level, kind, processes)
    }


def of_levels(levels: Iterable[AccessLevel], kind: str, subject: Person | None = None) -> tuple[Field, ...]:
    """What orders of any of the levels are asked, each question once; one statement however many they are."""
    return once(by_level(levels, kind, subject).values())


def once(forms: Iterable[tuple[Field, ...]]) -> tuple[Field, ...]:
    """Each question of several forms once; where two ask by the same name, the later one's words."""
    return tuple({one.name: one for form in forms for one in form}.values())


def of_order(order: AccessRequest) -> tuple[Field, ...]:
    """What the order is asked, by the version that it follows."""
    return definitions.asked(definitions.of(order), definitions.traits_of(order.level, order.kind, order.subject))


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


def check(form: Any, asked: tuple[Field, ...], subject_id: int | None) -> bool:
    """Are the answers good for the subject? What is not is said beside each field."""
    answers = answers_of(form, asked)
    faults = form_answers.faults(asked, answers, clock.today())
    faults = {**accounts.faults(asked, answers, subject_id), **faults}
    for name, code in faults.items():
        if not form[ANSWER + name].errors:
            form[ANSWER + name].errors = [str(answer_words.FAULTS.get(code, code))]
    return not faults and not any(form[ANSWER + one.name].errors for one in asked)
