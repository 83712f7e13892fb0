"""Assignments of people without an employment: the list, one, and its forms."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from flask_wtf import FlaskForm

from app.assignments import words
from app.assignments.forms import AssignmentForm, ExtendForm, SponsorForm
from tests.templates.pages.page import Page
from tests.templates.people import BOB, CAROL, DAN, EVA, MARIA

AT = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
UNITS = [(1, "Huvudbiblioteket"), (2, MARIA.unit.name)]


def _one(number: int = 1, **more: Any) -> Thing:
    known = {
        "id": number, "person": MARIA, "person_id": MARIA.id, "sponsor": BOB, "sponsor_id": BOB.id,
        "kind": "consultant",
        "unit": MARIA.unit, "agreement_ref": "Ramavtal KS 2026/411, avrop 7", "starts_on": date(2026, 12, 1),
        "ends_on": date(2027, 11, 30), "registered_by": BOB, "registered_at": AT, "vacant_since": None,
        "suspended_at": None, "ended_at": None, "end_reason": "",
    }  # fmt: skip
    return Thing(**(known | more))


def _list(**changes: Any) -> dict[str, Any]:
    rows = [
        _one(1),
        _one(2, person=DAN, kind="elected", sponsor=EVA, sponsor_id=EVA.id, vacant_since=date(2026, 11, 23)),
        _one(3, person=CAROL, kind="care_provider", vacant_since=date(2026, 11, 2), suspended_at=AT),
    ]
    return {"rows": rows, "kinds": words.KIND_WORDS, "me": BOB, "may_register": True} | changes


def _shown(one: Thing, **changes: Any) -> dict[str, Any]:
    known = {
        "one": one, "kind": words.KIND_WORDS[one.kind], "ended": words.ENDS.get(one.end_reason, ""),
        "acts": ["extend", "sponsor", "end"], "rest_on": date(2026, 12, 7), "base_level_id": 1,
    }  # fmt: skip
    return known | changes


def _form(*, faults: bool = False) -> dict[str, Any]:
    form = AssignmentForm(UNITS, for_others=faults)
    if faults:
        form.number.errors = [words.REFUSALS["assignment_former"]]
        form.sponsor.errors = [words.REFUSALS["sponsor_leads_nobody"]]
        form.ends_on.errors = [words.REFUSALS["assignment_too_long"]]
    return {"form": form}


def _act(act: str, form: FlaskForm) -> dict[str, Any]:
    return {"one": _one(), "act": act, "form": form}


PAGES = {
    "assignments": Page("assignments.html", _list),
    "assignments-none": Page("assignments.html", lambda: _list(rows=[], may_register=False)),
    "assignment": Page("assignment.html", lambda: _shown(_one())),
    "assignment-vacant": Page(
        "assignment.html", lambda: _shown(_one(vacant_since=date(2026, 11, 23)), acts=["sponsor"])
    ),
    "assignment-resting": Page(
        "assignment.html", lambda: _shown(_one(vacant_since=date(2026, 11, 2), suspended_at=AT), acts=[])
    ),
    "assignment-ended": Page(
        "assignment.html", lambda: _shown(_one(ended_at=AT, end_reason="over"), acts=[], base_level_id=None)
    ),
    "assignment-form": Page("assignment_form.html", _form),
    "assignment-form-faults": Page("assignment_form.html", lambda: _form(faults=True)),
    "assignment-extend": Page("assignment_act.html", lambda: _act("extend", ExtendForm())),
    "assignment-sponsor": Page("assignment_act.html", lambda: _act("sponsor", SponsorForm())),
    "assignment-end": Page("assignment_act.html", lambda: _act("end", FlaskForm())),
}
