"""What happens to leaves when something happens elsewhere."""

from __future__ import annotations

from app import clock
from app.absences import services
from workflows.case import EmploymentStatus as Status
from workflows.directory_events import EmploymentEnded
from workflows.events import EmploymentChanged


def employment_changed(event: EmploymentChanged) -> None:
    """The directory shows a leave, or a return (a reaction). What it cannot say is neither."""
    if event.after == Status.ON_LEAVE:
        services.seen_away(event.person_id, clock.now())
    elif event.after == Status.ACTIVE:  # also by way of ambiguous, or of an end that was none
        services.seen_back(event.person_id, clock.now())


def employment_ended(event: EmploymentEnded) -> None:
    """Who leaves does not come back (a reaction)."""
    services.leave(event.person_id, actor=event.actor, now=event.at)
