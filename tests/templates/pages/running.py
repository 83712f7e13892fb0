"""What those who run a system look after."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Thing
from typing import Any

from tests.templates import forms, samples
from tests.templates.pages.page import Page
from tests.templates.people import CAROL

PAY_RUN = Thing(
    id=1,
    first_day=date(2026, 11, 20),
    last_day=date(2026, 11, 25),
    reason="Lönekörning: tre arbetsdagar före löneutbetalning till och med utbetalningsdagen.",
    created_by=None,
)
AUDIT = Thing(
    id=2, first_day=date(2026, 12, 7), last_day=date(2026, 12, 7), reason="Revision på plats.", created_by=CAROL
)


def _freezes(**changes: Any) -> dict[str, Any]:
    fields = {
        "system": samples.PROCAPITA,
        "windows": [PAY_RUN, AUDIT],
        "now": [PAY_RUN],
        "write_levels": ["Löneadministratör", "Bankfil och utbetalning", "Systemadministratör"],
        "may_change": True,
        "waiting": 2,
        "form": forms.FreezeForm(),
    }
    return fields | changes


PAGES: dict[str, Page] = {
    "freezes": Page("system_freezes.html", _freezes),
    "freezes-none": Page(
        "system_freezes.html", lambda: _freezes(windows=[], now=[], may_change=False, waiting=0, write_levels=[])
    ),
    "freeze-end": Page(
        "freeze_end.html",
        lambda: {"system": samples.PROCAPITA, "window": PAY_RUN, "waiting": 2, "form": forms.EndFreezeForm()},
    ),
}
