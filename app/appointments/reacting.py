"""What happens to appointments when something happens elsewhere."""

from __future__ import annotations

from app import clock
from app.catalogue import services as catalogue
from workflows.case import EmploymentStatus
from workflows.events import DIRECTORY, EmploymentChanged


def employment_changed(event: EmploymentChanged) -> None:
    """Who has left stands in for nobody, and nobody for them (rules.md W16)."""
    if event.after == EmploymentStatus.ENDED:
        catalogue.end_deputies_of(
            event.person_id, reason="employment_ended", actor=DIRECTORY, now=clock.now(), today=clock.today()
        )
