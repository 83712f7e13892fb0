"""What happens to matters when something happens elsewhere."""

from __future__ import annotations

from app import clock
from app.db import db
from app.events import publish
from app.matters import queries, renewing
from workflows.case import EmploymentStatus
from workflows.events import DIRECTORY, EmploymentChanged
from workflows.matter_events import MatterHandedOn


def employment_changed(event: EmploymentChanged) -> None:
    """What somebody had opened who has left is somebody else's: else nobody could complete it (a reaction)."""
    if event.after != EmploymentStatus.ENDED:
        return
    now = clock.now()
    for matter in queries.under_way_of(event.person_id):
        successor = renewing.who_can(matter, now)
        if successor is None or successor.id == matter.opened_by_id:
            continue
        before, matter.opened_by_id = matter.opened_by_id, successor.id
        db.session.flush()
        db.session.refresh(matter)
        publish(MatterHandedOn(matter.id, before, successor.id, DIRECTORY, now))
