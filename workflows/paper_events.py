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


@dataclass(frozen=True, slots=True)
class OutageChanged:
    """An outage was declared, its measures decided, or it was ended (``what``: declared, measures, ended)."""

    outage_id: int
    what: str
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutageLasts:
    """An outage has lasted until its working day 3 (told to owner and coordinator) or 5 (the owner decides)."""

    outage_id: int
    day: int
    tell: tuple[int, ...]
    system: str
    kind: str
    at: datetime
