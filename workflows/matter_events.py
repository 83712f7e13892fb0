"""What has happened to a matter: an integration, a system on its way in or out (rules.md C10, C14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflows.case import Case
from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class MatterMoved:
    """A matter went from one state to another. ``data`` holds the version of the form and what was answered in it."""

    matter_id: int
    trigger: str
    state_from: str
    state_to: str
    actor: Actor
    at: datetime
    round: int = 1
    reason: str = ""
    guards: tuple[Mapping[str, Any], ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    case: Case | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class MatterMoveRefused:
    """Somebody tried what the rules do not allow about a matter. Kept: the try is evidence."""

    matter_id: int
    trigger: str
    reason: str
    actor: Actor
    at: datetime
    guards: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class MatterTaskRang:
    """Time has come for a matter's task: ``act`` is lapse or escalate_n, ``ask`` whom an escalation asks."""

    task_id: int
    matter_id: int
    act: str
    ask: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MatterTaskLeft:
    """Somebody who was asked about a matter is asked no more: whoever the rules name now shall be."""

    task_id: int
    matter_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ConditionMet:
    """What was approved on condition is done."""

    condition_id: int
    matter_id: int
    text: str
    note: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class ConditionNear:
    """A condition or an exception is due soon (``days`` > 0, working days), or its day has passed (0)."""

    condition_id: int
    matter_id: int
    due_on: date
    days: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RenewalOpened:
    """What was approved is to be approved anew; ``actor`` is who brings it up to date."""

    matter_id: int
    previous_id: int
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class MatterHandedOn:
    """Whoever opened the matter has left, and somebody else answers for it."""

    matter_id: int
    from_id: int
    to_id: int
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class SuccessorAnswered:
    """A manager has said who needs the system that replaces another; ``answers`` by id of the person."""

    matter_id: int
    task_id: int
    answers: Mapping[int, str]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class MatterDocumentMade:
    """A file of the matter was made for the registry; ``digest`` is its SHA-256."""

    document_id: int
    matter_id: int
    form_version: int
    diary_number: str
    digest: str
    actor: Actor
    at: datetime
