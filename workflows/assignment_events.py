"""What has happened about assignments, in the past tense (as ``events``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class AssignmentMoved:
    """``what``: registered, extended, ending (a reminder), sponsor_left, sponsor_back, sponsor_named, suspended, ended.

    ``was_suspended``: the person's rights rested until now. ``ends_on``: its last day, after what has happened.
    """

    assignment_id: int
    person_id: int
    what: str
    ends_on: date
    actor: Actor
    at: datetime
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
