"""The way of an order: under way, ahead, stopped; its history and its record."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from tests.templates.people import ALICE, BOB, CAROL, DAN, EVA, MARIA, YUSUF


def step(kind: str, status: str, **changes: Any) -> Thing:
    """One step of the path."""
    fields: dict[str, Any] = {
        "people": [],
        "why": "",
        "title": "",
        "at": None,
        "by": None,
        "on_behalf_of": None,
        "since": None,
        "due_on": None,
        "implicit": "",
        "note": "",
        "clock": [],
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
    step(
        "manager_approval",
        "now",
        people=[BOB],
        why="Chef för Huvudbiblioteket",
        since=datetime(2026, 11, 24, 7, 12, tzinfo=UTC),
        due_on=date(2026, 11, 30),
        clock=CLOCK,
    ),
    step("grant", "next", people=[CAROL, YUSUF], why="Systemförvaltare för MicroMarc", due_on=date(2026, 12, 3)),
]
PATH_AHEAD = [
    step("manager_approval", "next", people=[BOB], why="Chef för Huvudbiblioteket", due_on=date(2026, 11, 30)),
    step("owner_approval", "next", people=[EVA], why="Systemägare för Procapita", due_on=date(2026, 12, 7)),
    step("grant", "next", people=[CAROL, YUSUF], why="Systemförvaltare", due_on=date(2026, 12, 10)),
]
PATH_STOPPED = [
    ORDERED,
    step(
        "manager_approval",
        "stopped",
        title="Avslagen av chefen",
        by=BOB,
        people=[BOB],
        at=datetime(2026, 11, 24, 13, 2, tzinfo=UTC),
        note="Inger går i pension först i mars. Beställ igen då.",
    ),
]
PATH_HARD = [
    step("ordered", "done", by=BOB, at=datetime(2026, 11, 16, 7, 12, tzinfo=UTC)),
    step("manager_approval", "done", by=BOB, implicit="implicit", at=datetime(2026, 11, 16, 7, 12, tzinfo=UTC)),
    step("owner_approval", "done", by=DAN, on_behalf_of=EVA, at=datetime(2026, 11, 18, 13, 2, tzinfo=UTC)),
    step(
        "grant",
        "now",
        people=[CAROL, MARIA],
        why="Systemförvaltare",
        due_on=date(2026, 11, 23),
        since=datetime(2026, 11, 18, 13, 2, tzinfo=UTC),
        clock=CLOCK[:2],
    ),
]
HISTORY = [
    Thing(
        at=datetime(2026, 11, 24, 7, 12, tzinfo=UTC),
        who="Alice Nyström",
        on_behalf_of="",
        label="Beställd",
        reason="",
        channel="web",
    ),
    Thing(
        at=datetime(2026, 11, 24, 13, 2, tzinfo=UTC),
        who="Dan Åhs",
        on_behalf_of="Eva Lund",
        label="Avslagen",
        reason="Beställ igen i mars.",
        channel="mail-link",
    ),
]
GUARDS = [
    {"guard": "G1", "passed": True, "inputs": {"status": "active", "snapshot": 4711}},
    {"guard": "G2", "passed": False, "reason": "base_missing", "inputs": {"grants": []}},
]
EVENTS = [
    Thing(
        id=1,
        at=datetime(2026, 11, 24, 7, 12, tzinfo=UTC),
        event="RequestAsked",
        actor=ALICE,
        actor_role="orderer",
        on_behalf_of=None,
        channel="web",
        state_from="draft",
        state_to="requested",
        reason="",
        round=1,
        guards=GUARDS,
        evidence={"snapshot": 4711, "attributes": {"employeeType": "anställd"}},
        documents={},
        data={},
    ),
    Thing(
        id=2,
        at=datetime(2026, 11, 25, 5, 0, tzinfo=UTC),
        event="task_escalated",
        actor=None,
        actor_role="time",
        on_behalf_of=None,
        channel="system",
        state_from="",
        state_to="",
        reason="",
        round=None,
        guards=[],
        evidence={},
        documents={},
        data={"act": "remind_1"},
    ),
    Thing(
        id=3,
        at=datetime(2026, 11, 25, 8, 0, tzinfo=UTC),
        event="RequestRejected",
        actor=DAN,
        actor_role="deputy",
        on_behalf_of=EVA,
        channel="mail-link",
        state_from="requested",
        state_to="rejected",
        reason="Beställ igen i mars.",
        round=2,
        guards=GUARDS[:1],
        evidence={},
        documents={"guideline": "1.2"},
        data={},
    ),
]
