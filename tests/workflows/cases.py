"""The characters as the rules see them: Alice asks, Bob decides, Carol grants, Olga owns, Dan must see nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from workflows import loader
from workflows.case import Case, Decision, EmploymentStatus, Level, OrdererAuthority, Party, Profile

TODAY = date(2026, 3, 2)  # a Monday

ALICE, BOB, EVA, CAROL, SAM, OLGA, INGA, DAN, KARIN, STAND_IN = (
    Party(number, name)
    for number, name in enumerate(
        ("Alice", "Bob", "Eva", "Carol", "Sam", "Olga", "Inga", "Dan", "Karin", "Stig"),
        start=1,
    )
)

CATALOG = loader.load_catalog()  # once for all tests of the rules
BASE, SYSTEM = CATALOG["base_order"], CATALOG["business_system"]

MICROMARC = Level("MIC", "DISK", Profile.STANDARD, board="KTN", confidentiality=1)
ADMIN = replace(MICROMARC, code="ADM", profile=Profile.PRIVILEGED, max_days=365, max_days_hourly=120)
BASE_LEVEL = Level("AD", "BAS", Profile.BASIC, is_base=True)


def order(**changes: Any) -> Case:
    """Alice orders MicroMarc for herself: a draft in which nothing is wrong. Bob is her manager, Eva his."""
    case = Case(
        subject=ALICE,
        level=MICROMARC,
        today=TODAY,
        actor=ALICE,
        orderer=ALICE,
        orderer_authority=OrdererAuthority.SELF,
        valid_from=TODAY,
        justification="Jag arbetar i lånedisken.",
        line_managers=(BOB, EVA),
        system_owners=(OLGA,),
        system_managers=(CAROL, SAM),
        board_managers=(KARIN,),
        coordinators=(INGA,),
        has_base_grant=True,
    )
    return replace(case, **changes)


def privileged(**changes: Any) -> Case:
    """As ``order``, of a level that needs the owner too."""
    return order(**{"level": ADMIN, "valid_to": date(2026, 12, 31), **changes})


def approved_by(*deciders: tuple[str, Party]) -> tuple[Decision, ...]:
    """The decisions of the round."""
    return tuple(Decision(step, party.id) for step, party in deciders)


def left(party: Party) -> Party:
    """Somebody whose account is disabled."""
    return replace(party, status=EmploymentStatus.ENDED, may_act=False)


def away(party: Party) -> Party:
    """Somebody on leave, who may act through a deputy only."""
    return replace(party, status=EmploymentStatus.ON_LEAVE)
