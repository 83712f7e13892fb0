"""What happens to changes of work when something happens elsewhere."""

from __future__ import annotations

from app import clock
from app.movers import queries, services
from workflows.directory_events import EmploymentEnded, PersonMoved


def person_moved(event: PersonMoved) -> None:
    """It is certain that somebody has moved: a case opens by itself, or the one that there is goes on (a reaction)."""
    known, now = queries.open_of(event.person_id), clock.now()
    if known is None:
        services.open_seen(event, now)
    else:
        services.seen(known, event, now)


def employment_ended(event: EmploymentEnded) -> None:
    """Who leaves meanwhile is a leaver, and no mover any more (a reaction)."""
    services.leave(event.person_id, actor=event.actor, now=event.at)
