"""Toxic combinations: the list, an exemption, and asking for one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from tests.templates import forms, samples
from tests.templates.pages.page import EMPLOYEE, Page
from tests.templates.people import ALICE, BOB, CAROL, DAN, EVA, MARIA

TODAY = date(2026, 11, 25)
ASKED = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
PAIRS = [
    Thing(id=1, first=samples.LAN, second=samples.ADMIN, mode="approve", same_scope=False,
          reason="Samma person kan lägga upp en låntagare och ta bort dennes skulder."),
    Thing(id=2, first=samples.BIST, second=samples.LAN, mode="enforce", same_scope=False,
          reason="Samma person kan besluta om bistånd och betala ut det."),
    Thing(id=3, first=samples.LAN, second=samples.KATALOG, mode="record", same_scope=True,
          reason="Samma person kan kontera och attestera för en enhet."),
]  # fmt: skip


def _exemption(number: int, subject: Thing, status: str = "asked", **more: Any) -> Thing:
    known = {
        "pair": PAIRS[0], "control": "Bibliotekschefen går igenom alla borttagna skulder varje månad.",
        "valid_to": date(2027, 6, 30), "asked_by": BOB, "asked_at": ASKED, "owner_id": None, "owner": None,
        "owner_at": None, "coordinator_id": None, "coordinator": None, "coordinator_at": None, "reason": "",
    }  # fmt: skip
    return Thing(id=number, subject=subject, status=status, **(known | more))


HALF = _exemption(7, MARIA, owner_id=6, owner=EVA, owner_at=ASKED)
GIVEN = _exemption(
    8, ALICE, "approved", owner_id=6, owner=EVA, owner_at=ASKED, coordinator_id=3, coordinator=CAROL,
    coordinator_at=ASKED,
)  # fmt: skip


def _violator(person: Thing, pair: Thing, **more: Any) -> Thing:
    known = {"exemption_id": None, "exemption_status": None, "exempt_until": None, "is_exempt": False}
    unit = person.unit.name if person.unit else ""
    who = {"person_id": person.id, "display_name": person.display_name, "unit": unit, "since": date(2024, 2, 1)}
    return Thing(pair=pair, **(known | who | more))


def _list(**changes: Any) -> dict[str, Any]:
    exempt = {"exemption_id": 8, "exemption_status": "approved", "exempt_until": date(2027, 6, 30)}
    violators = [
        _violator(DAN, PAIRS[1]),
        _violator(MARIA, PAIRS[0], exemption_id=7, exemption_status="asked"),
        _violator(BOB, PAIRS[0], **(exempt | {"exempt_until": date(2026, 10, 31)})),
        _violator(EVA, PAIRS[2]),
        _violator(ALICE, PAIRS[0], **exempt, is_exempt=True),
    ]
    fields: dict[str, Any] = {
        "violators": violators,
        "total": len(violators),
        "pairs": PAIRS,
        "having": Counter(v.pair.id for v in violators),
        "waiting": [HALF],
        "settled": [GIVEN, _exemption(5, DAN, "rejected", reason="Kontrollen räcker inte.")],
        "today": TODAY,
    }
    return fields | changes


def _exemption_page(exemption: Thing, **changes: Any) -> dict[str, Any]:
    known = {"fault": "", "may_approve": False, "may_stop": False, "may_list": False, "has_ended": False}
    return {"exemption": exemption, **known, **changes}


PAGES: dict[str, Page] = {
    "conflicts": Page("conflicts.html", _list, path="/conflicts"),
    "conflicts-none": Page(
        "conflicts.html",
        lambda: _list(violators=[], total=0, pairs=[], having=Counter(), waiting=[], settled=[]),
        path="/conflicts",
    ),
    "exemption": Page("exemption.html", lambda: _exemption_page(HALF, may_approve=True, may_stop=True, may_list=True)),
    "exemption-given": Page("exemption.html", lambda: _exemption_page(GIVEN), viewer=EMPLOYEE),
    "exemption-fault": Page(
        "exemption.html",
        lambda: _exemption_page(HALF, fault="Skriv varför, så att den som beställde förstår.", may_stop=True),
    ),
    "exemption-form": Page(
        "exemption_form.html", lambda: {"pair": PAIRS[0], "subject": MARIA, "form": forms.ExemptionForm()}
    ),
}
