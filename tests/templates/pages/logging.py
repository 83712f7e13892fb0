"""Checks of logs: the list, the task where each person is answered for, and a check that is done."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.log_checks import forms, words
from app.log_checks.queries import Figures
from tests.templates import samples
from tests.templates.pages.page import Page
from tests.templates.people import ALICE, BOB, CAROL, EVA, MARIA
from workflows import log_check

AT = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
SYSTEM = samples.LAN.system
RIGHT = Thing(level=Thing(label="Handläggare barn och unga"), scope="Barn och familj, norra", target_user_id="anny04")
CASE = Thing(id=4, subject=CAROL, granted_at=AT, followed_up_at=AT, followed_up_by=EVA, deviations=["misused"])
LATE_CASE = Thing(id=5, subject=MARIA, granted_at=AT, followed_up_at=None, followed_up_by=None, deviations=[])


def _items(*answers: tuple[str, str]) -> list[Thing]:
    people = (ALICE, MARIA, CAROL)
    return [
        Thing(
            id=number,
            person_id=number,
            person=Thing(**vars(person) | {"login": f"anny0{number}"}),
            result=result,
            note=note,
        )
        for number, (person, (result, note)) in enumerate(zip(people, answers, strict=True), 1)
    ]


NONE = _items(("", ""), ("", ""), ("", ""))
SAID = _items(
    ("fine", ""), ("deviation", "Slog på en granne fyra gånger, utan ärende."), ("unchecked", "Loggen gallrad.")
)


def _check(items: list[Thing], **more: Any) -> Thing:
    known: dict[str, Any] = {
        "id": 7, "system": SYSTEM, "system_id": 1, "month": date(2026, 10, 1),
        "seed": "3f9c2a7be1d04455a6b7c8d9e0f10213",
        "user_count": 412, "due_on": date(2026, 11, 26), "items": items, "version": 1, "done_at": None, "done_by": None,
        "done_for": None, "colleague_cases": None, "protected_cases": None, "action": "",
    }  # fmt: skip
    return Thing(**known | more)


DONE = {"done_at": AT, "done_by": BOB, "done_for": EVA, "colleague_cases": 3, "protected_cases": 0}
DONE["action"] = "Chefen har talat med personen, och behörigheten vilar medan det utreds."


def _one(check: Thing, **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "check": check, "reference": "LOGG-PRO-SOC-2026-10", "rights": {1: [RIGHT], 2: [RIGHT, RIGHT]},
        "emergencies": [CASE, LATE_CASE], "looks": words.LOOKS, "percent": 2, "fewest": 5, "asked": [EVA], "task": None,
    }  # fmt: skip
    return known | more


def _task(items: list[Thing], faults: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    check = _check(items)
    form = forms.form_for(check)
    forms.show_faults(form, faults or {})
    known = {"task": Thing(id=31, due_on=check.due_on), "form": form, "overtaken": False, "refused": ""}
    return _one(check) | known | more


def _row(check: Thing, off: int = 0, left: int = 0, said: int = 0) -> Thing:
    look = words.state(check.done_at is not None, said, off)
    return Thing(check=check, people=len(check.items), look=look, off=off, left=left)


LIST: dict[str, Any] = {
    "waiting": [_row(_check(NONE, due_on=date(2026, 11, 20))), _row(_check(SAID), said=2, off=1)],
    "done": [_row(_check(SAID, **DONE), off=1, left=1), _row(_check(NONE, **DONE))],
    "year": 2026,
    "this_year": 2026,
    "figures": Figures(drawn=24, due=23, made=22, in_time=20, people=118, deviations=1, unchecked=3),
    "reference": log_check.reference,
}
WRONG = {
    "result_1": "answer_needed",
    "note_2": "note_needed",
    "action": "action_needed",
    "colleague_cases": "count_needed",
}
PAGES: dict[str, Page] = {
    "log-checks": Page("log_checks.html", lambda: LIST),
    "log-checks-none": Page(
        "log_checks.html", lambda: LIST | {"waiting": [], "done": [], "figures": None, "year": 2025}
    ),
    "log-check": Page("log_check.html", lambda: _one(_check(SAID), task=Thing(id=31))),
    "log-check-done": Page("log_check.html", lambda: _one(_check(SAID, **DONE))),
    "log-check-task": Page("log_check_task.html", lambda: _task(NONE)),
    "log-check-task-wrong": Page("log_check_task.html", lambda: _task(SAID, WRONG)),
    "log-check-task-overtaken": Page("log_check_task.html", lambda: _task(SAID, overtaken=True)),
    "log-check-task-refused": Page(
        "log_check_task.html", lambda: _task(NONE, refused=words.REFUSALS["not_self"], emergencies=[])
    ),
}
