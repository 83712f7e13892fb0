"""What happens to a reading of the directory that is too strange to be believed, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class ReadingHeld:
    """Nothing of the reading was applied. ``why`` is a stable code, ``leaving`` how many people it would end."""

    run_id: int
    why: str
    server: str
    leaving: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ReadingReleased:
    """One of two people let it through: ``what`` is proposed, withdrawn or released."""

    run_id: int
    what: str
    reason: str
    actor: Actor
    at: datetime
