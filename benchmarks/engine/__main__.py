"""``python -m benchmarks.engine``: medians of several runs, with the lowest and the highest."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from time import perf_counter

from benchmarks.engine import contestants
from benchmarks.lifecycle.servers import packages
from workflows import loader, simulate
from workflows.calendar import WorkingCalendar
from workflows.proof import asking, checking

MICROSECONDS, MILLISECONDS = 1e6, 1e3


def timed(act: Callable[[], object], *, runs: int, times: int) -> list[float]:
    """Seconds for one ``act``, in each of the runs; one more before them does not count."""
    found = []
    for _ in range(runs + 1):
        start = perf_counter()
        for _ in range(times):
            act()
        found.append((perf_counter() - start) / times)
    return found[1:]


def show(name: str, seconds: list[float], factor: float, unit: str) -> None:
    """One line: the median, the lowest and the highest."""
    low, middle, high = (f"{value * factor:.1f}" for value in (min(seconds), median(seconds), max(seconds)))
    print(f"{name:58} {middle:>8} {unit} ({low} to {high})")


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--runs", type=int, default=5)
    given.add_argument("--times", type=int, default=500, help="lives in each run")
    chosen = given.parse_args()
    sys.path.append(str(packages()))
    lives = (
        ("one move, next_state with all guards", contestants.behorig_moves()),
        ("one move and the case that follows it", contestants.behorig()),
        ("one move, a bare transitions machine", contestants.bare_transitions()),
        ("one move, SpiffWorkflow", contestants.spiffworkflow()),
    )
    for name, life in lives:
        seconds = timed(life, runs=chosen.runs, times=chosen.times)
        show(name, [s / contestants.DECISIONS for s in seconds], MICROSECONDS, "µs")
    workflow, calendar = loader.load_catalog()["business_system"], WorkingCalendar()
    draft = replace(contestants.requested(), state="draft")
    seconds = timed(lambda: simulate.path(workflow, draft, calendar), runs=chosen.runs, times=chosen.times)
    show("simulation of an order", seconds, MILLISECONDS, "ms")
    show("loading all definitions", timed(loader.load_catalog, runs=chosen.runs, times=5), MILLISECONDS, "ms")
    show("proving all definitions", timed(_prove_all, runs=min(chosen.runs, 3), times=1), MILLISECONDS, "ms")


def _prove_all() -> None:
    asking.study.cache_clear()
    for workflow in loader.load_catalog().values():
        assert not checking.prove(workflow)


if __name__ == "__main__":
    main()
