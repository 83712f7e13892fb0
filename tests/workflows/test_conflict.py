"""Toxic pairs (rules.md G13): symmetric, by person or by scope, and let through only as their mode has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.workflows.cases import ALICE, BOB, INGA, OLGA, TODAY, order
from workflows import conflict
from workflows.case import GuardResult
from workflows.conflict import Exemption, Holding, Mode, ToxicPair
from workflows.guards import GUARDS

PAIR = ToxicPair(1, "EKO.LEVREG", "EKO.UTBET", Mode.APPROVE)
UNTIL = date(2026, 12, 31)
APPROVED = Exemption(1, UNTIL, (OLGA.id, INGA.id))


def asked(mode: Mode = Mode.APPROVE, **changes: Any) -> GuardResult:
    """G13 for Alice, who pays already and orders the register of suppliers."""
    level = replace(order().level, system="EKO", code="LEVREG")
    known = {
        "level": level,
        "valid_to": UNTIL,
        "toxic_pairs": (replace(PAIR, mode=mode),),
        "holdings": (Holding("EKO.UTBET", "", "grant:7"),),
    }
    return GUARDS["G13"](order(**{**known, **changes}))


@pytest.mark.parametrize(
    ("scope", "other", "clash"),
    [("Skola", "Skola", True), ("Skola", "SKOLA", True), ("Skola", "Bibliotek", False), ("", "Skola", True)],
)
def test_pair_of_the_same_scope(scope: str, other: str, clash: bool) -> None:
    pair = replace(PAIR, same_scope=True)
    found = conflict.clashes("EKO.LEVREG", scope, holdings=[Holding("EKO.UTBET", other)], pairs=[pair])
    assert bool(found) == clash


def test_recorded_pair_is_let_through_and_noted_with_what_is_held() -> None:
    seen = asked(Mode.RECORD)
    assert (seen.passed, seen.reason) == (True, "toxic_let_through")
    clash = {"pair": 1, "with": "EKO.UTBET", "held": "grant:7", "mode": "record"}
    assert seen.as_json()["inputs"]["clashes"] == [clash]


def test_enforced_pair_is_refused_whatever_is_approved() -> None:
    assert asked(Mode.ENFORCE, exemptions=(APPROVED,)).reason == "toxic_enforced"


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({}, "toxic_unapproved", "level"),
        ({"exemptions": (replace(APPROVED, pair_id=2),)}, "toxic_unapproved", "level"),
        ({"exemptions": (APPROVED,), "valid_to": date(2027, 1, 1)}, "toxic_beyond_exemption", "valid_to"),
        ({"exemptions": (APPROVED,), "valid_to": None}, "toxic_beyond_exemption", "valid_to"),
        ({"exemptions": (replace(APPROVED, approved_by=(ALICE.id, INGA.id)),)}, "toxic_own_exemption", "level"),
    ],
)
def test_pair_that_needs_an_exemption(changes: dict[str, Any], reason: str, field: str) -> None:
    seen = asked(**changes)
    assert (seen.passed, seen.reason, seen.consequence, seen.field) == (False, reason, "refuse", field)


def test_approved_exemption_lets_the_order_through_until_its_last_day() -> None:
    seen = asked(exemptions=(APPROVED,), valid_to=UNTIL)
    assert (seen.passed, seen.reason) == (True, "toxic_let_through")


def test_longest_of_two_exemptions_counts() -> None:
    earlier = replace(APPROVED, valid_to=TODAY)
    assert asked(exemptions=(earlier, APPROVED), valid_to=UNTIL).passed


def test_one_enforced_pair_is_enough() -> None:
    second = ToxicPair(2, "EKO.ATT", "EKO.LEVREG", Mode.ENFORCE)
    held = (Holding("EKO.UTBET", "", "grant:7"), Holding("EKO.ATT", "", "BEH-2026-000004"))
    seen = asked(toxic_pairs=(PAIR, second), holdings=held, exemptions=(APPROVED,))
    assert seen.reason == "toxic_enforced"


def test_nothing_held_is_no_clash() -> None:
    seen = asked(holdings=())
    assert (seen.passed, seen.reason) == (True, "")


@pytest.mark.parametrize(
    ("by", "approved", "obstacle"),
    [
        (OLGA.id, (), ""),
        (OLGA.id, (INGA.id,), ""),
        (OLGA.id, (OLGA.id,), "four_eyes"),
        (ALICE.id, (), "not_self"),
        (BOB.id, (), "not_self"),
    ],
)
def test_two_others_approve_an_exemption(by: int, approved: tuple[int, ...], obstacle: str) -> None:
    assert conflict.obstacle(by, parties=(ALICE.id, BOB.id), approved=approved) == obstacle
