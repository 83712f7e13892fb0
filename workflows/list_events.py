"""What happens to lists of accounts of systems outside the directory (rules.md C13, F13), in the past tense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class UserListMoved:
    """A list was handed in, mapped, applied or dropped (``what``); ``data`` says its name, SHA-256 and numbers."""

    list_id: int
    system_id: int
    what: str
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServiceAccountAccepted:
    """Somebody answers for an account without a person, to a day."""

    service_id: int
    system_id: int
    login: str
    responsible_id: int
    until: date
    reason: str
    actor: Actor
    at: datetime
