"""What has happened to systems, in the past tense; as ``workflows.events``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class FreezeChanged:
    """A system's freeze windows are others now; ``what``: planned, added or ended, ``data`` says which."""

    system_id: int
    what: str
    actor: Actor
    at: datetime
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskDueMoved:
    """A freeze window, or its early end, has moved the due date of a task (G15)."""

    task_id: int
    request_id: int | None
    due_before: date
    due_on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class LifecycleChanged:
    """A system has come into production, is on its way out, or is retired, by a matter (rules.md C14)."""

    system_id: int
    matter_id: int
    before: str
    after: str
    actor: Actor
    at: datetime
