"""Long leaves: the list, one leave as the manager sees it, and the announcement."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Thing
from typing import Any

from app.absences.forms import AbsenceForm
from app.absences.words import said
from app.templating.state_words import Look
from tests.templates.pages.page import Page
from tests.templates.people import BOB, DAN, MARIA
from tests.templates.samples import ADMIN, BIST, LAN


def _leave(number: int = 1, who: Thing = MARIA, **more: Any) -> Thing:
    known = {
        "id": number, "person": who, "person_id": who.id, "state": "away", "starts_on": date(2026, 11, 2),
        "ends_on": None, "opened_by": None,
    }  # fmt: skip
    return Thing(**(known | more))


def _leaves(**changes: Any) -> dict[str, Any]:
    back = Look("Tillbaka, chefen öppnar det som vilar", "wait", "clock")
    rows = [
        Thing(one=_leave(1, ends_on=date(2027, 6, 30)), look=back),
        Thing(one=_leave(2, DAN), look=Look("Borta", "wait", "pause")),
    ]
    return {"rows": rows, "may_announce": True} | changes


def _held(number: int, level: Thing, status: str = "active") -> Thing:
    return Thing(id=number, level=level, scope="Enhet Norr" if number == 2 else "", status=status)


def _absence(one: Thing, **changes: Any) -> dict[str, Any]:
    known = {
        "one": one, "look": Look("Borta", "wait", "pause"), "rests_on": date(2026, 11, 16),
        "listed_on": date(2026, 12, 2), "resting": [_held(2, BIST, "suspended")],
        "others": [_held(1, LAN), _held(3, ADMIN)], "asks": "", "may_withdraw": False, "fault": "", "given": {},
    }  # fmt: skip
    return known | changes


def _leave_form(*, faults: bool = False) -> dict[str, Any]:
    form = AbsenceForm()
    if faults:
        form.employee_number.errors = [said("not_yours")]
        form.ends_on.errors = [said("period_reversed")]
    return {"form": form}


PAGES = {
    "absences": Page("absences.html", _leaves),
    "absences-none": Page("absences.html", lambda: _leaves(rows=[], may_announce=False)),
    "absence": Page("absence.html", lambda: _absence(_leave(state="announced", opened_by=BOB), may_withdraw=True)),
    "absence-listed": Page("absence.html", lambda: _absence(_leave(state="listed"), asks="listed")),
    "absence-back": Page(
        "absence.html",
        lambda: _absence(_leave(state="returning"), asks="returning", fault=said("answer_each")),
    ),
    "absence-form": Page("absence_form.html", _leave_form),
    "absence-form-faults": Page("absence_form.html", lambda: _leave_form(faults=True)),
}
