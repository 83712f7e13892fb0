"""Logging in, the start page, errors and the accessibility statement."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from app.home.contents import CONTENTS
from tests.templates import forms, samples
from tests.templates.pages.page import EMPLOYEE, Page


def _error(status: int, reason: str = "", **changes: Any) -> Page:
    fields = {
        "status": status,
        "reason": reason,
        "who": "",
        "at": None,
        "case_number": "",
        "reference": "",
        "addressee": "",
    }
    return Page("errors/error.html", lambda: fields | changes)


PAGES: dict[str, Page] = {
    "login": Page("login.html", lambda: {"form": forms.LoginForm(), "message": ""}, viewer=None),
    "login-wrong": Page(
        "login.html",
        lambda: {
            "form": forms.wrong(
                forms.LoginForm(), password="Användarnamnet och lösenordet hör inte ihop. Försök igen."
            ),
            "message": "Logga in som Bo Ek för att godkänna BEH-2026-000123.",
        },
        viewer=None,
    ),
    "demo-login": Page(
        "demo_login.html",
        lambda: {"q": "", "featured": samples.CAST, "people": samples.CAST * 2, "total": 300, "next": ""},
        viewer=None,
        mode="demo",
    ),
    "demo-login-none": Page(
        "demo_login.html",
        lambda: {"q": "Zlatan", "featured": [], "people": [], "total": 0, "next": "/tasks"},
        viewer=None,
        mode="demo",
    ),
    "start": Page(
        "start.html",
        lambda: {
            "newcomers": 2,
            "tasks": samples.DECIDE_ROWS,
            "task_count": 6,
            "orders": samples.ORDER_ROWS,
            "order_count": 7,
            "grants": samples.GRANTS,
            "grant_count": 9,
        },
    ),
    "start-empty": Page(
        "start.html",
        lambda: {
            "newcomers": 0,
            "tasks": [],
            "task_count": 0,
            "orders": [],
            "order_count": 0,
            "grants": [],
            "grant_count": 0,
        },
        viewer=EMPLOYEE,
    ),
    "more": Page("more.html", lambda: {"groups": CONTENTS}),
    "accessibility": Page("accessibility.html", lambda: {"reviewed_on": date(2026, 11, 25), "known_faults": []}),
    "accessibility-faults": Page(
        "accessibility.html",
        lambda: {"reviewed_on": date(2026, 11, 25), "known_faults": ["Händelsetabellen är bred i mobil."]},
        viewer=None,
    ),
    "error-403": _error(403),
    "error-403-forwarded": _error(403, addressee="Bo Ek"),
    "error-404": _error(404),
    "error-409": _error(
        409, "already_decided", who="Bo Ek", at=datetime(2026, 11, 24, 13, 2, tzinfo=UTC), case_number="BEH-2026-000123"
    ),
    "error-409-changed": _error(409, "conflict"),
    "error-429": _error(429),
    "error-500": _error(500, reference="7f3a9c"),
    "error-503": _error(503),
    "error-directory": _error(503, "directory_unavailable"),
    "error-old-page": _error(400, "csrf"),
}
