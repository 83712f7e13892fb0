"""Roles, deputies and orderers."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Thing
from typing import Any

from tests.templates import forms
from tests.templates.pages.page import EMPLOYEE, Page
from tests.templates.people import ALICE, BOB, EVA, MARIA


def _deputy(person: Thing, deputy: Thing, **changes: Any) -> Thing:
    columns: dict[str, Any] = {
        "id": 1,
        "person": person,
        "deputy": deputy,
        "absence": True,
        "valid_from": date(2026, 11, 20),
        "valid_to": date(2026, 12, 4),
        "has_begun": True,
    }
    return Thing(**(columns | changes))


COMING = {"absence": False, "valid_from": date(2027, 1, 1), "valid_to": date(2027, 12, 31), "has_begun": False}


def _deputies(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "mine": [_deputy(BOB, MARIA), _deputy(BOB, EVA, **COMING)],
        "others": [_deputy(EVA, BOB)],
        "may_name": True,
        "may_see_all": True,
    }
    return fields | changes


def _all(**changes: Any) -> dict[str, Any]:
    rows = [_deputy(BOB, MARIA), _deputy(EVA, BOB, **COMING)]
    return {"rows": rows, "more": True, "q": "", "may_end": True} | changes


WRONG_DEPUTY = {
    "deputy": "Maria-Therése af Ugglas-Åkerström ersätter Eva Lund (1 december 2026 till 24 december 2026), "
    "och en ersättare kan inte i sin tur ha en ersättare. Välj någon annan eller andra dagar.",
    "valid_to": "En ersättare utses för högst tolv månader. Välj en tidigare sista dag.",
}

PAGES: dict[str, Page] = {
    "deputies": Page("deputies.html", _deputies, path="/deputies/"),
    "deputies-none": Page("deputies.html", lambda: _deputies(mine=[], others=[]), path="/deputies/"),
    "deputies-employee": Page(
        "deputies.html",
        lambda: _deputies(mine=[], others=[_deputy(EVA, ALICE)], may_name=False, may_see_all=False),
        viewer=EMPLOYEE,
        path="/deputies/",
    ),
    "deputy-form": Page("deputy_form.html", lambda: {"form": forms.DeputyForm(), "q": ""}),
    "deputy-form-wrong": Page(
        "deputy_form.html", lambda: {"form": forms.wrong(forms.DeputyForm(), **WRONG_DEPUTY), "q": "maria"}
    ),
    "deputy-form-nobody": Page("deputy_form.html", lambda: {"form": forms.NoDeputyForm(), "q": "rymdfärja"}),
    "deputies-all": Page("deputies_all.html", _all),
    "deputies-all-none": Page("deputies_all.html", lambda: _all(rows=[], more=False, q="rymdfärja")),
}
