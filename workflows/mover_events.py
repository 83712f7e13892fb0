"""What has happened to somebody who moves, in the past tense (as ``events``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class MoverMoved:
    """``trigger``: open, another_day, moved_again, or an act of the definition; ``data`` has where from and to."""

    mover_id: int
    person_id: int
    trigger: str
    state_from: str
    state_to: str
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MoverRowDecided:
    """About one right: ``what`` is the row's new state, or overlap; ``data`` has the day and why."""

    mover_id: int
    person_id: int
    grant_id: int
    what: str
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
