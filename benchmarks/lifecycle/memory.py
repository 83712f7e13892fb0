"""Memory of processes, as Linux counts it."""

from __future__ import annotations

from pathlib import Path


def children(pid: int) -> list[int]:
    """The processes that ``pid`` started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def megabytes(pid: int) -> tuple[float, float]:
    """RSS, and PSS where shared pages are divided among those who share them."""
    rows = (line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    sizes = {row[0]: int(row[1]) / 1024 for row in rows if row[0] in ("Rss:", "Pss:")}
    return sizes["Rss:"], sizes["Pss:"]
