"""Emergency access: asking, the list, one of them, and its control."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from wtforms import SelectChoice

from app.decisions.emergency import ApprovalForm, ClosingForm, FollowUpForm
from app.emergencies.forms import AskForm, ExtendForm
from app.grants.emergency_queries import Figures
from tests.templates import samples
from tests.templates.pages.page import Page
from tests.templates.people import ALICE, BOB, CAROL, EVA, MARIA

NIGHT = datetime(2026, 11, 24, 22, 40, tzinfo=UTC)
ENDS = datetime(2026, 11, 25, 22, 40, tzinfo=UTC)
WHY = "Nattpersonalen är sjuk, och den som ersätter når inte genomförandeplanerna."


def _emergency(number: int, **more: Any) -> Thing:
    known = {
        "level": samples.BIST, "subject": MARIA, "orderer": EVA, "granted_by": CAROL, "granted_at": NIGHT,
        "expires_at": ENDS, "ended_at": None, "extended_by": None, "extended_at": None, "extension_reason": "",
        "deferred": ["SEKRETESS-SOC", "PROCAPITA-INTRO-SOC"], "deviations": [], "state": "open",
        "approve_by": date(2026, 11, 25), "follow_up_by": date(2026, 12, 1), "close_by": date(2026, 12, 8),
        "approved": None, "approved_by": None, "approved_at": None, "approval_reason": "", "followed_up_by": None,
        "followed_up_at": None, "sample": "", "result": "", "lesson": "", "is_incident": None,
    }  # fmt: skip
    return Thing(id=number, **(known | more))


ALIVE = _emergency(4)
DEVIATED = _emergency(
    3, ended_at=ENDS, deviations=["disapproved", "follow_up_late"], approved=False, approved_by=BOB, approved_at=ENDS,
    approval_reason="Ordinarie personal var på plats, och kunde ha gjort det.", extended_by=EVA, extended_at=NIGHT,
    extension_reason="Sjukfrånvaron varar ett dygn till.",
)  # fmt: skip
CLOSED = _emergency(
    2, ended_at=ENDS, state="closed_deviation", deviations=["misused"], is_incident=True, deferred=[],
    followed_up_by=EVA, followed_up_at=ENDS, sample="Loggen 24–25 november, 43 poster.", subject=ALICE,
    result="Två slagningar gällde en granne.", lesson="Den som ersätter får introduktion i förväg.",
)  # fmt: skip
ORDER = Thing(
    case_number="BEH-2026-000231", scope="Tallbacken", justification=WHY, incident_number="INC-2026-4417",
    submitted_at=NIGHT,
)  # fmt: skip


def _ask(**changes: Any) -> dict[str, Any]:
    form = AskForm([samples.BIST, samples.LAN])
    known = {"form": form, "several": [], "hours": 24, "most": 72, "notices": [], "duplicate": None, "again": False}
    return known | changes


def _several() -> dict[str, Any]:
    form = AskForm([samples.BIST, samples.LAN])
    form.who.errors = ["Flera stämmer. Välj vem du menar."]
    return _ask(form=form, several=[(1, "Alice Nyström, Bibliotekarie"), (5, f"{MARIA.display_name}, {MARIA.title}")])


def _again() -> dict[str, Any]:
    form = AskForm([samples.BIST])
    form.found, form.level.data, form.justification.data = [ALICE], str(samples.BIST.id), WHY
    return _ask(form=form, again=True, notices=[Thing(tone="stop", text="Personen har redan haft den.")])


def _list(**changes: Any) -> dict[str, Any]:
    figures = Figures(count=7, lasted=24.0, judged=11.5, late=1, deviations=2, incidents=1)
    known = {"alive": [ALIVE], "controlled": [DEVIATED], "closed": [CLOSED], "figures": figures, "year": 2026}
    return {**known, "may_ask": True, **changes}


def _one(emergency: Thing, **changes: Any) -> dict[str, Any]:
    kinds = ("emergency_approval", "emergency_followup", "emergency_closing", "revoke")
    waiting = dict.fromkeys(kinds, ()) | changes.pop(
        "waiting", {"emergency_approval": [BOB], "emergency_followup": [EVA]}
    )
    known = {"emergency": emergency, "order": ORDER, "reason": "Ingen med behörighet är på plats", "deferred": ""}
    return {**known, "waiting": waiting, "form": None, **changes}


def _extending() -> dict[str, Any]:
    form = ExtendForm()
    form.hours.choices = [SelectChoice(12, "12 timmar, till torsdag 26 november kl. 11.40")]
    return _one(ALIVE, form=form)


def _task(kind: str, emergency: Thing, form: Any) -> dict[str, Any]:
    task = Thing(id=31, kind=kind, due_on=date(2026, 11, 26))
    return {**_one(emergency), "task": task, "form": form, "action_url": "/tasks/31"}


PAGES: dict[str, Page] = {
    "emergency-ask": Page("emergency_form.html", _ask, path="/emergencies/new"),
    "emergency-ask-several": Page("emergency_form.html", _several, path="/emergencies/new"),
    "emergency-ask-again": Page("emergency_form.html", _again, path="/emergencies/new"),
    "emergencies": Page("emergencies.html", _list, path="/emergencies"),
    "emergencies-none": Page(
        "emergencies.html", lambda: _list(alive=[], controlled=[], closed=[], figures=None), path="/emergencies"
    ),
    "emergency": Page("emergency.html", _extending),
    "emergency-deviated": Page("emergency.html", lambda: _one(DEVIATED, waiting={"revoke": [CAROL]})),
    "emergency-closed": Page("emergency.html", lambda: _one(CLOSED, waiting={})),
    "emergency-approval": Page("emergency_task.html", lambda: _task("emergency_approval", ALIVE, ApprovalForm())),
    "emergency-followup": Page("emergency_task.html", lambda: _task("emergency_followup", ALIVE, FollowUpForm())),
    "emergency-closing": Page("emergency_task.html", lambda: _task("emergency_closing", DEVIATED, ClosingForm())),
}
