"""Mails about the yearly reports of internal control (rules.md C11). As ``letters``: they write nothing.

| Function | Template | To | Says |
|---|---|---|---|
| waits | control_report | managers, owners, heads of administrations, coordinators | which reports wait for them |
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.notifications.letter import Letter, iso


def waits(recipient_id: int, act: str, occasion: str, year: int, due_on: date, reports: Sequence[str]) -> Letter:
    """One mail a person, of all the reports. ``act``: drafted, reminds_on, reminds_again_on, escalates_on, overdue_on,
    submitted, approved or returned; ``occasion`` parts two of the same; ``reports``: names of systems or boards.
    """
    return Letter(
        key=f"control_report:{act}:{occasion}:{recipient_id}",
        template="control_report",
        recipient_id=recipient_id,
        data={
            "stage": act,
            "year": year,
            "due_on": iso(due_on),
            "reports": list(reports),
            "url_path": f"/control/reports/?year={year}",
        },
    )
