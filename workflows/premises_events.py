"""What has happened to a tag, a card or a key, and who has read which zones there are (rules.md C4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class CredentialChanged:
    """``what``: programmed, handed_out, received, handed_back, lost, found, block_ordered, blocked, not_back.

    ``request_id`` is the order of the right that it carries, the first of them where there are several. ``data`` never
    holds the number of a proof of identity, nor a PIN.
    """

    credential_id: int
    what: str
    subject_id: int
    request_id: int | None
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ZonesRead:
    """Somebody has opened the list of a system's zones, which is secrecy-marked (rules.md C0.5)."""

    system_id: int
    zones: int
    actor: Actor
    at: datetime
