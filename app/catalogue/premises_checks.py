"""What a schema cannot say of zones and schedules (rules.md C4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.catalogue.faults import CatalogueFault
from app.catalogue.marked_yaml import MarkedYaml


def premises_faults(source: MarkedYaml) -> Iterator[CatalogueFault]:
    """Zones of no board, zones without a time, and more or less than one schedule to propose."""
    boards = {board.get("code") for board in source.data.get("boards", ())}
    for n, system in enumerate(source.data.get("systems", ())):
        yield from _zone_faults(source, n, system, boards)
        yield from _schedule_faults(source, n, system)


def _zone_faults(source: MarkedYaml, n: int, system: Any, boards: set[Any]) -> Iterator[CatalogueFault]:
    for m, zone in enumerate(system.get("zones", ())):
        if zone.get("board") is not None and zone["board"] not in boards:
            yield source.fault(("systems", n, "zones", m, "board"), zone["board"], "en nämnd som finns i boards")
    if system.get("zones") and not system.get("schedules"):
        yield source.fault(("systems", n, "zones"), "zoner utan tider", "schedules, med tiderna då en tagg öppnar")


def _schedule_faults(source: MarkedYaml, n: int, system: Any) -> Iterator[CatalogueFault]:
    schedules = system.get("schedules", ())
    proposed = sum(bool(schedule.get("default")) for schedule in schedules)
    if schedules and proposed != 1:
        yield source.fault(("systems", n, "schedules"), f"{proposed} med default: true", "precis en med default: true")
