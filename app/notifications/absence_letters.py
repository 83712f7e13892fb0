"""Mails about long leaves (rules.md C5). As ``letters``: they write nothing, and never why somebody is away.

| Function | Template | To | Says |
|---|---|---|---|
| managers | absences_told | the manager | whose rights to go through, and who is back; all of a day in one mail |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.notifications.letter import Letter, iso


@dataclass(frozen=True, slots=True)
class Line:
    """``name`` is empty where it may not be written; ``state``: listed or returning."""

    name: str
    state: str


def managers(manager_id: int, day: date, lines: Sequence[Line]) -> Letter:
    """One mail a manager and day, who is back first."""
    ordered = sorted(lines, key=lambda line: (line.state != "returning", line.name))
    people = [[line.name, line.state] for line in ordered]
    data = {"people": people, "count": len(people), "url_path": "/absences/"}
    return Letter(key=f"absences:{iso(day)}:{manager_id}", template="absences_told", recipient_id=manager_id, data=data)
