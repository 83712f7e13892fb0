"""Physical access: of which zones the owner is asked, and the proof of the process (rules.md C4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.cases import ALICE, BOB, CAROL, DAN, order
from tests.workflows.matters import written
from workflows import authority, loader, machine, premises, soundness, variants
from workflows.case import Case, Level, Profile
from workflows.errors import Refused
from workflows.premises import Zone
from workflows.proof import checking
from workflows.proof.faults import GATED, IMPARTIAL, SOUND, TIMELESS

TEXT = (loader.CATALOG / "physical_access.yaml").read_text(encoding="utf-8")
PROCESS = loader.load_catalog()["physical_access"]
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


def test_process_is_proved_safe() -> None:
    assert checking.objections(PROCESS) == ()
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


GRANTED_AFTER_MANAGER = "by: grant, guards: [G6, G7, G13, G3, G1, G2, G8, G9], only_zones: [ordinary]"
PROGRAMMING = "    otherwise: [system_owner, coordinator, it_manager]\n    only_zones: [ordinary]"
OWNERS_MOVE = "by: owner_approval, guards: [G6, G7, G13, G3, G1, G2, G8, G9], only_zones: [special]"
LAPSE = "{trigger: lapse, from: manager_approved, to: lapsed, by: time, only_zones: [special]}"


@pytest.mark.parametrize(
    ("old", "new", "invariant"),
    [
        ("to: manager_approved, by: implicit", "to: granted, by: implicit", IMPARTIAL),
        (GRANTED_AFTER_MANAGER, GRANTED_AFTER_MANAGER.replace("G1, ", ""), GATED),
        (LAPSE, LAPSE.replace("to: lapsed", "to: granted"), TIMELESS),
        (PROGRAMMING, PROGRAMMING.replace("ordinary", "special"), SOUND),
        (OWNERS_MOVE, OWNERS_MOVE.replace("special", "ordinary"), SOUND),
    ],
)
def test_broken_process_is_refused(old: str, new: str, invariant: int) -> None:
    assert invariant in {fault.invariant for fault in checking.prove(written(TEXT, (old, new)))}
