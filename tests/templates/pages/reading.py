"""Readings of the directory: the list, one that was applied, and one that is held."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.reconciliation.readings import ReleaseForm
from tests.templates.pages.page import Page

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
SERVER = "ldaps://dc1.exempelkommunen.exempel.se:636"


def _run(**changes: Any) -> Thing:
    fields: dict[str, Any] = {
        "id": 7, "kind": "full", "state": "done", "read_at": AT, "accounts": 5230, "added": 3, "leaving": 0,
        "held_because": "", "server": SERVER, "proposed_at": None, "released_at": None, "release_reason": "",
    }  # fmt: skip
    return Thing(**(fields | changes))


HELD = {"state": "held", "held_because": "mass_leave", "leaving": 1412, "added": 0}
LEAVERS = [
    {"name": "Åsa O'Brien", "number": "0012345", "unit": "Sörberge förskola", "reason": "account_disabled"},
    {"name": "", "number": "", "unit": "Socialkontoret", "reason": "disabled_ou"},
    {"name": "Örjan Lindström-Ek", "number": "0000007", "unit": "", "reason": "no_account"},
]


def _page(run: Thing, **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "run": run, "form": ReleaseForm(), "leavers": LEAVERS, "shown": 500, "q": "", "order": "name", "is_open": True,
        "may_release": True, "is_mine": False, "proposer": "", "releaser": "",
    }  # fmt: skip
    return given | changes


PROPOSED = {"proposed_at": AT, "release_reason": "Frågat personalavdelningen: bolaget tar över all hemtjänst i dag."}
PAGES = {
    "readings": Page(
        "readings.html",
        lambda: {
            "hold": _run(**HELD),
            "runs": [
                _run(**HELD),
                _run(kind="incremental", accounts=3),
                _run(state="applying"),
                _run(state="abandoned"),
                _run(**HELD | {"released_at": AT}),
            ],
        },
    ),
    "readings-none": Page("readings.html", lambda: {"hold": None, "runs": []}),
    "reading": Page("reading.html", lambda: _page(_run(), leavers=[], is_open=False)),
    "reading-held": Page("reading.html", lambda: _page(_run(**HELD))),
    "reading-proposed": Page(
        "reading.html", lambda: _page(_run(**HELD, **PROPOSED), proposer="Bob Öberg", q="åsa", order="unit", leavers=[])
    ),
    "reading-proposed-mine": Page(
        "reading.html", lambda: _page(_run(**HELD, **PROPOSED), proposer="Bob Öberg", is_mine=True)
    ),
    "reading-released": Page(
        "reading.html",
        lambda: _page(
            _run(**HELD, **PROPOSED | {"released_at": AT}), proposer="Bob Öberg", releaser="Eva Ek", is_open=False
        ),
    ),
    "reading-clock": Page("reading.html", lambda: _page(_run(state="held", held_because="clock_differs"), leavers=[])),
    "reading-short": Page(
        "reading.html", lambda: _page(_run(state="held", held_because="reading_short", accounts=1), leavers=[])
    ),
    "reading-hr": Page(
        "reading.html",
        lambda: _page(_run(**HELD | {"kind": "hr", "server": "anstallningar-2026-03-02.csv"})),
    ),
    "reading-old": Page("reading.html", lambda: _page(_run(state="held", held_because="reading_old"), leavers=[])),
}
