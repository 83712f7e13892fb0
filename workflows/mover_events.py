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


@dataclass(frozen=True, slots=True)
class ReorganisationMoved:
    """``trigger``: propose, approve, refuse, withdraw or close; ``data`` has its name, and the units by code."""

    reorganisation_id: int
    board: str
    trigger: str
    state: str
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MovesHeld:
    """So many move at once that nobody is asked yet (rules.md C5). ``moving``: how many it was when that was seen."""

    moving: int
    employed: int
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class MovesReleased:
    """Somebody lets the moves of ``people`` be asked about one by one; ``units`` has old and new unit of each group."""

    people: int
    units: tuple[tuple[int | None, int | None], ...]
    actor: Actor
    at: datetime
