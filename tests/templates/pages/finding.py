"""Findings: the list, a system beside its groups, one finding, go-live and what managers answer for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.reconciliation import finding_words as words
from app.reconciliation.baseline_views import HINDRANCES, AnswerForm, TakeForm
from app.reconciliation.finding_queries import Wanted
from app.reconciliation.finding_views import SettleForm
from tests.templates import samples
from tests.templates.pages.page import Page
from tests.templates.people import ALICE, BOB, CAROL, MARIA

AT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
READING = Thing(id=12, read_at=AT, state="done")
TAKEN = Thing(
    taken_at=AT, taken_by=CAROL, rights=48_211, people=3_904, reason="Grupperna är genomgångna med varje förvaltare."
)
SYSTEM = samples.LAN.system


def _row(number: int, type_: str, who: str, **more: Any) -> Thing:
    lines, may_settle = (
        more.pop("lines", ["Lånedisk, SYS-MIC-DISK, först sedd 2026-11-20"]),
        more.pop("may_settle", True),
    )
    fields: dict[str, Any] = {
        "id": number, "type": type_, "system": SYSTEM, "severity": "high", "state": "open",
        "due_on": date(2026, 11, 26),
        "found_at": AT, "last_seen_at": AT, "last_reading_id": 12, "accepted_until": None, "reason": "",
        "resolved_by": None, "person_id": 5, "person": MARIA,
    }  # fmt: skip
    return Thing(finding=Thing(**fields | more), who=who, lines=lines, may_settle=may_settle, is_chosen=number == 2)


LONG = ["Journal, genom Alla-handläggare-inom-funktionsnedsättning › SYS-PRO-JOUR, först sedd 2026-11-20"] * 4
ROWS = [
    _row(1, "leaver_has_access", "Vera Slut", due_on=date(2026, 11, 20), state="reopened"),
    _row(2, "unapproved_membership", MARIA.display_name, lines=LONG, severity="medium"),
    _row(3, "toxic_combination", BOB.display_name, may_settle=False, state="assigned"),
    _row(4, "uncatalogued_group", "SYS-ÅTERSTÅR", severity="low", system=None, person=None),
]
LEVELS = [
    Thing(id=1, label="Lånedisk", directory_group="SYS-MIC-DISK", is_read=True, matching=41, missing=2, unexplained=3,
          rights=43),
    Thing(id=2, label="Administratör", directory_group="SYS-MIC-ADM", is_read=False, matching=0, missing=0,
          unexplained=0, rights=4),
    Thing(id=3, label="Statistik", directory_group="", is_read=False, matching=0, missing=0, unexplained=0, rights=1),
]  # fmt: skip


def _wrong() -> SettleForm:
    form = SettleForm()
    form.act.errors = [words.REFUSALS["not_owner"]]
    form.reason.errors = [words.REFUSALS["reason_too_short"]]
    return form


def _list(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "rows": ROWS, "count": 4, "counts": {"leaver_has_access": 1}, "wanted": Wanted(None), "more": "", "filters": {},
        "form": SettleForm(), "system": None, "levels": [], "reading": READING, "baseline": TAKEN,
        "sees_baseline": True, "words": words,
    }  # fmt: skip
    return fields | changes


def _one(row: Thing, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "row": row, "finding": row.finding, "number": "F1", "what": words.TYPES[row.finding.type][1],
        "levels": [samples.LAN], "case_number": "", "ordered_by": "BEH-2026-000123",
        "form": SettleForm(), "orders": True, "leads": True, "may_see_person": True,
        "words": words,
    }  # fmt: skip
    return fields | changes


SETTLED = _row(
    7, "unapproved_membership", ALICE.display_name, state="accepted_risk", accepted_until=date(2027, 3, 1),
    reason="Bytet av bibliotekssystem är klart i februari, och gruppen tas bort då.", resolved_by=CAROL,
)  # fmt: skip
RIGHTS = [Thing(id=1, subject=ALICE, level=samples.LAN), Thing(id=2, subject=MARIA, level=samples.ADMIN)]
PROGRESS = [Thing(code="MIC", name="MicroMarc", rights=48, waiting=12, kept=33, removed=3)]
PAGES = {
    "findings": Page("findings.html", _list),
    "findings-none": Page("findings.html", lambda: _list(rows=[], count=0, counts={}, form=None)),
    "findings-wrong": Page("findings.html", lambda: _list(form=_wrong())),
    "findings-before": Page(
        "findings.html", lambda: _list(rows=[], count=0, form=None, baseline=None, reading=None, counts={})
    ),
    "findings-held": Page("findings.html", lambda: _list(reading=Thing(id=9, read_at=AT, state="held"))),
    "findings-system": Page("findings.html", lambda: _list(system=SYSTEM, levels=LEVELS)),
    "finding": Page("finding.html", lambda: _one(ROWS[1])),
    "finding-settled": Page("finding.html", lambda: _one(SETTLED, form=None)),
    "baseline": Page("baseline.html", lambda: {"taken": None, "hindrance": "", "form": TakeForm(), "progress": []}),
    "baseline-hindered": Page(
        "baseline.html",
        lambda: {"taken": None, "hindrance": HINDRANCES["directory_old"], "form": None, "progress": []},
    ),
    "baseline-taken": Page(
        "baseline.html", lambda: {"taken": TAKEN, "hindrance": "", "form": None, "progress": PROGRESS}
    ),
    "inherited": Page(
        "inherited.html",
        lambda: {"title": "Sedan tidigare", "rights": RIGHTS, "total": 2, "form": AnswerForm(), "chosen": [2]},
    ),
    "inherited-none": Page(
        "inherited.html", lambda: {"title": "Sedan tidigare", "rights": [], "total": 0, "form": None, "chosen": []}
    ),
}
