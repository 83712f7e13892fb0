"""What has happened before a sensitive right may be used (rules.md C3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class GrantIntroduced:
    """Somebody has introduced the holder and handed over the manual in ``manual_version``."""

    grant_id: int
    request_id: int | None
    manual_version: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class GrantActivated:
    """The holder has received both, and the right may be used."""

    grant_id: int
    request_id: int | None
    manual_version: str
    actor: Actor
    at: datetime
