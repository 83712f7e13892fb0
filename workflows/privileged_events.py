"""What is told about privileged access (rules.md C3), in the past tense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PrivilegedTold:
    """Who coordinates information security heard of a privileged right: ``tell`` are their ids."""

    grant_id: int
    tell: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class PrivilegedListed:
    """A quarter's list is made. ``day`` is the quarter's last; ``tell``: by person, how many rights in each system."""

    list_id: int
    day: date
    rights: int
    tell: Mapping[int, Mapping[str, int]]
    at: datetime
