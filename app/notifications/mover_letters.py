"""Mails about changes of work (rules.md C5). As ``letters``: they write nothing.

| Function | Template | To | Says |
|---|---|---|---|
| managers | movers_told | old and new managers, and who is above | all of a day in one mail, each with a role |
| notice | mover_notice | the subject | what silence will remove, and when |
| reorganisation | reorganisation_asked | heads of administration | a list of units to decide about |
| held | moves_held | the coordinators | so many have moved at once that nobody is asked |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.notifications.letter import Letter, iso

ORDER = ("late", "reminder", "reorganisation", "new", "old")


@dataclass(frozen=True, slots=True)
class Line:
    """One change. ``name`` is empty where it may not be written. ``role``: new, reminder, old, late, or reorganisation,
    whose name it is then, and all of whose people it is about; ``by``: until
    when that one has to answer, or when silence removes ``rights``.
    """

    name: str
    role: str
    change_on: date
    rights: int
    by: date


def managers(manager_id: int, day: date, lines: Sequence[Line]) -> Letter:
    """One mail a manager and day, most urgent first."""
    ordered = sorted(lines, key=lambda line: (ORDER.index(line.role), line.by, line.name))
    people = [[line.name, line.role, iso(line.change_on), line.rights, iso(line.by)] for line in ordered]
    to_decide = sum(line.role != "old" for line in lines)
    data = {"people": people, "count": len(people), "to_decide": to_decide, "url_path": "/movers/"}
    return Letter(key=f"movers:{iso(day)}:{manager_id}", template="movers_told", recipient_id=manager_id, data=data)


def notice(person_id: int, mover_id: int, rights: int, on: date) -> Letter:
    """Nobody has answered about ``rights`` of the subject's, which are removed ``on`` that day."""
    data = {"rights": rights, "on": iso(on), "url_path": "/grants/"}
    return Letter(key=f"mover_notice:{mover_id}:{iso(on)}", template="mover_notice", recipient_id=person_id, data=data)


def held(recipient_id: int, day: date, people: int) -> Letter:
    """Once a day while they wait. Nobody is named: who it is stands on the page."""
    data = {"people": people, "url_path": "/movers/held"}
    return Letter(
        key=f"moves_held:{iso(day)}:{recipient_id}", template="moves_held", recipient_id=recipient_id, data=data
    )


def reorganisation(recipient_id: int, reorganisation_id: int, name: str, units: int) -> Letter:
    """Once for each proposal."""
    data = {"name": name, "units": units, "url_path": f"/movers/reorganisations/{reorganisation_id}"}
    key = f"reorganisation:{reorganisation_id}:{recipient_id}"
    return Letter(key=key, template="reorganisation_asked", recipient_id=recipient_id, data=data)
