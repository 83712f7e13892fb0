"""Characters of the sample pages, with names and titles as hard as they come."""

from __future__ import annotations

from types import SimpleNamespace as Thing


def person(name: str, title: str, unit: str, number: int) -> Thing:
    """What a template sees of a Person row."""
    given, _, surname = name.partition(" ")
    return Thing(
        id=number,
        employee_number=f"10{number:04d}",
        display_name=name,
        given_name=given,
        surname=surname,
        title=title,
        unit=Thing(name=unit) if unit else None,
    )


ALICE = person("Alice Nyström", "Bibliotekarie", "Huvudbiblioteket", 1)
BOB = person("Bo Ek", "Enhetschef", "Huvudbiblioteket", 2)
CAROL = person("Carol Lindqvist", "Systemförvaltare", "Kultur och fritid", 3)
DAN = person("Dan Åhs", "Vaktmästare", "", 4)
MARIA = person(
    "Maria-Therése af Ugglas-Åkerström",
    "Biståndshandläggare med inriktning mot funktionsnedsättning",
    "Myndighetsutövning äldre och funktionsnedsättning, enhet Norr",
    5,
)
EVA = person("Eva Lund", "Förvaltningschef", "Socialförvaltningen", 6)
YUSUF = person("Yusuf al-Khatib", "IT-tekniker", "Centrala IT", 7)
