"""Who is told what about privileged access. Each function queues; nothing is sent here."""

from __future__ import annotations

from app.notifications import privileged_letters, services
from workflows.privileged_events import PrivilegedListed


def listed(event: PrivilegedListed) -> None:
    """Coordinators and owners get the way to the quarter's list."""
    letters = [privileged_letters.listed(person_id, event.day, counts) for person_id, counts in event.tell.items()]
    services.queue_all(letters, now=event.at)
