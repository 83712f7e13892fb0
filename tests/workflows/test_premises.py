"""Physical access: of which zones the owner is asked (rules.md C4). Its proof is in tests/proof."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.cases import ALICE, BOB, CAROL, CATALOG, DAN, order
from workflows import authority, machine, premises, soundness, variants
from workflows.case import Case, Level, Profile
from workflows.errors import Refused
from workflows.premises import Zone

PROCESS = CATALOG["physical_access"]
DOOR = Level("VAN", "PASS", Profile.PHYSICAL, scope_kind="zone", orderer_required=True)


@pytest.mark.parametrize(
    ("zone", "board", "after_hours", "special"),
    [
        (Zone("ordinary", "p"), "KTN", False, False),
        (Zone("ordinary", "p"), "KTN", True, False),
        (Zone("server_room", "p"), "KTN", False, True),
        (Zone("archive", "p"), "KTN", False, True),
        (Zone("medicine_room", "p", "SOC"), "SOC", False, True),
        (Zone("alarm_centre", "p"), "KTN", False, True),
        (Zone("school", "p", "BUN"), "BUN", False, False),
        (Zone("school", "p", "BUN"), "BUN", True, True),
        (Zone("school", "p", "BUN"), "KTN", False, True),
        (Zone("ordinary", "p", "SOC"), "SOC", True, False),
        (Zone("ordinary", "p", "SOC"), "KTN", False, True),
        (Zone("ordinary", "p", "SOC"), "", False, True),
    ],
)
def test_special_zones(zone: Zone, board: str, after_hours: bool, special: bool) -> None:
    assert premises.is_special(zone, board=board, after_hours=after_hours) == special


def test_each_post_is_asked_once_and_ordinary_zones_ask_nobody() -> None:
    zones = [Zone("archive", "a"), Zone("ordinary", "x"), Zone("server_room", "b"), Zone("alarm_centre", "a")]
    assert premises.posts_asked(zones, board="KTN", after_hours=False) == ("a", "b")
    assert premises.posts_asked([Zone("ordinary", "x")], board="KTN", after_hours=True) == ()


def door(**more: Any) -> Case:
    """Alice's order to pass, sent by Bob's deputy orderer."""
    return order(level=DOOR, **more)


def test_process_is_sound_and_tells_zones_apart() -> None:
    assert soundness.check(PROCESS) == []
    assert {t.zones for t in variants.variants(PROCESS)} == {"ordinary", "special"}


def test_grantor_cannot_pass_the_zones_owner_by() -> None:
    there = {"state": "manager_approved", "actor": CAROL, "orderer": BOB}
    assert machine.next_state(PROCESS, door(**there), "grant").target == "granted"
    with pytest.raises(Refused):
        machine.next_state(PROCESS, door(**there, zones="special", zone_owners=(DAN,)), "grant")
    step = PROCESS.step_in("manager_approved", door(zones="special").traits)
    assert step is not None
    asked = authority.addressees(step, door(zones="special", zone_owners=(DAN,), orderer=BOB))
    assert [a.party.id for a in asked] == [DAN.id]


def test_holder_who_owns_the_zone_is_never_asked() -> None:
    step = PROCESS.step_in("manager_approved", door(zones="special").traits)
    assert step is not None
    asked = authority.addressees(step, door(zones="special", zone_owners=(ALICE,), orderer=BOB))
    assert asked and ALICE.id not in {a.party.id for a in asked}
