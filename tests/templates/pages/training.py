"""Courses and agreements: my own page, signing, and the import of completed courses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.training import forms, words
from tests.templates.pages.page import EMPLOYEE, Page
from tests.templates.people import ALICE, BOB, MARIA

SIGNED_AT = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
AGREEMENT = Thing(
    id=1,
    type="SOC",
    version="1",
    name="Sekretessförbindelse socialtjänst",
    legal_ground="OSL 26 kap.",
    valid_from=date(2024, 1, 1),
    text=(
        "Jag har förstått att uppgifter om enskildas personliga förhållanden inom socialtjänsten omfattas av "
        "sekretess, och att jag har tystnadsplikt om det som jag får veta. Jag lämnar inte ut sådana uppgifter, "
        "muntligt, skriftligt eller på annat sätt, till någon som inte har rätt till dem.\n"
        "Tystnadsplikten gäller också efter att min anställning eller mitt uppdrag har upphört."
    ),
)
SIGNATURE = Thing(id=4, agreement_id=1, agreement=AGREEMENT, person=MARIA, signed_at=SIGNED_AT)
COURSES = [
    Thing(name="Sekretess i socialtjänsten", state="missing", completed_on=None, expires_on=None),
    Thing(name="Grundkurs i dataskydd", state="expired", completed_on=date(2024, 11, 1), expires_on=date(2026, 11, 1)),
    Thing(
        name="Introduktion till Procapita för socialtjänsten",
        state="outdated",
        completed_on=date(2023, 5, 4),
        expires_on=None,
    ),
    Thing(
        name="Grundkurs i informationssäkerhet",
        state="soon",
        completed_on=date(2024, 12, 10),
        expires_on=date(2026, 12, 10),
    ),
    Thing(
        name="Dokumentation i hälso- och sjukvård",
        state="valid",
        completed_on=date(2026, 1, 10),
        expires_on=date(2028, 1, 10),
    ),
    Thing(name="Så hanterar du larmet", state="valid", completed_on=date(2026, 1, 10), expires_on=None),
]
REFUSED = [
    {"line": 2, "column": "number", "value": "", "reason": "personnummer"},
    {"line": 3, "column": "number", "value": "099999", "reason": "unknown_person"},
    {"line": 118, "column": "course", "value": "SEKRETESS-SOCIALTJÄNSTEN-GRUND-OCH-FÖR…", "reason": "unknown_course"},
    {"line": 119, "column": "day", "value": "snart", "reason": "not_a_date"},
]


def _agreement(type_: str, state: str, name: str) -> Thing:
    is_new = state == "unsigned"
    return Thing(
        type=type_,
        name=name,
        state=state,
        signed_at=None if is_new else SIGNED_AT,
        signature_id=None if is_new else 4,
        version="1",
    )


def _report(**changes: Any) -> Thing:
    fields: dict[str, Any] = {
        "id": 7,
        "read_at": SIGNED_AT,
        "read_by": ALICE,
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "added": 612,
        "known": 31,
        "refused": REFUSED,
    }
    return Thing(**(fields | changes))


def _wrong() -> Any:
    form = forms.SignForm()
    form.agreed.errors = ["Kryssa i rutan om du vill skriva under."]
    return form


PAGES: dict[str, Page] = {
    "training": Page(
        "training.html",
        lambda: {
            "orders": [
                Thing(case_number="BEH-2026-000123", system="Procapita (socialtjänst)", level="Utförare, egen enhet"),
                Thing(case_number="BEH-2026-000124", system="Procapita", level="Biståndshandläggare"),
            ],
            "courses": COURSES,
            "agreements": [
                _agreement("SOC", "unsigned", AGREEMENT.name),
                _agreement("HSL", "renewed", "Sekretessförbindelse hälso- och sjukvård"),
                _agreement("SKOLA", "signed", "Sekretessförbindelse skola och elevhälsa"),
            ],
            "may_import": True,
        },
        path="/training",
    ),
    "training-empty": Page(
        "training.html",
        lambda: {"orders": [], "courses": [], "agreements": [], "may_import": False},
        path="/training",
        viewer=EMPLOYEE,
    ),
    "agreement": Page(
        "agreement.html",
        lambda: {"agreement": AGREEMENT, "form": forms.SignForm(), "signature": None},
        viewer=EMPLOYEE,
    ),
    "agreement-not-ticked": Page(
        "agreement.html", lambda: {"agreement": AGREEMENT, "form": _wrong(), "signature": None}, viewer=EMPLOYEE
    ),
    "agreement-new-version": Page(
        "agreement.html",
        lambda: {
            "agreement": Thing(**(vars(AGREEMENT) | {"id": 2, "version": "2"})),
            "form": forms.SignForm(),
            "signature": SIGNATURE,
        },
        viewer=EMPLOYEE,
    ),
    "agreement-signed": Page(
        "agreement.html",
        lambda: {"agreement": AGREEMENT, "form": forms.SignForm(), "signature": SIGNATURE},
        viewer=EMPLOYEE,
    ),
    "signature": Page("signature.html", lambda: {"signature": SIGNATURE}, viewer=EMPLOYEE),
    "training-imports": Page(
        "training_imports.html",
        lambda: {
            "form": forms.ImportForm(),
            "imports": [_report(), _report(id=6, refused=[], read_by=None), _report(id=5, read_by=BOB, added=1)],
        },
    ),
    "training-import": Page(
        "training_import.html", lambda: {"report": _report(), "reason": words.reason, "column": words.column}
    ),
    "training-import-faultless": Page(
        "training_import.html",
        lambda: {"report": _report(refused=[], added=1), "reason": words.reason, "column": words.column},
    ),
}
