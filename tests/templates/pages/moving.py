"""Changes of work: the list, one case as each manager sees it, and the announcement."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.movers import words
from app.movers.forms import AnnounceForm, ReorganisationForm
from app.templating.state_words import Look
from tests.templates.pages.page import Page
from tests.templates.people import ALICE, BOB, DAN, EVA, MARIA
from tests.templates.samples import ADMIN, BIST, LAN

AT = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
DECIDING = Look("Väntar på den nya chefen", "wait", "clock")
UNITS = [(1, "Huvudbiblioteket"), (2, MARIA.unit.name)]


def _line(number: int, who: Thing, **more: Any) -> Thing:
    known = {
        "id": number, "person": who, "change_on": date(2026, 11, 23), "look": DECIDING, "left": 3,
        "by": date(2026, 11, 30), "is_new": True, "to_unit": MARIA.unit.name,
    }  # fmt: skip
    return Thing(**(known | more))


def _list(**changes: Any) -> dict[str, Any]:
    mine = [_line(1, ALICE, by=date(2026, 11, 23)), _line(2, MARIA, left=1), _line(3, DAN, is_new=False, by=None)]
    removing = Look("Avslutar det som inte behövs", "wait", "pause")
    return {"mine": mine, "others": [_line(4, EVA, look=removing, left=0)], "may_announce": True} | changes


def _one(**more: Any) -> Thing:
    known = {
        "id": 1, "person": MARIA, "person_id": MARIA.id, "state": "deciding", "source": "directory",
        "change_on": date(2026, 11, 23), "from_unit": Thing(name="Huvudbiblioteket"), "to_unit": MARIA.unit,
        "from_title": "Bibliotekarie", "to_title": MARIA.title, "old_manager": BOB, "new_manager": EVA,
        "new_manager_id": EVA.id, "opened_by": None,
    }  # fmt: skip
    return Thing(**(known | more))


def _row(number: int, level: Thing, state: str = "open", **more: Any) -> Thing:
    known = {
        "id": number, "grant": Thing(id=number, level_id=number, scope=""), "state": state, "is_secret": False,
        "name": f"{level.system.name}, {level.label}", "look": words.ROWS[state], "why": "",
        "remove_on": date(2026, 12, 7), "until": None, "overlap_reason": "", "decided_by": None, "decided_at": None,
        "longest": date(2026, 12, 21), "ends_with_job": False, "other_board": False, "fault": "",
    }  # fmt: skip
    return Thing(**(known | more))


OPEN = (
    _row(1, LAN),
    _row(2, BIST, is_secret=True, ends_with_job=True, other_board=True, remove_on=date(2026, 12, 1)),
    _row(3, ADMIN, until=date(2026, 12, 4), overlap_reason="Avslutar inventeringen."),
)
SETTLED = (
    _row(4, LAN, "kept", decided_by=EVA, decided_at=AT),
    _row(5, BIST, "removed", is_secret=True, why=words.WHY["change_date"]),
    _row(6, ADMIN, "changing", decided_by=EVA, decided_at=AT),
    _row(7, LAN, "supported"),
)


def _case(one: Thing, **changes: Any) -> dict[str, Any]:
    known = {
        "one": one, "look": DECIDING, "what": [words.WHAT["unit"], words.WHAT["title"]],
        "answer_by": date(2026, 11, 30), "rows": [*OPEN, *SETTLED], "fault": "", "may_decide": True,
        "may_hand_over": False, "may_withdraw": False, "may_order": True, "given": {},
        "roles": [Thing(role="system_manager", system=LAN.system), Thing(role="duty_officer", system=None)],
    }  # fmt: skip
    return known | changes


def _wrong() -> dict[str, Any]:
    given = {"verdict-1": "remove", "until-1": "2027-03-01"}
    rows = [_row(1, LAN, fault=words.said("overlap_too_long")), *OPEN[1:]]
    return _case(_one(), rows=rows, given=given, fault=words.said("directory_unknown"))


def _announce(*, faults: bool = False) -> dict[str, Any]:
    form = AnnounceForm(UNITS)
    if faults:
        form.employee_number.errors = [words.said("not_yours")]
        form.change_on.errors = [words.said("day_has_been")]
    return {"form": form}


def _group(key: str, old: str, new: str, *who: Thing, rights: int, secret: int = 0) -> Thing:
    return Thing(key=key, old=old, new=new, people=list(who), rights=rights, secret=secret, since=AT)


def _held(**changes: Any) -> dict[str, Any]:
    groups = [
        _group("1-2", "Huvudbiblioteket", MARIA.unit.name, ALICE, MARIA, DAN, rights=31, secret=4),
        _group("3-4", "Hemtjänsten Söder", "Hemtjänsten Öster", BOB, rights=1),
        _group("5-5", "Ekskolan", "Ekskolan", EVA, rights=0),
    ]
    known = {"groups": groups, "boards": ["Kultur- och fritidsnämnden"], "chosen": ["1-2"], "fault": ""}
    return known | {"may_release": True} | changes


def _reorganisation(state: str = "proposed", **more: Any) -> Thing:
    known = {
        "id": 1, "name": "Hemtjänsten blir två", "board": "Vård- och omsorgsnämnden", "last_on": date(2026, 12, 31),
        "state": state, "proposed_by": DAN, "proposed_at": AT, "decided_by": None, "decided_at": None,
    }  # fmt: skip
    return Thing(**(known | more))


def _campaign(state: str = "proposed", **changes: Any) -> dict[str, Any]:
    south = Thing(code="VON-HT-S", name="Hemtjänsten Söder")
    units = [
        Thing(old=south, code="VON-HT-A", new="Hemtjänsten Öster", counts=(41, 212, 37)),
        Thing(old=Thing(code="VON-HT-V", name=MARIA.unit.name), code="VON-HT-B", new="", counts=(1, 1, 0)),
    ]
    known = {
        "one": _reorganisation(state), "look": words.REORGANISATIONS[state], "units": units, "cases": [], "fault": "",
        "may_decide": state == "proposed", "may_open": True, "may_end": False,
    }  # fmt: skip
    return known | changes


def _propose(*, faults: bool = False) -> dict[str, Any]:
    form, lines = ReorganisationForm(), []
    form.last_on.data = date(2026, 12, 31)
    form.mapping.data = "VON-HT-S;VON-HT-A\nVON-HT-X"
    if faults:
        form.mapping.errors = [words.said("mapping_faulty")]
        lines = [(2, "VON-HT-X", words.MAPPING["two_codes"]), (7, "KTF;BOU", words.MAPPING["another_board"])]
    return {"form": form, "faults": lines}


REORGANISATIONS = [(_reorganisation(state), words.REORGANISATIONS[state]) for state in words.REORGANISATIONS]
MOVED = [Thing(id=1, person=ALICE, left=2), Thing(id=2, person=MARIA, left=0)]
PAGES = {
    "reorganisations": Page("reorganisations.html", lambda: {"rows": REORGANISATIONS, "may_propose": True}),
    "reorganisations-none": Page("reorganisations.html", lambda: {"rows": [], "may_propose": False}),
    "reorganisation": Page("reorganisation.html", _campaign),
    "reorganisation-wrong": Page("reorganisation.html", lambda: _campaign(fault=words.said("not_your_board"))),
    "reorganisation-approved": Page(
        "reorganisation.html",
        lambda: _campaign(
            "approved", one=_reorganisation("approved", decided_by=EVA, decided_at=AT), cases=MOVED, may_end=True
        ),
    ),
    "reorganisation-new": Page("reorganisation_form.html", _propose),
    "reorganisation-new-wrong": Page("reorganisation_form.html", lambda: _propose(faults=True)),
    "moves-held": Page("moves_held.html", _held),
    "moves-held-wrong": Page("moves_held.html", lambda: _held(chosen=[], fault=words.said("nothing_chosen"))),
    "moves-held-none": Page("moves_held.html", lambda: _held(groups=[], may_release=False)),
    "movers": Page("movers.html", _list),
    "movers-none": Page("movers.html", lambda: _list(mine=[], others=[], may_announce=False)),
    "mover": Page("mover.html", lambda: _case(_one())),
    "mover-wrong": Page("mover.html", _wrong),
    "mover-old-manager": Page(
        "mover.html",
        lambda: _case(
            _one(state="announced", source="notice", opened_by=BOB), rows=list(OPEN), answer_by=None, roles=[],
            may_decide=False, may_hand_over=True, may_withdraw=True, may_order=False,
        ),
    ),
    "mover-both": Page("mover.html", lambda: _case(_one(new_manager=BOB), rows=list(OPEN), may_hand_over=True)),
    "mover-done": Page(
        "mover.html", lambda: _case(_one(state="removing"), rows=list(SETTLED), may_decide=False, answer_by=None)
    ),
    "mover-announce": Page("mover_announce.html", _announce),
    "mover-announce-faults": Page("mover_announce.html", lambda: _announce(faults=True)),
}  # fmt: skip
