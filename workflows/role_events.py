"""What has happened to people's roles: as ``events``, for those who stand in, order for others or hand a role over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class DeputyNamed:
    """``deputy_id`` acts for ``person_id`` between two local dates, inclusive; ``absence`` as in W16."""

    deputyship_id: int
    person_id: int
    deputy_id: int
    valid_from: date
    valid_to: date
    absence: bool
    actor: Actor
    at: datetime
    reason: str = ""


class DeputyEnded(DeputyNamed):
    """That is over before its last day; ``reason`` is withdrawn or employment_ended."""

    __slots__ = ()
