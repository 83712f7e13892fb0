"""Rows of the inbox and of lists of orders: late, today, later."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Thing
from typing import Any

from tests.templates.people import ALICE, BOB, CAROL, DAN, EVA, MARIA
from tests.templates.samples.catalogue import BIST, LAN, MICROMARC, PROCAPITA
from tests.templates.samples.orders import HARD_ORDER


def task_row(number: int, kind: str, due_on: date, **changes: Any) -> Thing:
    """A row of the inbox."""
    fields = {
        "task_id": number,
        "kind": kind,
        "due_on": due_on,
        "case_number": f"BEH-2026-000{100 + number}",
        "system": MICROMARC.name,
        "level": LAN.label,
        "subject": ALICE.display_name,
        "scope": "",
        "on_behalf_of": "",
        "note": "",
    }
    return Thing(**(fields | changes))


HARD = {"system": PROCAPITA.name, "level": BIST.label, "subject": MARIA.display_name, "scope": HARD_ORDER.scope}
LATE = task_row(17, "manager_approval", date(2026, 11, 23), **HARD)
DECIDE_ROWS = [
    LATE,
    task_row(23, "manager_approval", date(2026, 11, 25)),
    task_row(24, "manager_approval", date(2026, 11, 27), subject=DAN.display_name, on_behalf_of=EVA.display_name),
]
GRANT_ROWS = [task_row(25, "grant", date(2026, 12, 11))]
REVOKE_ROWS = [task_row(26, "revoke", date(2026, 11, 25), note="Anställningen upphörde 24 november")]
COMPLETE_ROWS = [task_row(27, "complete_request", date(2026, 12, 3), note="Bo Ek frågar: Vilken filial gäller det?")]

ORDER_ROWS = [
    Thing(
        case_number="BEH-2026-000123",
        state="requested",
        system=MICROMARC.name,
        level=LAN.label,
        subject=BOB.display_name,
        waiting_for="Bo Ek",
        due_on=date(2026, 11, 30),
    ),
    Thing(
        case_number="BEH-2026-000117",
        state="waiting_prerequisites",
        system=PROCAPITA.name,
        level=BIST.label,
        subject=MARIA.display_name,
        waiting_for="",
        due_on=None,
    ),
]
ENDED_ROWS = [
    Thing(
        case_number=f"BEH-2026-00008{n}",
        state=state,
        system=MICROMARC.name,
        level=LAN.label,
        subject=BOB.display_name,
        waiting_for="",
        due_on=None,
    )
    for n, state in enumerate(("granted", "rejected", "withdrawn", "lapsed", "cancelled", "revoked"))
]


CAST = [
    Thing(
        id=1, name=ALICE.display_name, title=ALICE.title, unit="Huvudbiblioteket", roles=["medarbetare"], open_tasks=0
    ),
    Thing(id=2, name=BOB.display_name, title=BOB.title, unit="Huvudbiblioteket", roles=["chef"], open_tasks=3),
    Thing(
        id=3,
        name=CAROL.display_name,
        title=CAROL.title,
        unit="Kultur och fritid",
        roles=["systemförvaltare"],
        open_tasks=1,
    ),
    Thing(id=5, name=MARIA.display_name, title=MARIA.title, unit=MARIA.unit.name, roles=[], open_tasks=0),
]
