"""What has happened with an emergency right: it began, went on, ended, was approved or not, was followed up, closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class EmergencyMoved:
    """Something happened with an emergency; the subclasses say what. ``data`` is for the log: plain JSON values."""

    emergency_id: int
    request_id: int
    actor: Actor
    at: datetime
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


class EmergencyBegan(EmergencyMoved):
    """The right is granted and ends by itself at ``data["expires_at"]``."""

    __slots__ = ()


class EmergencyExtended(EmergencyMoved):
    """The owner let it last longer, once."""

    __slots__ = ()


class EmergencyOver(EmergencyMoved):
    """The right has ended; its removal is ordered, unless an ordinary right has taken its place."""

    __slots__ = ()


class EmergencyJudged(EmergencyMoved):
    """The line manager has approved it afterwards, or has not."""

    __slots__ = ()


class EmergencyFollowedUp(EmergencyMoved):
    """The owner has looked at what was done."""

    __slots__ = ()


class EmergencyDeviated(EmergencyMoved):
    """Disapproved, late, or found to be misused: a finding, and perhaps an incident."""

    __slots__ = ()


class EmergencyClosed(EmergencyMoved):
    """Nothing is left to do; ``data["state"]`` is closed or closed_deviation."""

    __slots__ = ()
