"""What has happened with a review of what people have, in the past tense (as ``events``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class ReviewMoved:
    """A campaign moved, or somebody acted on all of it: ``what`` is opened, ended, applying, stopped, released, closed,
    cancelled or not_opened. ``data`` is for the log: plain JSON values.
    """

    campaign_id: int
    what: str
    actor: Actor
    at: datetime
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReviewAnswered:
    """Somebody answered for rights: ``answers`` are the right, the verdict, and the reason in words of each."""

    campaign_id: int
    actor: Actor
    at: datetime
    answers: tuple[Mapping[str, Any], ...]
    seconds: float
    is_bulk: bool


@dataclass(frozen=True, slots=True)
class ReviewApplied:
    """An answer, or silence, had its effect on rights: their ids, by outcome."""

    campaign_id: int
    actor: Actor
    at: datetime
    outcomes: Mapping[str, tuple[int, ...]]
