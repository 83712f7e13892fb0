"""What people have, and the pages of those who manage it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Thing
from typing import Any

from tests.templates import forms, samples
from tests.templates.pages.page import EMPLOYEE, Page
from tests.templates.people import ALICE, CAROL, DAN, EVA, MARIA, YUSUF


def _system(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "system": samples.PROCAPITA,
        "managers": [CAROL],
        "owners": [EVA],
        "emergencies": [],
        "frozen": [],
        "last_drill": date(2026, 3, 12),
        "warnings": ["Systemet har bara en systemförvaltare. Minst två behövs för att minska personberoendet."],
        "to_revoke": samples.REVOKE_ROWS,
        "to_grant": samples.GRANT_ROWS,
        "on_the_way": samples.ORDER_ROWS[1:],
        "grants": _of_several(),
        "held_levels": [(1, "Läsa"), (2, "Handläggare")],
        "grant_count": 3,
        "q": "",
        "next_url": "/next",
    }
    return fields | changes


def _of_several() -> list[Thing]:
    """Grants of several people, for the system manager's table."""
    return [Thing(**(vars(g) | {"subject": p})) for g, p in zip(samples.GRANTS, (ALICE, MARIA, DAN), strict=True)]


PAGES: dict[str, Page] = {
    "grants": Page(
        "grants.html",
        lambda: {
            "grants": samples.GRANTS,
            "ending": 1,
            "me_id": 1,
            "ended": [
                samples.row(samples.held(9, samples.ADMIN, status="revoked", may_end=False, valid_to=date(2026, 6, 30)))
            ],
        },
        path="/grants",
    ),
    "grants-empty": Page(
        "grants.html", lambda: {"grants": [], "ending": 0, "ended": [], "me_id": 1}, path="/grants", viewer=EMPLOYEE
    ),
    "grant-end": Page(
        "grant_end.html",
        lambda: {
            "grant": samples.held(1, samples.LAN, subject=ALICE),
            "own": False,
            "managers": [CAROL, YUSUF],
            "due_on": date(2026, 11, 26),
            "cascade": [],
            "form": forms.EndForm(),
        },
    ),
    "grant-end-own": Page(
        "grant_end.html",
        lambda: {
            "grant": samples.held(2, samples.BIST),
            "own": True,
            "managers": [],
            "due_on": date(2026, 11, 25),
            "cascade": ["MicroMarc, Utlåning", "Procapita, Biståndshandläggare"],
            "form": forms.EndForm(),
        },
    ),
    "team": Page(
        "team.html",
        lambda: {
            "reports": [
                Thing(person=MARIA, grants=samples.GRANTS, open_orders=samples.ORDER_ROWS[1:]),
                Thing(person=ALICE, grants=samples.GRANTS[:1], open_orders=[]),
                Thing(person=DAN, grants=[], open_orders=[]),
            ]
        },
        path="/grants/team",
    ),
    "team-empty": Page("team.html", lambda: {"reports": []}, path="/grants/team"),
    "systems": Page(
        "systems.html",
        lambda: {
            "systems": [
                Thing(
                    code="PRO-SOC",
                    name=samples.PROCAPITA.name,
                    roles=["system_manager"],
                    waiting=3,
                    overdue=1,
                    to_revoke=2,
                    active=214,
                ),
                Thing(
                    code="MM",
                    name="MicroMarc",
                    roles=["system_owner", "system_manager"],
                    waiting=0,
                    overdue=0,
                    to_revoke=0,
                    active=1,
                ),
            ]
        },
        path="/systems",
    ),
    "system": Page("system.html", _system),
    "system-quiet": Page(
        "system.html",
        lambda: _system(
            system=samples.MICROMARC,
            warnings=[],
            to_revoke=[],
            to_grant=[],
            on_the_way=[],
            grants=[],
            grant_count=0,
            next_url="",
        ),
    ),
}
