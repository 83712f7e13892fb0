"""Packs of paper forms."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace as Thing
from typing import Any

from tests.templates import forms, samples
from tests.templates.pages.page import Page
from tests.templates.people import CAROL, MARIA

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


PAGES: dict[str, Page] = {
    "paper-packs": Page("paper_packs.html", _packs, path="/outages/packs/PRO-SOC"),
    "paper-packs-none": Page("paper_packs.html", lambda: _packs(rows=[], may_make=False), path="/outages/packs/MIC"),
}
