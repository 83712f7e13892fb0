"""What has happened to what people hold, in the past tense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class GrantIssued:
    """A person has an access right."""

    grant_id: int
    request_id: int | None
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GrantExtended:
    """The right goes on, under a new order."""

    grant_id: int
    request_id: int
    valid_to: date | None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class GrantRevocationOrdered:
    """The right shall be removed; the revoke task never lapses."""

    grant_id: int
    request_id: int | None
    reason: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class GrantReplaced:
    """A right gives way to another level of the same system; each belongs to an order of its own."""

    grant_id: int
    request_id: int | None
    by_grant_id: int
    by_request_id: int
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GrantRevoked:
    """The system manager confirmed that the right is gone."""

    grant_id: int
    request_id: int | None
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GrantEndNear:
    """20 or 5 working days remain: shall it be extended?"""

    grant_id: int
    working_days: int
    at: datetime
