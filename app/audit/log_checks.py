"""What is on record of the checks of systems' logs (rules.md C3, IK-08)."""

from __future__ import annotations

import re

from app.audit.services import record
from workflows.log_check_events import LogCheckMoved


def moved(event: LogCheckMoved) -> None:
    """It was drawn, saved or signed: log_check.drawn and so on."""
    what = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(event).__name__).lower().removeprefix("log_check_")
    record(
        f"log_check.{what}",
        actor=event.actor,
        at=event.at,
        object_type="log_check",
        object_id=event.check_id,
        reason=event.reason,
        data={"system": event.system_id, **event.data},
    )
