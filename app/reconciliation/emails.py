"""Who is told what about readings of the directory and findings. Each function queues; nothing is sent here."""

from __future__ import annotations

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import db
from app.directory.models import Person
from app.notifications import directory_letters, finding_letters, services
from workflows.directory_events import ReadingHeld
from workflows.findings import OrderAfterwardsAsked


def held(event: ReadingHeld) -> None:
    """The coordinators hear that nothing of it was applied."""
    told = catalogue.coordinators(clock.local(event.at).date())
    services.queue_all([directory_letters.held(person.id, event) for person in told], now=event.at)


def order_asked(event: OrderAfterwardsAsked) -> None:
    """The manager gets the way to an order of each level that was found."""
    person = db.session.get_one(Person, event.person_id)
    name = "" if person.protected_identity else person.display_name
    letters = []
    for level_id in event.level_ids:
        level = db.session.get_one(AccessLevel, level_id)
        access, to = f"{level.system.name}, {level.label}", event.manager_id
        letters.append(finding_letters.order_asked(to, event.finding_id, level_id=level.id, access=access, name=name))
    services.queue_all(letters, now=event.at)
