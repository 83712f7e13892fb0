"""Mails about findings of the directory (rules.md C13). As ``letters``: they write nothing.

| Function | Template | To | Says |
|---|---|---|---|
| findings | findings | system managers; owners, coordinators | all that is new, near or late, in one mail a day |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from app.notifications.letter import Letter


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """So many findings in a system (empty: the directory itself) to settle by a day. ``act``: ask, remind, escalate."""

    due_on: str
    system: str
    act: str
    count: int


def findings(recipient_id: int, day: date, lines: Sequence[Line]) -> Letter:
    """One mail a person and day. Nobody is named: who it is about stands on the page."""
    return Letter(
        key=f"findings:{day}:{recipient_id}",
        template="findings",
        recipient_id=recipient_id,
        data={
            "lines": [asdict(line) for line in sorted(lines)],
            "count": sum(line.count for line in lines),
            "first_due": min(line.due_on for line in lines),
            "url_path": "/reconciliation/findings",
        },
    )
