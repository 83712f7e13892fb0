"""Mails about privileged access (rules.md C3). As ``letters``: they write nothing, and name nobody.

| Function | Template | To | Says |
|---|---|---|---|
| granted | privileged_granted | coordinators | what was granted since the last mail, in one mail a day |
| listed | privileged_list | coordinators; owners | each quarter: how many in each system, and where the list is |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from app.notifications.letter import Letter


@dataclass(frozen=True, slots=True)
class Given:
    """One right that was granted."""

    grant_id: int
    system: str
    level: str
    case_number: str


def granted(recipient_id: int, day: date, given: Sequence[Given]) -> Letter:
    """One mail a person and day. Who has got what stands on the page."""
    return Letter(
        key=f"privileged_granted:{day}:{given[0].grant_id}:{recipient_id}",
        template="privileged_granted",
        recipient_id=recipient_id,
        data={"rights": [asdict(one) for one in given], "url_path": "/access/privileged"},
    )


def listed(recipient_id: int, day: date, counts: Mapping[str, int]) -> Letter:
    """Once a quarter; ``day`` is its last."""
    return Letter(
        key=f"privileged_list:{day}:{recipient_id}",
        template="privileged_list",
        recipient_id=recipient_id,
        data={
            "day": day.isoformat(),
            "systems": [{"name": name, "count": count} for name, count in sorted(counts.items())],
            "count": sum(counts.values()),
            "url_path": f"/access/privileged?on={day}",
        },
    )
