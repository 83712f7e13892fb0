"""What happens to changes of work when something happens elsewhere."""

from __future__ import annotations

from app import clock
from app.movers import held, queries, reorganising, services
from workflows.directory_events import EmploymentEnded, PersonMoved


def person_moved(event: PersonMoved) -> None:
    """It is certain that somebody has moved: a case opens by itself, or the one that there is goes on (a reaction).

    Where too many move at once it waits for the coordinator.
    """
    known, now = queries.open_of(event.person_id), clock.now()
    if known is not None:
        services.seen(known, event, now)
    elif not (held.goes_on(event, now) or reorganising.takes(event, now) or held.holds(event, now)):
        services.open_seen(event, now)


def employment_ended(event: EmploymentEnded) -> None:
    """Who leaves meanwhile is a leaver, and no mover any more (a reaction)."""
    held.leave(event.person_id, event.at)
    services.leave(event.person_id, actor=event.actor, now=event.at)
