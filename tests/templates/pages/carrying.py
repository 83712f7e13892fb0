"""Tags, cards and keys: mine, one of them, the desk, the list of a system, and reporting one lost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.decisions.forms import RevokeForm
from app.premises import forms, words
from tests.templates.pages.page import EMPLOYEE, Page
from tests.templates.people import ALICE, CAROL, DAN, MARIA

OUT = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)
LOST = datetime(2026, 11, 24, 22, 41, tzinfo=UTC)
VAN = Thing(id=7, name="Vanderbilt", code="VAN", description="Passersystem och inbrottslarm.")
PASS = Thing(
    level=Thing(label="Passage till zon"), scope="Kommunhuset, kontoren; Kommunhuset, närarkivet (Kontorstid)",
    status="active", valid_from=date(2026, 11, 18), valid_to=None,
)  # fmt: skip
NOTHING = dict.fromkeys(("hand_over", "hand_back", "confirm_blocked", "unblock", "replace", "report", "sign"), False)


def _row(number: int, stands: str, **more: Any) -> Thing:
    known = {
        "kind": words.KINDS["tag"], "serial": f"A-10{number}", "system": VAN.name, "subject": MARIA.display_name,
        "look": words.LOOKS[stands], "scopes": [PASS.scope], "due_on": None, "last_used_on": None, "may_report": True,
    }  # fmt: skip
    return Thing(id=number, **(known | more))


def _credential(**more: Any) -> Thing:
    known = {
        "id": 4, "serial": "A-104", "kind": "tag", "system": VAN, "subject": MARIA, "grants": [PASS],
        "status": "handed_out", "due_on": date(2026, 12, 2), "handed_out_at": OUT, "handed_out_by": DAN,
        "received_at": OUT, "receipt": "paper", "receipt_note": "Pärm 3 i vaktmästeriet", "lost_at": None,
        "lost_by": None, "lost_note": "", "block_ordered_at": None, "blocked_at": None, "not_back_at": None,
        "handed_back_at": None, "handed_back_to": None,
    }  # fmt: skip
    return Thing(**(known | more))


def _one(stands: str, credential: Thing, own: bool = False, may: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    known = {
        "credential": credential, "own": own, "kind": words.KINDS["tag"], "look": words.LOOKS[stands],
        "why_blocked": words.WHY_BLOCKED["lost"], "id_method": words.ID_METHODS["id_card"], "replacement": None,
        "last_day": None, "may": Thing(**(NOTHING | dict.fromkeys(may, True))),
    }  # fmt: skip
    return known | more


def _lost_form(own: bool = True) -> forms.LostForm:
    form = forms.LostForm()
    mine = [(4, "Tagg A-104, Vanderbilt"), (5, f"{ALICE.display_name}: Nyckel 77, RCO")] if own else []
    form.which.choices = [*mine, (0, "Någon annans, jag vet numret")]
    form.which.data = 4 if own else None
    return form


def _faulty() -> forms.HandOverForm:
    form = forms.HandOverForm(formdata=None)
    form.validate()
    return form


GROUPS = [
    Thing(key="block", rows=[_row(1, "lost"), _row(2, "to_block")]),
    Thing(key="hand_over", rows=[_row(3, "programmed", due_on=date(2026, 11, 20)), _row(4, "unsigned")]),
    Thing(key="not_back", rows=[_row(5, "blocked")]),
    Thing(key="unused", rows=[_row(6, "handed_out", last_used_on=date(2026, 3, 1))]),
    Thing(key="out", rows=[_row(7, "handed_out", subject=ALICE.display_name)]),
]
ZONES = [
    Thing(name="Kommunhuset, kontoren", kind="ordinary", board="", owner_post="kommunhuset"),
    Thing(name="ÄB Tallgården, läkemedelsrummet", kind="medicine_room", board="SOC", owner_post="tallgarden"),
]
ROWS = [_row(1, "handed_out"), _row(2, "programmed", due_on=date(2026, 12, 2))]
LOST_TAG = _credential(status="lost", lost_at=LOST, lost_by=MARIA, lost_note="Tappad på bussen.", block_ordered_at=LOST)
GATE = {"zones": None, "schedules": (), "owners": {}, "kinds": {}}
OPENED = {
    "zones": ZONES, "schedules": [Thing(name="Kontorstid, vardagar 7–18")], "owners": {"kommunhuset": [MARIA]},
    "kinds": words.ZONE_KINDS,
}  # fmt: skip
ENDING = {
    "task": Thing(id=4, due_on=date(2026, 11, 26)), "case_number": "BEH-2026-000123", "directory_group": "",
    "grant": Thing(
        subject=MARIA, level=Thing(label="Passage till zon", system=VAN), scope=PASS.scope, target_user_id="A-104",
        valid_to=None,
    ),
    "why": "Anställningen har upphört. 24 november", "credentials": ROWS, "action_url": "/tasks/4",
}  # fmt: skip
PAGES: dict[str, Page] = {
    "credentials": Page("credentials.html", lambda: {"mine": ROWS, "back": [_row(3, "handed_back")]}, EMPLOYEE),
    "credentials-none": Page("credentials.html", lambda: {"mine": [], "back": []}, EMPLOYEE),
    "credential-mine": Page(
        "credential.html", lambda: _one("handed_out", _credential(), own=True, may=("report",)), EMPLOYEE
    ),
    "credential-lost": Page(
        "credential.html", lambda: _one("lost", LOST_TAG, may=("confirm_blocked", "unblock", "replace", "hand_back"))
    ),
    "credential-ended": Page(
        "credential.html",
        lambda: _one("handed_out", _credential(), may=("hand_back", "report"), last_day=date(2026, 11, 24)),
    ),
    "credential-back": Page(
        "credential.html",
        lambda: _one("handed_back", _credential(status="handed_back", handed_back_at=LOST, handed_back_to=CAROL)),
    ),
    "credential-hand-over": Page(
        "credential_hand_over.html",
        lambda: {"credential": _credential(), "kind": words.KINDS["tag"], "form": forms.HandOverForm()},
    ),
    "credential-hand-over-wrong": Page(
        "credential_hand_over.html",
        lambda: {"credential": _credential(), "kind": words.KINDS["tag"], "form": _faulty()},
    ),
    "credential-sign": Page(
        "credential_sign.html",
        lambda: {"credential": _credential(), "kind": words.KINDS["tag"], "form": forms.SignForm(), "is_mine": True},
        EMPLOYEE,
    ),
    "credential-sign-manager": Page(
        "credential_sign.html",
        lambda: {"credential": _credential(), "kind": words.KINDS["tag"], "form": None, "is_mine": False},
    ),
    "credential-replace": Page(
        "credential_replace.html",
        lambda: {"credential": LOST_TAG, "kind": words.KINDS["tag"], "form": forms.ReplaceForm()},
    ),
    "credential-lost-form": Page(
        "credential_lost.html",
        lambda: {"form": _lost_form(), "closed": True, "phone": "060-16 31 00"},
        EMPLOYEE,
        path="/premises/lost",
    ),
    "credential-lost-form-other": Page(
        "credential_lost.html", lambda: {"form": _lost_form(own=False), "closed": True, "phone": ""}, EMPLOYEE
    ),
    "credential-lost-told": Page(
        "credential_lost_told.html",
        lambda: {"credential": LOST_TAG, "closed": True, "phone": "060-16 31 00"},
        EMPLOYEE,
    ),
    "credential-list": Page(
        "credential_list.html", lambda: {"system": VAN, "groups": GROUPS, "next_url": "?after=1", "may_see_zones": True}
    ),
    "credential-list-none": Page(
        "credential_list.html", lambda: {"system": VAN, "groups": [], "next_url": "", "may_see_zones": False}
    ),
    "credential-systems": Page("credential_systems.html", lambda: {"systems": [VAN]}),
    "zones-closed": Page("zone_list.html", lambda: {"system": VAN, **GATE}),
    "zones": Page("zone_list.html", lambda: {"system": VAN, **OPENED}),
    "revoke-tag": Page("revoke_task.html", lambda: {**ENDING, "form": RevokeForm()}),
}
