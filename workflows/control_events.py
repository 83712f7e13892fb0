"""What has happened in the internal control: something was attested, a risk decided, a report moved on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class ControlMoved:
    """The subclasses say what. ``object_type`` and ``object_id``: of what; ``data`` is for the log: plain JSON values.

    ``system_id`` is None for what concerns a board, or the whole municipality.
    """

    object_type: str
    object_id: int
    system_id: int | None
    actor: Actor
    at: datetime
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


class ControlAttested(ControlMoved):
    """Somebody has attested a thing of a system's profile."""

    __slots__ = ()


class ControlRiskNoted(ControlMoved):
    """A risk was written down."""

    __slots__ = ()


class ControlRiskDecided(ControlMoved):
    """The owner has decided about a risk."""

    __slots__ = ()


class ControlRiskClosed(ControlMoved):
    """A risk is no more, or its measure is done."""

    __slots__ = ()
