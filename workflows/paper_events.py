"""What happens to packs of paper forms and to outages (rules.md C12), in the past tense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
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


@dataclass(frozen=True, slots=True)
class PaperOrderMoved:
    """A form was registered, sent back, corrected, verified, judged by the rules, or settled (``trigger``)."""

    paper_id: int
    serial: str
    trigger: str
    state_from: str
    state_to: str
    actor: Actor
    at: datetime
    reason: str = ""
    guards: tuple[Mapping[str, Any], ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaperScanFetched:
    """Somebody has fetched the scan of a form."""

    paper_id: int
    scan_id: int
    digest: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class PaperAsked:
    """People are asked about the forms of an outage, or reminded (``act``: ask, verify, remind_1, escalate_1 ...).

    ``about``: registration (of a system's forms), closing (of the outage), finding, or drill (of the system ``code``).
    """

    about: str
    thing_id: int
    outage_id: int
    act: str
    tell: tuple[int, ...]
    system: str
    due_on: date
    at: datetime
    code: str = ""


@dataclass(frozen=True, slots=True)
class FindingMoved:
    """A finding was opened, added to, or settled. ``state_from`` is empty for a new one."""

    finding_id: int
    state_from: str
    state_to: str
    actor: Actor
    at: datetime
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContinuityTested:
    """The yearly drill of a system's paper routine was held."""

    test_id: int
    system_id: int
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
