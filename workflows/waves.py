"""Whether so many move at once that it is a reorganisation, and nobody is asked one by one (rules.md C5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(hours=24)  # moves within it belong together: a reading is applied in parts, and the next adds to it


@dataclass(frozen=True, slots=True)
class Limits:
    """How many may move at once: a share of the employed, at most so many people, and so many in any case."""

    share: float
    most: int
    floor: int


def is_wave(moving: int, employed: int, limits: Limits) -> bool:
    """True when ``moving`` people of ``employed`` are more than individual moves."""
    return moving > min(max(limits.floor, employed * limits.share), max(limits.most, limits.floor))
