"""What has happened about newcomers, in the past tense (as ``events``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class ArrivalMoved:
    """``what``: noticed, ordered, opened_again, declined (with ``reason``) or left; ``state`` afterwards."""

    arrival_id: int
    person_id: int
    what: str
    state: str
    actor: Actor
    at: datetime
    reason: str = ""
