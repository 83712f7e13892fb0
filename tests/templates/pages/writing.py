"""What is to be changed in the directory."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.fulfilment import words
from tests.templates.pages.page import Page

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def _write(**changes: Any) -> Thing:
    fields: dict[str, Any] = {
        "id": 7, "act": "add", "status": "waiting", "reason": "", "detail": "", "group_name": "SYS-MIC-DISK",
        "next_attempt_at": AT, "ended_at": AT, "person": Thing(display_name="Åsa O'Brien"),
        "level": Thing(label="Lånedisk", system=Thing(name="MicroMarc")),
    }  # fmt: skip
    return Thing(**(fields | changes))


LONG = {"group_name": "SYS-PROCAPITA-VERKSAMHETSSTOD-HANDLAGGARE-UTREDNING", "person": Thing(display_name="Örjan Ek")}
WAITING = [
    _write(),
    _write(act="remove", reason="directory_unavailable", detail="ldaps://dc1: connection timed out", **LONG),
]
HANDED_OVER = [_write(status="handed_over", reason="no_right")]
ENDED = [_write(status="done"), _write(act="remove", status="dropped", reason="by_hand")]


def _page(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "waiting": WAITING, "handed_over": HANDED_OVER, "ended": ENDED, "is_on": True, "reason": words.reason,
        "counts": {"waiting": 70, "handed_over": 1, "done": 1, "dropped": 1}, "may_retry": lambda write: True,
    }  # fmt: skip
    return given | changes


EMPTY: dict[str, Any] = {"waiting": [], "handed_over": [], "ended": [], "counts": {}, "is_on": False}
PAGES = {
    "directory-writes": Page("directory_writes.html", _page),
    "directory-writes-off": Page("directory_writes.html", lambda: _page(**EMPTY)),
}
