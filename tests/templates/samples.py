"""Sample data for every page: ordinary, empty, full, late and wrong. The day is Wednesday 25 November 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from tests.templates.people import ALICE, BOB, CAROL, DAN, EVA, MARIA, YUSUF

TODAY = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)

MICROMARC = Thing(
    code="MM", name="MicroMarc", description="Bibliotekets system för lån, låntagare och katalog.",
    board="Kultur- och tekniknämnden", lifecycle="production", confidentiality=1, integrity=2, availability=2,
    guideline_version="1.2", guideline_url="https://intranat.example/riktlinjer/micromarc", replaced_by="",
)
PROCAPITA = Thing(
    code="PRO-SOC", name="Procapita (socialtjänst, individ- och familjeomsorg, hälso- och sjukvård)",
    description="Ärenden och journaler för individ- och familjeomsorg, äldreomsorg och hälso- och sjukvård.",
    board="Socialnämnden", lifecycle="production", confidentiality=3, integrity=3, availability=3,
    guideline_version="1.0", guideline_url="https://intranat.example/riktlinjer/procapita", replaced_by="",
)


def level(system: Thing, number: int, label: str, profile: str, description: str, **standing: Any) -> Thing:
    """An access level, with how it stands for the reader."""
    known = {"held": None, "open_case": "", "orderable": True, "why_not": ""} | standing
    return Thing(system=system, id=number, label=label, profile=profile, description=description, **known)


LAN = level(MICROMARC, 11, "Utlåning", "standard", "Du kan låna ut, lämna tillbaka och registrera låntagare.")
KATALOG = level(MICROMARC, 12, "Katalogisering", "standard", "Du kan lägga upp och ändra poster i katalogen.",
                held=Thing(valid_to=date(2027, 6, 30), scope=""), orderable=False, why_not="part_of_base")
ADMIN = level(MICROMARC, 13, "Systemadministratör", "privileged", "Du kan ändra inställningar, regler och användare.",
              orderable=False, why_not="guideline")
BIST = level(PROCAPITA, 21, "Biståndshandläggare", "sensitive",
             "Du kan utreda och besluta om bistånd för äldre och personer med funktionsnedsättning.",
             open_case="BEH-2026-000117")
MICROMARC.levels = [LAN, KATALOG, ADMIN]
PROCAPITA.levels = [BIST]

JUSTIFICATION = "Jag börjar i lånedisken den 1 december och ersätter Inger som går i pension."
LONG_JUSTIFICATION = (
    "Maria-Therése tar över utredningarna i distrikt Norr när två kollegor går på föräldraledighet. "
    "Hon behöver kunna läsa, utreda och fatta beslut enligt delegationsordningen."
)


def order(**changes: Any) -> Thing:
    """An AccessRequest."""
    fields = {
        "case_number": "BEH-2026-000123", "kind": "new", "state": "requested", "subject": ALICE, "orderer": ALICE,
        "level": LAN, "scope": "", "valid_from": date(2026, 12, 1), "valid_to": None,
        "justification": JUSTIFICATION, "question": "",
    }
    return Thing(**(fields | changes))


HARD_ORDER = order(
    case_number="BEH-2026-000117", subject=MARIA, orderer=BOB, level=BIST, valid_to=date(2027, 11, 30),
    scope="Myndighetsutövning äldre och funktionsnedsättning, enhet Norr", justification=LONG_JUSTIFICATION,
)


def held(number: int, which: Thing, **changes: Any) -> Thing:
    """A Grant, and at the same time a row of a list of grants."""
    fields = {
        "id": number, "subject": MARIA, "scope": "", "status": "active", "valid_to": None,
        "target_user_id": "MARUGG01", "may_extend": False, "may_end": True, "request": "BEH-2025-000481",
    }
    return Thing(level=which, system=which.system.name, **(fields | changes))


def row(held_right: Thing) -> Thing:
    """The flat form of a grant, for macros/rows.html."""
    return Thing(**(vars(held_right) | {"level": held_right.level.label}))


GRANTS = [
    row(held(1, LAN, valid_to=date(2026, 12, 18), may_extend=True)),
    row(held(2, BIST, scope="Enhet Norr", valid_to=date(2027, 11, 30))),
    row(held(3, KATALOG, status="revocation_pending", may_end=False)),
]


def task_row(number: int, kind: str, due_on: date, **changes: Any) -> Thing:
    """A row of the inbox."""
    fields = {
        "task_id": number, "kind": kind, "due_on": due_on, "case_number": f"BEH-2026-000{100 + number}",
        "system": MICROMARC.name, "level": LAN.label, "subject": ALICE.display_name, "scope": "",
        "on_behalf_of": "", "note": "",
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
    Thing(case_number="BEH-2026-000123", state="requested", system=MICROMARC.name, level=LAN.label,
          subject=BOB.display_name, waiting_for="Bo Ek", due_on=date(2026, 11, 30)),
    Thing(case_number="BEH-2026-000117", state="waiting_prerequisites", system=PROCAPITA.name, level=BIST.label,
          subject=MARIA.display_name, waiting_for="", due_on=None),
]
ENDED_ROWS = [
    Thing(case_number=f"BEH-2026-00008{n}", state=state, system=MICROMARC.name, level=LAN.label,
          subject=BOB.display_name, waiting_for="", due_on=None)
    for n, state in enumerate(("granted", "rejected", "withdrawn", "lapsed", "cancelled", "revoked"))
]


def step(kind: str, status: str, **changes: Any) -> Thing:
    """One step of the path."""
    fields = {
        "people": [], "why": "", "title": "", "at": None, "by": None, "on_behalf_of": None, "since": None,
        "due_on": None, "implicit": False, "note": "", "clock": [],
    }
    return Thing(kind=kind, status=status, **(fields | changes))


ORDERED = step("ordered", "done", by=ALICE, at=datetime(2026, 11, 24, 7, 12, tzinfo=UTC))
CLOCK = [
    Thing(act="remind_1", fires_on=date(2026, 11, 26), names=""),
    Thing(act="escalate_1", fires_on=date(2026, 12, 1), names="Eva Lund, ersättare,"),
    Thing(act="lapse", fires_on=date(2026, 12, 22), names=""),
]
PATH = [
    ORDERED,
    step("manager_approval", "now", people=[BOB], why="Chef för Huvudbiblioteket",
         since=datetime(2026, 11, 24, 7, 12, tzinfo=UTC), due_on=date(2026, 11, 30), clock=CLOCK),
    step("grant", "next", people=[CAROL, YUSUF], why="Systemförvaltare för MicroMarc", due_on=date(2026, 12, 3)),
]
PATH_AHEAD = [
    step("manager_approval", "next", people=[BOB], why="Chef för Huvudbiblioteket", due_on=date(2026, 11, 30)),
    step("owner_approval", "next", people=[EVA], why="Systemägare för Procapita", due_on=date(2026, 12, 7)),
    step("grant", "next", people=[CAROL, YUSUF], why="Systemförvaltare", due_on=date(2026, 12, 10)),
]
PATH_STOPPED = [
    ORDERED,
    step("manager_approval", "stopped", title="Avslagen av chefen", by=BOB, people=[BOB],
         at=datetime(2026, 11, 24, 13, 2, tzinfo=UTC), note="Inger går i pension först i mars. Beställ igen då."),
]
PATH_HARD = [
    step("ordered", "done", by=BOB, at=datetime(2026, 11, 16, 7, 12, tzinfo=UTC)),
    step("manager_approval", "done", by=BOB, implicit=True, at=datetime(2026, 11, 16, 7, 12, tzinfo=UTC)),
    step("owner_approval", "done", by=DAN, on_behalf_of=EVA, at=datetime(2026, 11, 18, 13, 2, tzinfo=UTC)),
    step("grant", "now", people=[CAROL, MARIA], why="Systemförvaltare", due_on=date(2026, 11, 23),
         since=datetime(2026, 11, 18, 13, 2, tzinfo=UTC), clock=CLOCK[:2]),
]
HISTORY = [
    Thing(at=datetime(2026, 11, 24, 7, 12, tzinfo=UTC), who="Alice Nyström", on_behalf_of="", label="Beställd",
          reason="", channel="web"),
    Thing(at=datetime(2026, 11, 24, 13, 2, tzinfo=UTC), who="Dan Åhs", on_behalf_of="Eva Lund",
          label="Avslagen", reason="Beställ igen i mars.", channel="mail-link"),
]
GUARDS = [
    {"guard": "G1", "passed": True, "inputs": {"status": "active", "snapshot": 4711}},
    {"guard": "G2", "passed": False, "reason": "base_missing", "inputs": {"grants": []}},
]
EVENTS = [
    Thing(id=1, at=datetime(2026, 11, 24, 7, 12, tzinfo=UTC), event="RequestAsked", actor=ALICE, actor_role="orderer",
          on_behalf_of=None, channel="web", state_from="draft", state_to="requested", reason="", round=1,
          guards=GUARDS, evidence={"snapshot": 4711, "attributes": {"employeeType": "anställd"}}, documents={}, data={}),
    Thing(id=2, at=datetime(2026, 11, 25, 5, 0, tzinfo=UTC), event="task_escalated", actor=None, actor_role="time",
          on_behalf_of=None, channel="system", state_from="", state_to="", reason="", round=None,
          guards=[], evidence={}, documents={}, data={"act": "remind_1"}),
    Thing(id=3, at=datetime(2026, 11, 25, 8, 0, tzinfo=UTC), event="RequestRejected", actor=DAN, actor_role="deputy",
          on_behalf_of=EVA, channel="mail-link", state_from="requested", state_to="rejected",
          reason="Beställ igen i mars.", round=2, guards=GUARDS[:1], evidence={}, documents={"guideline": "1.2"}, data={}),
]
CAST = [
    Thing(id=1, name=ALICE.display_name, title=ALICE.title, unit="Huvudbiblioteket", roles=["medarbetare"], open_tasks=0),
    Thing(id=2, name=BOB.display_name, title=BOB.title, unit="Huvudbiblioteket", roles=["chef"], open_tasks=3),
    Thing(id=3, name=CAROL.display_name, title=CAROL.title, unit="Kultur och fritid",
          roles=["systemförvaltare"], open_tasks=1),
    Thing(id=5, name=MARIA.display_name, title=MARIA.title, unit=MARIA.unit.name, roles=[], open_tasks=0),
]
