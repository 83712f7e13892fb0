"""Who is told of files from HR. Each function queues; nothing is sent here."""

from __future__ import annotations

from datetime import datetime

from app import clock
from app.catalogue import queries as catalogue
from app.notifications import directory_letters, services
from workflows.directory_events import HrFileLate, HrFileRefused


def refused(event: HrFileRefused) -> None:
    """The coordinators hear that nothing of it was applied."""
    services.queue_all([directory_letters.hr_file_refused(to, event) for to in _told(event.at)], now=event.at)


def late(event: HrFileLate) -> None:
    """The coordinators hear that what is known grows old."""
    day = clock.local(event.written_at).date()
    services.queue_all([directory_letters.hr_file_late(to, event, day) for to in _told(event.at)], now=event.at)


def _told(at: datetime) -> list[int]:
    return [person.id for person in catalogue.coordinators(clock.local(at).date())]
