"""Mails about findings of the directory (rules.md C13). As ``letters``: they write nothing.

| Function | Template | To | Says |
|---|---|---|---|
| findings | findings | system managers; owners, coordinators | all that is new, near or late, in one mail a day |
| order_asked | finding_order | line manager | somebody has what nobody ordered: order it, if needed |
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


def order_asked(manager_id: int, finding_id: int, *, level_id: int, access: str, name: str) -> Letter:
    """``access``: system and level; ``name``: whose it is, empty where it is secret."""
    return Letter(
        key=f"finding_order:{finding_id}:{level_id}:{manager_id}",
        template="finding_order",
        recipient_id=manager_id,
        data={"access": access, "name": name, "url_path": f"/requests/new/{level_id}?finding={finding_id}"},
    )
