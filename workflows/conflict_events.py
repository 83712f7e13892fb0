"""What happens to exemptions from toxic pairs (rules.md G13), in the past tense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class ToxicExemptionChanged:
    """An exemption from a toxic pair was asked for, approved by one of the two, rejected or ended (``what``)."""

    exemption_id: int
    what: str
    pair_id: int
    subject_id: int
    actor: Actor
    at: datetime
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
