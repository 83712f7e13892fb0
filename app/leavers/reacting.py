"""What happens to ends of employment when something happens elsewhere."""

from __future__ import annotations

from app import clock
from app.db import db
from app.directory.models import Person
from app.leavers import services
from workflows.directory_events import EmploymentEnded


def employment_ended(event: EmploymentEnded) -> None:
    """The directory has shown that it is over: what is planned ends, and else it begins here (a reaction)."""
    one = services.of_person(event.person_id)
    if one is not None and one.ended_at is not None:
        return
    if one is None:
        person = db.session.get_one(Person, event.person_id)
        today = clock.local(event.at).date()
        last_day = min(person.ends_on or today, today)
        one = services.open_one(person, "ended", last_day, actor=event.actor, now=event.at)
    services.end(one, "leave", why=event.why, actor=event.actor, now=event.at)
