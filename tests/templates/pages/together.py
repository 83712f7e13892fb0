"""Several orders at once: role packages and batches."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from tests.templates import forms, samples
from tests.templates.pages.page import Page
from tests.templates.people import ALICE, BOB, DAN, EVA, MARIA

LEVELS = (samples.LAN, samples.KATALOG, samples.BIST)
LIBRARIAN = Thing(id=3, name="Ny bibliotekarie", levels=LEVELS)
SENT_AT = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
LONG = "Anställningen har upphört, så inget kan beställas. Stämmer det inte? Hör med din chef."


def _line(outcome: str, text: str, level: str = "", subject: str = "") -> Thing:
    sent = outcome in ("asked", "waits")
    return Thing(outcome=outcome, text=text, level_name=level, subject_name=subject, will_be_sent=sent)


def _order(number: int, subject: str, level: str, state: str = "requested") -> Thing:
    return Thing(
        case_number=f"BEH-2026-{number:06}", state=state, system="MicroMarc", level=level, subject=subject,
        waiting_for=BOB.display_name if state == "requested" else "", due_on=date(2026, 11, 30), since=SENT_AT,
    )  # fmt: skip


def _form(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "eyebrow": "MicroMarc",
        "heading": "Beställ Utlåning för flera",
        "lead": "Varje person får en egen beställning. Den som inte kan få den visas innan något skickas.",
        "levels": (),
        "form": forms.BatchForm(),
        "notices": [],
        "guidelines": [Thing(version="1.2", url="https://intranat.example/riktlinje")],
        "preview_url": "/requests/batch/11/preview",
        "cancel_url": "/catalogue",
    }
    return fields | changes


def _preview(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "heading": "Utlåning i MicroMarc",
        "lead": "",
        "by_person": True,
        "prospects": [
            _line("asked", "Bo Ek får frågan.", subject=ALICE.display_name),
            _line("asked", "Bo Ek får frågan. Gäller till 14 augusti 2027.", subject=MARIA.display_name),
            _line("waits", "Väntar på grundbehörigheten, som måste finnas först.", subject=DAN.display_name),
            _line("there", "Har redan behörigheten.", subject=EVA.display_name),
            _line("stopped", LONG, subject="Vera Slut"),
        ],
        "faults": ["Rad 4: numret 99999 finns inte i personalkatalogen.", "Rad 7: du får inte beställa för 40012."],
        "form_values": [("numbers", ["4001"]), ("key", ["k"])],
        "send_url": "/requests/batch/11/send",
        "edit_url": "/requests/batch/11",
    }
    return fields | changes


def _package_lines() -> list[Thing]:
    return [
        _line("asked", "Carol Lindqvist får frågan.", level="Grundbehörighet, Konto i nätverket"),
        _line("there", "Ingår i grundbehörigheten och beställs inte för sig.", level="Grundbehörighet, Mejl"),
        _line("waits", "Väntar på grundbehörigheten, som måste finnas först.", level="MicroMarc, Utlåning"),
        _line("stopped", "Den här nivån kan inte beställas här än.", level=f"{samples.BIST.system.name}, Läsa"),
    ]


PAGES: dict[str, Page] = {
    "packages": Page("packages.html", lambda: {"packages": [LIBRARIAN, Thing(id=4, name="Ny rektor", levels=LEVELS)]}),
    "packages-none": Page("packages.html", lambda: {"packages": []}),
    "batch-form": Page("bundle_form.html", _form),
    "batch-form-wrong": Page(
        "bundle_form.html",
        lambda: _form(
            form=forms.wrong(forms.BatchForm(), numbers="Välj minst en person som du får beställa för."),
            notices=[Thing(tone="stop", text="Rad 1: numret 99999 finns inte i personalkatalogen.")],
        ),
    ),
    "package-form": Page(
        "bundle_form.html",
        lambda: _form(
            eyebrow="Rollpaket",
            heading="Beställ rollpaketet Ny bibliotekarie",
            lead="Varje behörighet blir en egen beställning med sina egna beslut.",
            levels=LEVELS,
            form=forms.OrderForm(),
        ),
    ),
    "batch-preview": Page("bundle_preview.html", _preview),
    "batch-preview-none": Page("bundle_preview.html", lambda: _preview(prospects=_preview()["prospects"][3:])),
    "package-preview": Page(
        "bundle_preview.html",
        lambda: _preview(
            heading="Ny bibliotekarie", lead=MARIA.display_name, by_person=False, prospects=_package_lines(), faults=[]
        ),
    ),
    "bundle": Page(
        "bundle.html",
        lambda: {
            "bundle": Thing(kind="batch", package=None, level=samples.LAN, created_at=SENT_AT),
            "orders": [_order(n, p.display_name, "Utlåning") for n, p in enumerate((ALICE, MARIA, DAN), 1)],
            "left_out": [{"about": "Vera Slut", "reason": LONG}],
        },
    ),
    "bundle-package": Page(
        "bundle.html",
        lambda: {
            "bundle": Thing(kind="package", package=LIBRARIAN, level=None, created_at=SENT_AT),
            "orders": [_order(1, ALICE.display_name, "Utlåning", "waiting_prerequisites")],
            "left_out": [],
        },
    ),
}
