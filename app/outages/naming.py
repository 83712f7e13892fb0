"""From what is written on a form to people of the directory. Each refusal belongs beside a field."""

from __future__ import annotations

from app.catalogue.searching import fold
from app.directory import queries as directory
from app.directory import services as live
from app.directory.models import Person
from app.errors import NotAllowed
from workflows.personal_numbers import find_personnummer

LIKELY = 30


def subject(number: str, name: str, *, is_confirmed: bool) -> Person:
    """Whom the right was for: the number and the name agree. Somebody unknown only where that is confirmed.

    Raises NotAllowed: personnummer, number_unknown, name_differs. Callers hold the transaction.
    """
    if find_personnummer(number):
        raise NotAllowed("personnummer", field="subject_number")
    known = directory.by_number(number)
    if known is None and not is_confirmed:
        raise NotAllowed("number_unknown", field="subject_number")
    if known is None:
        given, _space, surname = name.strip().rpartition(" ")
        return live.expect(number, given or surname, surname if given else "")
    if not _same_name(known, name):
        raise NotAllowed("name_differs", field="subject_name")
    return known


def _same_name(person: Person, name: str) -> bool:
    """Every word of the one is in the other: who has two surnames may have written one."""
    known, written = set(_words(person.display_name)), set(_words(name))
    return bool(written) and (written <= known or known <= written)


def _words(name: str) -> list[str]:
    return fold(name).replace("-", " ").split()


def one(text: str, field: str) -> Person:
    """Somebody by employee number, or by the whole name. Raises NotAllowed: person_unknown, person_ambiguous."""
    by_number = directory.by_number(text)
    if by_number is not None:
        return by_number
    likely = {p.id: p for p in (*directory.search(text, LIKELY), *directory.search(fold(text), LIKELY))}
    found = [p for p in likely.values() if fold(p.display_name) == fold(text)]
    if len(found) != 1:
        raise NotAllowed("person_ambiguous" if found else "person_unknown", field=field)
    return found[0]
