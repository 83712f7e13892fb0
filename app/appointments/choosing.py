"""People to choose among: colleagues at first, anybody employed by a search."""

from __future__ import annotations

from app.directory import queries as directory
from app.directory.models import Person

SHOWN = 12
PRESENT = ("active", "on_leave")


def colleagues(me: Person, q: str, chosen: int | None = None) -> list[Person]:
    """Those whose words hold ``q``; without a search my manager, whom I lead and who has my manager.

    Never me, never who has left; whoever was ``chosen`` stays among them.
    """
    found = directory.search(q, SHOWN) if q.strip() else _near(me)
    if chosen is not None and chosen not in {p.id for p in found}:
        extra = directory.person(chosen)
        found = [*found, *([extra] if extra else [])]
    return [p for p in found if p.id != me.id and p.employment_status in PRESENT]


def _near(me: Person) -> list[Person]:
    above = directory.line_managers(me.id)[:1]
    beside = directory.reports_of(above[0].id) if above else []
    near = {p.id: p for p in [*above, *beside, *directory.reports_of(me.id)]}
    return [p for p in near.values() if p.employment_status in PRESENT and p.id != me.id][:SHOWN]


def named(person: Person) -> str:
    """The name with what tells the person from another of the same name."""
    return ", ".join(filter(None, (person.display_name, person.title, person.unit.name if person.unit else "")))
