"""What is on record of an emergency, beside the moves of its order (rules.md C7, C15)."""

from __future__ import annotations

import re

from app.audit.services import record
from workflows.emergency_events import EmergencyMoved


def emergency_moved(event: EmergencyMoved) -> None:
    """It began, was extended, ended, judged, followed up, closed, or a deviation was noted: emergency.began and so on.

    It is filed under the order too, whose reader finds all of it in one place.
    """
    what = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(event).__name__).lower().removeprefix("emergency_")
    record(
        f"emergency.{what}",
        actor=event.actor,
        at=event.at,
        object_type="emergency",
        object_id=event.emergency_id,
        request_id=event.request_id,
        reason=event.reason,
        data=dict(event.data),
    )
