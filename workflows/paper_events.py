"""What happens to packs of paper forms and to outages (rules.md C12), in the past tense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class PaperPackMade:
    """A pack was printed: its serials are issued, and those of the edition that it replaces are void."""

    pack_id: int
    system_id: int
    unit_id: int | None
    serials: tuple[str, ...]
    voided: tuple[str, ...]
    digest: str
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
