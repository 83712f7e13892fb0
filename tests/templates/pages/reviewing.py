"""Reviews of what people have: the list, a new one, one campaign, and the reviewer's page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.reviews import words
from app.reviews.context import Context
from app.reviews.forms import BeginForm, NewForm, PassForm, ReasonForm, SignForm
from app.reviews.queries import Progress
from tests.templates import samples
from tests.templates.pages.page import Page
from tests.templates.people import ALICE, BOB, CAROL, EVA, MARIA

AT = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
SYSTEM = samples.LAN.system
PROGRESS = Progress(312, 141, 7, 12, 150, 2)


def _campaign(**more: Any) -> Thing:
    known: dict[str, Any] = {
        "id": 7, "state": "open", "is_answerable": True, "due_on": date(2026, 12, 8), "grace_until": date(2026, 12, 15),
        "opened_at": AT, "created_at": AT, "planned_on": date(2026, 11, 24), "item_count": 312, "system": SYSTEM,
        "unit": None, "person": None, "reason": "Årets granskning av systemet.", "hindrances": [], "closed_by": None,
        "closed_at": None, "statement": "",
    }  # fmt: skip
    return Thing(**known | more)


def _line(campaign: Thing, state: str) -> Thing:
    return Thing(campaign=campaign, look=words.STATES[state], title="Procapita", reference="GRANSK-2026-7")


def _mine(waiting: int, who: Thing = BOB, **more: Any) -> Thing:
    part = Thing(id=3, campaign=_campaign(**more), reviewer=who, reviewer_id=who.id)
    return Thing(part=part, waiting=waiting, items=24)


LIST: dict[str, Any] = {
    "mine": [_mine(17, due_on=date(2026, 11, 20)), _mine(1, EVA)],
    "answered": [_mine(0)],
    "campaigns": [_line(_campaign(), state) for state in ("open", "planned", "closed")],
    "may_list": True, "may_run": True, "title": words.title, "me_id": BOB.id,
}  # fmt: skip


def _asked(who: Thing, rights: int) -> Thing:
    return Thing(reviewer_id=who.id, name=who.display_name, unit=who.unit.name, items=rights, people=9, is_strict=True)


def _new(**more: Any) -> dict[str, Any]:
    return {"form": NewForm(), "begin": None, "asked": None, "hindrances": ()} | more


def _dry(*asked: Thing, **more: Any) -> dict[str, Any]:
    begin = BeginForm(data={"kind": "system", "code": "PRO-SOC"})
    return _new(begin=begin, asked=list(asked), hindrances=[words.HINDRANCES["directory_old"]]) | more


def _part(who: Thing, **more: Any) -> Thing:
    known = {"items": 24, "waiting": 3, "kept": 96, "seconds": 2.1, "is_hasty": True}
    return Thing(**known | more, part=Thing(reviewer=who, helper_ids=[1] if more else []))


def _one(state: str, **more: Any) -> dict[str, Any]:
    campaign = _campaign(state=state, is_answerable=state in ("open", "grace"), **more.pop("campaign", {}))
    going = Thing(item=Thing(grant_id=5, remove_on=date(2026, 12, 22)), person=MARIA, level=samples.LAN)
    going.look = words.OUTCOMES["suspended"]
    known: dict[str, Any] = {
        "line": _line(campaign, state), "campaign": campaign, "progress": PROGRESS, "hindrances": [], "left": 0,
        "parts": [_part(MARIA), _part(EVA, waiting=0, kept=None, seconds=None, is_hasty=False)],
        "rows": [going] if state == "applying" else [], "is_stopped": False, "may_cancel": state == "open",
        "may_open": state == "planned",
        "may_release": False, "may_sign": False, "may_spare": False, "reason": ReasonForm(), "sign": SignForm(),
    }  # fmt: skip
    return known | more


def _item(number: int, **more: Any) -> Thing:
    known: dict[str, Any] = {
        "grant_id": number, "is_strict": False, "profile": "standard", "since": date(2021, 8, 16), "valid_to": None,
        "verdict": "", "note": "", "outcome": "", "source": "request",
    }  # fmt: skip
    return Thing(**known | more)


def _row(item: Thing, known: Context, fault: str = "") -> Thing:
    return Thing(item=item, level=samples.LAN, known=known, fault=fault, look=words.OUTCOMES[item.outcome])


ORDERED = Context("BEH-2026-000123", "Lånar ut och tar emot i disken.", 0, date(2026, 11, 20), 4, 5, "keep", "peers")
FOUND = Context("", "", 1, date(2025, 1, 3), 0, 0, "remove", "finding")
ALONE = Context("", "", 0, None, 0, 4, "", "alone")


def _rows() -> list[Thing]:
    admin = _item(3, is_strict=True, profile="privileged", valid_to=date(2027, 1, 31), verdict="keep", note="Jour.")
    return [
        Thing(person=MARIA, rows=[_row(_item(1), ORDERED), _row(_item(2, verdict="remove"), FOUND)]),
        Thing(person=CAROL, rows=[_row(admin, ALONE), _row(_item(4, outcome="ended"), ORDERED)]),
    ]


def _page(people: list[Thing], **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "part": Thing(id=3, reviewer=BOB), "campaign": _campaign(), "title": "Procapita", "people": people,
        "progress": PROGRESS, "show": "all", "next_key": "nystrom|4", "waits": [1, 2], "may_keep_all": True,
        "seen": 1764000000, "given": {}, "words": words, "refused": "", "instead_of": "",
    }  # fmt: skip
    return known | more


def _wrong() -> dict[str, Any]:
    rows = _rows()
    rows[1].rows[0].fault = words.REFUSALS["reason_to_keep"]
    return _page(rows, instead_of=EVA.display_name, next_key="")


PAGES: dict[str, Page] = {
    "reviews": Page("reviews.html", lambda: LIST),
    "reviews-none": Page("reviews.html", lambda: LIST | {"mine": [], "answered": [], "campaigns": []}),
    "review-new": Page("review_new.html", _new),
    "review-dry-run": Page("review_new.html", lambda: _dry(_asked(MARIA, 203), _asked(EVA, 1))),
    "review-dry-run-empty": Page("review_new.html", _dry),
    "review": Page("review.html", lambda: _one("open")),
    "review-planned": Page(
        "review.html",
        lambda: _one(
            "planned",
            campaign={"opened_at": None, "due_on": None},
            progress=Progress(0, 0, 0, 0, 0, 0),
            parts=[],
            hindrances=[words.HINDRANCES["directory_old"]],
        ),
    ),
    "review-stopped": Page("review.html", lambda: _one("applying", is_stopped=True, may_release=True)),
    "review-applying": Page("review.html", lambda: _one("applying", may_spare=True, may_sign=True, left=3)),
    "review-to-sign": Page("review.html", lambda: _one("applying", rows=[], may_sign=True)),
    "review-closed": Page(
        "review.html",
        lambda: _one("closed", campaign={"closed_by": EVA, "closed_at": AT, "statement": "Två bort."}),
    ),
    "review-part": Page("review_part.html", lambda: _page(_rows())),
    "review-part-wrong": Page("review_part.html", _wrong),
    "review-part-done": Page("review_part.html", lambda: _page([], show="waiting", next_key="")),
    "review-not-mine": Page(
        "review_not_mine.html",
        lambda: {"part": Thing(id=3), "subject": ALICE, "title": "Procapita", "form": PassForm(data={"to": "100006"})},
    ),
}
