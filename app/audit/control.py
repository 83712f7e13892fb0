"""What is on record of the internal control (rules.md C11)."""

from __future__ import annotations

import re

from app.audit.services import record
from workflows.control_events import ControlMoved


def moved(event: ControlMoved) -> None:
    """It was attested, decided, submitted and so on: control.attested, control.report_approved."""
    what = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(event).__name__).lower().removeprefix("control_")
    record(
        f"control.{what}",
        actor=event.actor,
        at=event.at,
        object_type=event.object_type,
        object_id=event.object_id,
        reason=event.reason,
        data={"system": event.system_id, **event.data},
    )
