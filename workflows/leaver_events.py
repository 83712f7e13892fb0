"""What has happened to somebody who leaves, in the past tense (as ``events``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class LeaverMoved:
    """``trigger``: open, move_day, or an act of the definition; ``data`` has the source, the last day, the code."""

    leaver_id: int
    person_id: int
    trigger: str
    state_from: str
    state_to: str
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeaverHasAccess:
    """A snapshot shows what should be gone (rules.md C6). The findings F4, F5 and F10 are made of the same readings.

    ``what``: enabled_account or membership. ``key`` parts one from another: the account's or the group's objectGUID.
    ``system_id`` and ``level_id`` None: an account.
    """

    leaver_id: int
    person_id: int
    what: str
    key: str
    snapshot_id: int
    at: datetime
    system_id: int | None = None
    level_id: int | None = None
    grant_id: int | None = None
