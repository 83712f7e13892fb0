"""Who is told what about outages. Each function queues; nothing is sent here."""

from __future__ import annotations

from app.notifications import outage_letters, services
from workflows.paper_events import OutageLasts, PaperAsked


def lasts(event: OutageLasts) -> None:
    """Owner and coordinators hear that it lasts, and on day 5 what the owner has to decide."""
    what = (event.kind, event.system)
    letters = [outage_letters.lasts(person_id, event.outage_id, event.day, what) for person_id in event.tell]
    services.queue_all(letters, now=event.at)


def asked(event: PaperAsked) -> None:
    """Who registers, verifies, closes, settles or drills is asked, and reminded."""
    services.queue_all([outage_letters.asked(person_id, event) for person_id in event.tell], now=event.at)
