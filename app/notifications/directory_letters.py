"""Mails about readings of the directory. As ``letters``: they write nothing.

| Function | Template | To | Says |
|---|---|---|---|
| held | reading_held | the coordinators | a reading was too strange to apply; two people may let it through |
"""

from __future__ import annotations

from app.notifications.letter import Letter
from workflows.directory_events import ReadingHeld


def held(recipient_id: int, event: ReadingHeld) -> Letter:
    """Once for each reading. Nobody is named: who it is about stands on the page."""
    return Letter(
        key=f"reading_held:{event.run_id}:{recipient_id}",
        template="reading_held",
        recipient_id=recipient_id,
        data={
            "why": event.why,
            "server": event.server,
            "leaving": event.leaving,
            "url_path": f"/reconciliation/readings/{event.run_id}",
        },
    )
