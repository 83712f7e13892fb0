"""Packs of paper forms, and outages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from wtforms import SelectChoice

from app.outages import words
from app.outages.paper_forms import (
    PARTS,
    AcceptForm,
    AccountForm,
    DrillForm,
    PaperForm,
    RecountForm,
    RegulariseForm,
    VerifyForm,
)
from tests.templates import forms, samples
from tests.templates.pages.page import Page
from tests.templates.people import ALICE, CAROL, EVA, MARIA

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
        "recorded_at": None, "forms_issued": None, "forms_void": None, "closed_at": None, "closed_by": None,
    }  # fmt: skip
    return Thing(id=number, **(known | more))


LATE = _outage(4, escalated_at=MADE, asked_at=MADE)
NETWORK = _outage(3, kind="network", system=None, escalated_at=MADE)
OVER = _outage(
    2, ended_at=MADE, ended_by=EVA, recorded_at=MADE, forms_issued=7, forms_void=1, measures_by=EVA, measures_at=MADE,
    measures="Handläggarna prioriterar ärenden om akut bistånd.", measures_until=date(2026, 11, 30),
)  # fmt: skip


def _outage_page(outage: Thing, **changes: Any) -> dict[str, Any]:
    told = Thing(told_after=3, measures_after=5)
    days = {"days": told, "third_day": date(2026, 11, 23), "fifth_day": date(2026, 11, 25)}
    return {"outage": outage, "kinds": KINDS, "measures_form": None, "end_form": None, **days, **changes}


def _outages(**changes: Any) -> dict[str, Any]:
    return {"lasting": [LATE, NETWORK, _outage(5)], "over": [OVER], "kinds": KINDS, "may_declare": True, **changes}


SERIAL = "PB-PRO-SOC-0021"
QUESTION = "På blanketten står det till och med den 4 december."
DUE = date(2026, 12, 2)


def _finding(state: str, **more: Any) -> Thing:
    known = {
        "type": "paper_order_failed", "state": state, "due_on": DUE, "reason": "", "accepted_until": None,
        "system": samples.LAN.system,
    }  # fmt: skip
    return Thing(id=3, **(known | more))


def _paper(state: str, **more: Any) -> Thing:
    known = {
        "form": Thing(serial=SERIAL), "outage_id": 2, "state": state, "subject": ALICE, "level": samples.LAN,
        "level_id": 11, "scope": "Myndighetsutövning äldre och funktionsnedsättning, enhet Norr",
        "valid_from": date(2026, 11, 20), "valid_to": date(2026, 12, 4), "purpose": "Hjälper låntagare.",
        "need_analysis_ref": "BRA-2026-14", "is_licensed": True, "has_siths": False, "orderer": ALICE, "manager": MARIA,
        "occurred_at": BEGAN, "owner": EVA, "owner_note": "Per telefon 8.40.", "executor": CAROL, "done_at": BEGAN,
        "done": "Lade till i gruppen SG-LAN.", "registered_by": CAROL, "registered_by_id": 3, "registered_at": MADE,
        "verified_by": None if state in ("registered", "returned") else EVA, "verified_at": MADE, "question": QUESTION,
    }  # fmt: skip
    return Thing(id=5, **(known | more))


def _paper_page(state: str, **changes: Any) -> dict[str, Any]:
    settled = {"deviating": "open", "removing": "assigned", "regularised": "resolved_regularised"}
    finding = _finding(settled[state]) if state in settled else None
    failed = [
        {"text": "Personen har ingen anställning i katalogen.", "moments": {"then", "now"}},
        {"text": "Samma person beslutade och tilldelade. Det ska vara två.", "moments": {"then"}},
    ]
    known = {
        "paper": _paper(state), "look": words.PAPER_STATES[state], "finding": finding, "finding_look": None,
        "failed": failed if finding else [], "checked": "Per telefon", "case_number": "", "verify_form": None,
        "is_mine": False, "may_correct": False, "regularise_form": None,
    }  # fmt: skip
    return known | changes


def _register(**changes: Any) -> dict[str, Any]:
    form = PaperForm()
    form.level_id.choices = [SelectChoice(11, "Procapita: Utförare, egen enhet"), SelectChoice(12, "LEX: Handläggare")]
    left = [SERIAL, "PB-PRO-SOC-0022"]
    return {"outage": OVER, "form": form, "paper": None, "parts": PARTS, "left": left, **changes}


def _register_wrong() -> dict[str, Any]:
    page = _register()
    said = {"serial": words.refusal("serial_used"), "subject_number": words.refusal("number_unknown")}
    forms.wrong(page["form"], **said, scan=words.refusal("scan_again"))
    return page


def _forms(**changes: Any) -> dict[str, Any]:
    used = _paper("registered", registered_by_id=1)
    failed = _paper("deviating", form=Thing(serial="PB-PRO-SOC-0022"))
    shown = [
        Thing(serial=SERIAL, note="", class_="used", paper=used),
        Thing(serial="PB-PRO-SOC-0022", note="", class_="used", paper=failed),
        Thing(serial="PB-PRO-SOC-0023", note="Fel namn, skrevs om på nästa.", class_="void", paper=None),
        Thing(serial="PB-PRO-SOC-0024", note="Låg inte i pärmen på Tallgården.", class_="missing", paper=None),
    ]
    left = [f"PB-PRO-SOC-{number:04d}" for number in range(25, 41)]
    system = Thing(id=1, name="Procapita SOC", code="PRO-SOC")
    asked = Thing(due_on=date(2026, 11, 25), done_at=None)
    mine = Thing(system=system, asked=asked, is_mine=True, shown=shown, left=left, blank=0)
    other = Thing(system=Thing(id=2, name="LEX", code="LEX"), asked=None, is_mine=False, shown=[], left=[], blank=20)
    lost = _finding("accepted_risk", type="paper_form_missing", reason="Vi har letat.", accepted_until=DUE)
    found = [
        Thing(finding=_finding("open"), serials="PB-PRO-SOC-0022", may_accept=True),
        Thing(finding=lost, serials="PB-PRO-SOC-0024", may_accept=False),
    ]
    known = {
        "outage": OVER, "kinds": KINDS, "systems": [mine, other],
        "counts": {"used": 2, "void": 1, "missing": 1, "blank": 20, "": 16}, "class_looks": words.CLASSES,
        "paper_looks": words.PAPER_STATES, "finding_looks": words.FINDING_STATES, "findings": found, "left": left,
        "hindrances": [words.HINDRANCES["unaccounted"], words.HINDRANCES["unverified"]], "is_refused": False,
        "account_form": AccountForm(), "recount_form": RecountForm(), "may_close": True, "viewer_id": 1,
    }  # fmt: skip
    return known | changes


def _forms_wrong() -> dict[str, Any]:
    wrong = forms.wrong(AccountForm(), serial=words.refusal("serial_used"), note=words.refusal("note_needed"))
    return _forms(account_form=wrong, is_refused=True)


def _forms_closed() -> dict[str, Any]:
    closed = _outage(
        2, ended_at=MADE, ended_by=EVA, recorded_at=MADE, forms_issued=7, forms_void=1, closed_at=MADE, closed_by=EVA
    )
    return _forms(outage=closed, account_form=None, hindrances=[], may_close=False, left=[])


def _forms_lasting() -> dict[str, Any]:
    return _forms(outage=LATE, systems=[], findings=[], account_form=None, recount_form=None, may_close=False, left=[])


def _drills(**changes: Any) -> dict[str, Any]:
    notes = "Pärmen på Tallgården saknade telefonnumren. De är ifyllda nu."
    held = [
        Thing(held_on=date(2025, 10, 2), held_by=CAROL, notes=notes, result="partly"),
        Thing(held_on=date(2024, 9, 12), held_by=EVA, notes="", result="worked"),
    ]
    known = {
        "system": samples.LAN.system, "drills": held, "looks": words.RESULTS, "due_on": date(2026, 10, 2),
        "is_late": True, "form": DrillForm(),
    }  # fmt: skip
    return known | changes


PAGES: dict[str, Page] = {
    "outages": Page("outages.html", _outages, path="/outages"),
    "outages-none": Page("outages.html", lambda: _outages(lasting=[], over=[], may_declare=False), path="/outages"),
    "outage-form": Page("outage_form.html", lambda: {"form": forms.DeclareForm()}, path="/outages/new"),
    "outage": Page(
        "outage.html", lambda: _outage_page(LATE, measures_form=forms.MeasuresForm(), end_form=forms.OutageEndForm())
    ),
    "outage-over": Page("outage.html", lambda: _outage_page(OVER)),
    "outage-forms": Page("outage_forms.html", _forms, path="/outages/2/forms"),
    "outage-forms-wrong": Page("outage_forms.html", _forms_wrong, path="/outages/2/forms"),
    "outage-forms-closed": Page("outage_forms.html", _forms_closed, path="/outages/2/forms"),
    "outage-forms-lasts": Page("outage_forms.html", _forms_lasting, path="/outages/4/forms"),
    "paper-register": Page("paper_register.html", _register),
    "paper-register-wrong": Page("paper_register.html", _register_wrong),
    "paper-correct": Page("paper_register.html", lambda: _register(paper=_paper("returned", question=QUESTION))),
    "paper-verify": Page("paper_order.html", lambda: _paper_page("registered", verify_form=VerifyForm())),
    "paper-registered": Page("paper_order.html", lambda: _paper_page("registered", is_mine=True)),
    "paper-returned": Page("paper_order.html", lambda: _paper_page("returned", may_correct=True)),
    "paper-waiting": Page("paper_order.html", lambda: _paper_page("waiting")),
    "paper-granted": Page("paper_order.html", lambda: _paper_page("granted")),
    "paper-deviating": Page("paper_order.html", lambda: _paper_page("deviating", regularise_form=RegulariseForm())),
    "paper-regularised": Page("paper_order.html", lambda: _paper_page("regularised", case_number="BEH-2026-000127")),
    "finding-accept": Page(
        "finding_accept.html",
        lambda: {"finding": _finding("open"), "form": AcceptForm(), "back": "/outages/2/forms"},
    ),
    "drills": Page("drills.html", _drills),
    "drills-none": Page("drills.html", lambda: _drills(drills=[], due_on=None, form=None)),
    "paper-packs": Page("paper_packs.html", _packs, path="/outages/packs/PRO-SOC"),
    "paper-packs-none": Page("paper_packs.html", lambda: _packs(rows=[], may_make=False), path="/outages/packs/MIC"),
}
