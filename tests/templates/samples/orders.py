"""Orders and the rights that they led to."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Thing
from typing import Any

from tests.templates.people import ALICE, BOB, MARIA
from tests.templates.samples.catalogue import BIST, KATALOG, LAN

JUSTIFICATION = "Jag börjar i lånedisken den 1 december och ersätter Inger som går i pension."
LONG_JUSTIFICATION = (
    "Maria-Therése tar över utredningarna i distrikt Norr när två kollegor går på föräldraledighet. "
    "Hon behöver kunna läsa, utreda och fatta beslut enligt delegationsordningen."
)


def order(**changes: Any) -> Thing:
    """An AccessRequest."""
    fields = {
        "case_number": "BEH-2026-000123",
        "kind": "new",
        "state": "requested",
        "subject": ALICE,
        "orderer": ALICE,
        "level": LAN,
        "scope": "",
        "valid_from": date(2026, 12, 1),
        "valid_to": None,
        "justification": JUSTIFICATION,
        "question": "",
        "replaces": "",
        "finding_id": None,
        "receiving_unit": None,
    }
    return Thing(**(fields | changes))


HARD_ORDER = order(
    case_number="BEH-2026-000117",
    subject=MARIA,
    orderer=BOB,
    level=BIST,
    valid_to=date(2027, 11, 30),
    scope="Myndighetsutövning äldre och funktionsnedsättning, enhet Norr",
    justification=LONG_JUSTIFICATION,
)


def held(number: int, which: Thing, **changes: Any) -> Thing:
    """A Grant, and at the same time a row of a list of grants."""
    fields = {
        "id": number,
        "subject": MARIA,
        "scope": "",
        "status": "active",
        "valid_to": None,
        "target_user_id": "MARUGG01",
        "may_extend": False,
        "may_change": False,
        "may_end": True,
        "change_id": None,
        "request": "BEH-2025-000481",
    }
    return Thing(level=which, system=which.system.name, **(fields | changes))


def row(held_right: Thing) -> Thing:
    """The flat form of a grant, for macros/rows.html."""
    return Thing(**(vars(held_right) | {"level": held_right.level.label}))


GRANTS = [
    row(held(1, LAN, valid_to=date(2026, 12, 18), may_extend=True, may_change=True, change_id=1)),
    row(held(2, BIST, scope="Enhet Norr", valid_to=date(2027, 11, 30))),
    row(held(3, KATALOG, status="revocation_pending", may_end=False)),
]
