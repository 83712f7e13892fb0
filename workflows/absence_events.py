"""What has happened about somebody's leave, in the past tense (as ``events``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class AbsenceMoved:
    """``trigger``: open, other_dates, rest, or an act of the definition; ``data`` has the dates, and never why."""

    absence_id: int
    person_id: int
    trigger: str
    state_from: str
    state_to: str
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
