"""What happens to a reading of the directory too strange to be believed, and who has left; in the past tense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflows.events import Actor
from workflows.movers import Placement


@dataclass(frozen=True, slots=True)
class ReadingHeld:
    """Nothing of the reading was applied. ``why`` is a stable code, ``leaving`` how many people it would end.

    ``kind``: full or incremental of the directory (``server``: which), hr of a file (``server``: its name).
    """

    run_id: int
    why: str
    server: str
    leaving: int
    at: datetime
    kind: str = "full"


@dataclass(frozen=True, slots=True)
class ReadingReleased:
    """One of two people let it through: ``what`` is proposed, withdrawn or released."""

    run_id: int
    what: str
    reason: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class EmploymentEnded:
    """It is certain that somebody's employment has ended, and all that follows from it follows now.

    ``why``: seen_again or a_day_later (flapping), or what somebody had decided.
    """

    person_id: int
    why: str
    actor: Actor
    at: datetime
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonMoved:
    """It is certain that somebody works elsewhere, as something else or for another (rules.md C5).

    ``what``: unit, title, manager. ``seen_on``: the local date on which it was seen first. ``why``: as EmploymentEnded.
    """

    person_id: int
    what: tuple[str, ...]
    before: Placement
    after: Placement
    seen_on: date
    why: str
    actor: Actor
    at: datetime
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BaselineTaken:
    """Every membership of the day became a right with source legacy: so many, of so many people."""

    baseline_id: int
    rights: int
    people: int
    reason: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class BaselineAnswered:
    """Somebody has said of a right of the baseline: ``verdict`` keep or remove."""

    grant_id: int
    baseline_id: int
    verdict: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class HrFileRefused:
    """A file from HR had ``faults``, and nothing of it was applied."""

    file_id: int
    name: str
    faults: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HrFileLate:
    """No newer file has come from HR for too long; the last was written at ``written_at``."""

    file_id: int
    name: str
    written_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class HrFileApplied:
    """A file from HR is what is known of employments now; it altered the status of ``changed`` people."""

    file_id: int
    name: str
    people: int
    employments: int
    changed: int
    at: datetime
