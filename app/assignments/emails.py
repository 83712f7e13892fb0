"""Who is told what about assignments. Each function queues; nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterator

from app import clock
from app.assignments import queries
from app.assignments.models import Assignment
from app.catalogue import queries as catalogue
from app.directory import queries as directory
from app.notifications import assignment_letters as letters
from app.notifications import services
from app.notifications.letter import To
from workflows.assignment_events import AssignmentMoved

OF_SPONSOR = ("registered", "extended", "ending", "sponsor_named", "ended")
OF_OTHERS = ("sponsor_left", "suspended")  # whoever can name somebody else


def assignment_moved(event: AssignmentMoved) -> None:
    """The sponsor; and where there is none, the nearest manager above who is at work, and the coordinators."""
    one = queries.assignment(event.assignment_id)
    name = "" if one.person.protected_identity else one.person.display_name
    found = [
        letters.told(to, event.what, event.at.isoformat(), assignment_id=one.id, name=name, ends_on=event.ends_on)
        for to in _receivers(event, one)
        if to.person_id != event.actor.person_id
    ]
    services.queue_all(found, now=event.at)


def _receivers(event: AssignmentMoved, one: Assignment) -> Iterator[To]:
    if event.what in OF_SPONSOR and one.vacant_since is None:
        yield To(person_id=one.sponsor_id, role="sponsor")
    if event.what in OF_OTHERS:
        above = directory.nearest_manager(one.sponsor_id)
        coordinators = {p.id for p in catalogue.coordinators(clock.local(event.at).date())}
        if above is not None and above.id not in coordinators:
            yield To(person_id=above.id, role="manager")
        yield from (To(person_id=person_id, role="coordinator") for person_id in sorted(coordinators))
