"""Who is told what about readings of the directory. Each function queues; nothing is sent here."""

from __future__ import annotations

from app import clock
from app.catalogue import queries as catalogue
from app.notifications import directory_letters, services
from workflows.directory_events import ReadingHeld


def held(event: ReadingHeld) -> None:
    """The coordinators hear that nothing of it was applied."""
    told = catalogue.coordinators(clock.local(event.at).date())
    services.queue_all([directory_letters.held(person.id, event) for person in told], now=event.at)
