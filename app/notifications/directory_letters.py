"""Mails about readings of the directory. As ``letters``: they write nothing.

| Function | Template | To | Says |
|---|---|---|---|
| held | reading_held | the coordinators | a reading was too strange to apply; two people may let it through |
| hr_file_refused | hr_file_refused | the coordinators | a file from HR had faults; nothing of it is applied |
| hr_file_late | hr_file_late | the coordinators | no newer file has come from HR for too long |
"""

from __future__ import annotations

from datetime import date

from app.notifications.letter import Letter
from workflows.directory_events import HrFileLate, HrFileRefused, ReadingHeld


def held(recipient_id: int, event: ReadingHeld) -> Letter:
    """Once for each reading. Nobody is named: who it is about stands on the page."""
    return Letter(
        key=f"reading_held:{event.run_id}:{recipient_id}",
        template="reading_held",
        recipient_id=recipient_id,
        data={
            "why": event.why,
            "kind": event.kind,
            "server": event.server,
            "leaving": event.leaving,
            "url_path": f"/reconciliation/readings/{event.run_id}",
        },
    )


def hr_file_refused(recipient_id: int, event: HrFileRefused) -> Letter:
    """Once for each file. What was wrong stands on the page."""
    return Letter(
        key=f"hr_file_refused:{event.file_id}:{recipient_id}",
        template="hr_file_refused",
        recipient_id=recipient_id,
        data={"name": event.name, "faults": event.faults, "url_path": f"/hr-files/{event.file_id}"},
    )


def hr_file_late(recipient_id: int, event: HrFileLate, written_on: date) -> Letter:
    """Once for each file that nothing newer has followed; ``written_on`` is the local day."""
    return Letter(
        key=f"hr_file_late:{event.file_id}:{recipient_id}",
        template="hr_file_late",
        recipient_id=recipient_id,
        data={
            "name": event.name,
            "written_on": written_on.isoformat(),
            "url_path": "/hr-files",
        },
    )
