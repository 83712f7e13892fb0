"""A right rests, and can be used again (rules.md C0.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class GrantSuspended:
    """The right may not be used for a ``reason`` (app/grants/suspending.py). ``was_active``: until now it could be."""

    grant_id: int
    request_id: int | None
    reason: str
    was_active: bool
    actor: Actor
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class GrantResumed:
    """A ``reason`` to let the right rest is gone. ``is_active``: it was the last, and the right may be used again."""

    grant_id: int
    request_id: int | None
    reason: str
    is_active: bool
    actor: Actor
    at: datetime
    note: str = ""
