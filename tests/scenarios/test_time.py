"""Scenarios 11 and 12: nobody answers, across Christmas, with the jobs run day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import time_machine

from tests.scenarios.conftest import DESK, Scene
from tests.stateful.world import World

THURSDAY = datetime(2026, 12, 17, 8, 0, tzinfo=UTC)


def until(scene: Scene, day: date) -> None:
    """The morning of ``day``, after every morning before it."""
    scene.world.waits((day - scene.world.today).days)


def test_scenario_11_silent_manager(world: World, clock: time_machine.Traveller) -> None:
    """R1 +2, R2 +4, deputy +5, next level +8, lapse +20: 24-26, 31 December and 1, 6 January are closed."""
    world.begin(THURSDAY, clock)
    scene = Scene(world)
    assert scene.acts.name_deputy("Bo", "Karin", 60, absence=False)
    case = scene.order("Anna", "Anna", DESK)
    days = {
        date(2026, 12, 18): (0, {"Bo"}),
        date(2026, 12, 21): (1, {"Bo"}),  # R1, the second working day
        date(2026, 12, 22): (1, {"Bo"}),
        date(2026, 12, 23): (2, {"Bo"}),  # R2, the fourth
        date(2026, 12, 27): (2, {"Bo"}),
        date(2026, 12, 28): (2, {"Bo", "Karin"}),  # the deputy, the fifth
        date(2026, 12, 30): (2, {"Bo", "Karin"}),
        date(2027, 1, 4): (2, {"Bo", "Karin", "Greta"}),  # the next level, the eighth
    }
    for day, (reminders, asked) in days.items():
        until(scene, day)
        assert (len([s for s in scene.subjects("Bo") if s.startswith("Påminnelse")]), scene.asked(case)) == (
            reminders,
            asked,
        ), day
    scene.world.waits((date(2027, 1, 20) - scene.world.today).days)
    assert scene.state(case) == "requested"
    scene.world.waits(1)  # 21 January, the twentieth
    assert scene.state(case) == "lapsed"


def test_scenario_12_silent_system_manager(scene: Scene) -> None:
    """It never lapses, and the owner is asked at due +4."""
    case = scene.order("Anna", "Anna", ("EKO", "LEVREG"), days=0)
    assert scene.answer("Bo", case)
    assert scene.asked(case) == {"Siv", "Tor"}
    until(scene, date(2026, 3, 10))  # due on Thursday the 5th, three working days late
    assert scene.asked(case) == {"Siv", "Tor"}
    until(scene, date(2026, 3, 11))
    assert scene.asked(case) == {"Siv", "Tor", "Bo"}  # Bo owns it, and has approved as manager too (rules.md G7)
    scene.world.waits(200, asleep=True)
    assert scene.state(case) == "manager_approved"
    scene.approved("Tor", case=case)
    assert scene.state(case) == "granted"
