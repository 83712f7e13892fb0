"""What happens to matters when something happens elsewhere."""

from __future__ import annotations

from app.db import db
from app.events import publish
from app.matters import queries, renewing
from workflows.directory_events import EmploymentEnded
from workflows.matter_events import MatterHandedOn


def employment_ended(event: EmploymentEnded) -> None:
    """What somebody had opened who has left is somebody else's: else nobody could complete it (a reaction)."""
    now = event.at
    for matter in queries.under_way_of(event.person_id):
        successor = renewing.who_can(matter, now)
        if successor is None or successor.id == matter.opened_by_id:
            continue
        before, matter.opened_by_id = matter.opened_by_id, successor.id
        db.session.flush()
        db.session.refresh(matter)
        publish(MatterHandedOn(matter.id, before, successor.id, event.actor, now))
