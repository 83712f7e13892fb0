"""What has happened with a check of a system's log: it was drawn, answered in part, or signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class LogCheckMoved:
    """Something happened with a check; the subclasses say what. ``data`` is for the log: plain JSON values."""

    check_id: int
    system_id: int
    actor: Actor
    at: datetime
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


class LogCheckDrawn(LogCheckMoved):
    """The month's sample is drawn: ``data`` has the seed, how many users there were, and who was drawn."""

    __slots__ = ()


class LogCheckSaved(LogCheckMoved):
    """Some answers were kept; ``data["answers"]`` are those that changed, by person."""

    __slots__ = ()


class LogCheckSigned(LogCheckMoved):
    """The check is done and signed by the actor; ``data`` has the figures."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class LogCheckTaskRang:
    """A clock of a check's task has rung: more people are to be asked."""

    task_id: int
    act: str
    ask: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LogCheckTaskLeft:
    """Somebody whom a check's task asked is not asked any more: whoever the rules name is asked instead."""

    task_id: int
    at: datetime
