"""Processor time of processes, as Linux counts it: steadier than the clock on a machine that others use too."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.lifecycle.memory import children

TICKS = os.sysconf("SC_CLK_TCK")
PARENT, USER, SYSTEM, ENDED_USER, ENDED_SYSTEM = 1, 11, 12, 13, 14  # of /proc/<pid>/stat, after the name


def seconds(pids: Sequence[int]) -> float:
    """What these processes have used, in user and system mode."""
    return sum(_used(pid, USER, SYSTEM) for pid in pids)


def of_server(pid: int) -> float:
    """What everything that ``pid`` has started has used, also what has ended since: every connection of a database."""
    return seconds(children(pid)) + _used(pid, ENDED_USER, ENDED_SYSTEM)


def parent(pid: int) -> int:
    """Who started the process."""
    return _fields(pid)[PARENT]


def _used(pid: int, *which: int) -> float:
    try:
        fields = _fields(pid)
    except FileNotFoundError:  # it has ended since it was listed: whoever started it has its time
        return 0
    return sum(fields[one] for one in which) / TICKS


def _fields(pid: int) -> list[int]:
    words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return [0, *map(int, words[1:])]
