"""What is wrong with a catalogue file, in words for the person who mends it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class CatalogueFault:
    """One thing to mend. ``line`` counts from 1; ``key`` is a path such as ``systems[MIC].levels[DISK].profile``."""

    file: str
    line: int
    key: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: hittade {self.found}, väntade {self.expected}"


class CatalogueError(Exception):
    """The file cannot be used, and nothing was changed. ``faults`` holds all that was found, by line."""

    def __init__(self, faults: Iterable[CatalogueFault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))
