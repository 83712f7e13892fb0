"""Packs of paper forms, and outages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from tests.templates import forms, samples
from tests.templates.pages.page import Page
from tests.templates.people import CAROL, EVA, MARIA

MADE = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)


def _pack(number: int, **more: Any) -> Thing:
    return Thing(id=number, **({"unit": None, "made_by": CAROL, "made_at": MADE, "replaced_at": None} | more))


def _packs(**changes: Any) -> dict[str, Any]:
    rows = [
        (_pack(3, unit=MARIA.unit), "PB-PRO-SOC-0021", "PB-PRO-SOC-0030", 10, 10),
        (_pack(2, made_by=None), "PB-PRO-SOC-0011", "PB-PRO-SOC-0020", 10, 7),
        (_pack(1, replaced_at=MADE), "PB-PRO-SOC-0001", "PB-PRO-SOC-0001", 1, 0),
    ]
    known = {"system": samples.LAN.system, "form": forms.PackForm(), "rows": rows, "may_make": True}
    return known | changes


KINDS = {"network": "Nätverket", "directory": "Katalogen (AD)", "mail": "E-posten", "product": "Behörig"}
BEGAN = datetime(2026, 11, 18, 7, 15, tzinfo=UTC)


def _outage(number: int, **more: Any) -> Thing:
    known = {
        "kind": "system", "system": samples.LAN.system, "started_at": BEGAN, "declared_by": MARIA, "declared_at": BEGAN,
        "note": "Leverantörens datahall saknar ström.", "escalated_at": None, "asked_at": None, "measures": "",
        "measures_until": None, "measures_by": None, "measures_at": None, "ended_at": None, "ended_by": None,
        "recorded_at": None, "forms_issued": None, "forms_void": None,
    }  # fmt: skip
    return Thing(id=number, **(known | more))


LATE = _outage(4, escalated_at=MADE, asked_at=MADE)
NETWORK = _outage(3, kind="network", system=None, escalated_at=MADE)
OVER = _outage(
    2, ended_at=MADE, ended_by=EVA, recorded_at=MADE, forms_issued=7, forms_void=1, measures_by=EVA, measures_at=MADE,
    measures="Handläggarna prioriterar ärenden om akut bistånd.", measures_until=date(2026, 11, 30),
)  # fmt: skip


def _outage_page(outage: Thing, **changes: Any) -> dict[str, Any]:
    days = {"third_day": date(2026, 11, 23), "fifth_day": date(2026, 11, 25)}
    return {"outage": outage, "kinds": KINDS, "measures_form": None, "end_form": None, **days, **changes}


def _outages(**changes: Any) -> dict[str, Any]:
    return {"lasting": [LATE, NETWORK, _outage(5)], "over": [OVER], "kinds": KINDS, "may_declare": True, **changes}


PAGES: dict[str, Page] = {
    "outages": Page("outages.html", _outages, path="/outages"),
    "outages-none": Page("outages.html", lambda: _outages(lasting=[], over=[], may_declare=False), path="/outages"),
    "outage-form": Page("outage_form.html", lambda: {"form": forms.DeclareForm()}, path="/outages/new"),
    "outage": Page(
        "outage.html", lambda: _outage_page(LATE, measures_form=forms.MeasuresForm(), end_form=forms.OutageEndForm())
    ),
    "outage-over": Page("outage.html", lambda: _outage_page(OVER)),
    "paper-packs": Page("paper_packs.html", _packs, path="/outages/packs/PRO-SOC"),
    "paper-packs-none": Page("paper_packs.html", lambda: _packs(rows=[], may_make=False), path="/outages/packs/MIC"),
}
