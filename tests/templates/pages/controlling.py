"""Internal control: how all systems stand, one system's profile, attesting, risks, and the list of managers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from wtforms import SelectChoice

from app.control import forms, words
from app.control.queries import Known, Profile
from tests.templates import samples
from tests.templates.pages.page import Page
from tests.templates.people import BOB, CAROL, EVA, MARIA
from workflows import system_profile as rules
from workflows.system_profile import AMBER, GREEN, NONE, RED, Light

AT = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)
DAY, NEXT = date(2026, 11, 2), date(2027, 11, 2)
MATTER = Thing(case_number="INT-2026-0004", title="Barnomsorgsplaceringar från e-tjänsten till Procapita", id=4)
SYSTEM = Thing(
    **vars(samples.LAN.system)
    | {"details": {"board_name": "Kultur- och tekniknämnden"}, "board": "KTN", "guideline_version": "2.1"}
    | {"guideline_url": "https://intranat.exempel.se/riktlinje", "code": "MIC"}
)
LIGHTS = {
    rules.ROLES: Light(AMBER, "few_managers", count=1),
    rules.GUIDELINE: Light(GREEN, "there", NEXT),
    rules.PLAN: Light(GREEN, "there", NEXT),
    rules.DOCUMENTATION: Light(RED, "never"),
    rules.RISK: Light(RED, "risk_undecided", count=2),
    rules.CONTINUITY: Light(AMBER, "test_late", DAY),
    rules.ALARMS: Light(AMBER, "near", date(2026, 12, 1)),
    rules.AGREEMENT: Light(GREEN, "left_out", NEXT),
    rules.REGISTER: Light(NONE, "no_personal_data"),
    rules.POWER: Light(RED, "late", DAY),
}


def _one(kind: str, **facts: Any) -> Thing:
    return Thing(
        kind=kind, done_on=DAY, due_on=NEXT, reference="KTN 2026/114", note="Gås igenom vid årsskiftet.", facts=facts,
        responsible=MARIA, made_by=CAROL, made_at=AT, matter_id=None,
    )  # fmt: skip


PLAN = _one("plan", year=2026, operation=1_250_000, licence=80_000, development=None)
ALARM = _one("alarms", threshold="5 fel i timmen", severity="Hög", recipients="Förvaltarna", meaning="Starta flödet.")


def _row(code: str) -> Thing:
    light = LIGHTS[code]
    part = Thing(matter=MATTER, look=words.LIGHTS[AMBER], why=words.why(LIGHTS[rules.ALARMS]), one=ALARM)
    return Thing(
        code=code, title=words.THINGS[code], look=words.LIGHTS[light.colour], why=words.why(light),
        one=PLAN if code == "plan" else None, parts=[part] if code == "alarms" else [],
        is_attested=code in rules.KINDS and code != "alarms",
    )  # fmt: skip


def _risk(number: int, decision: str = "") -> Thing:
    return Thing(
        id=number, text="Låneregistret kan inte läsas när nätet är nere.", score=9 + number, likelihood=3,
        consequence=3,
        measure="Utskrivna lånekort på disken.", due_on=NEXT, responsible=MARIA, decision=decision,
        decided_until=NEXT, decided_by=BOB, decision_reason="Vi prövar lånekort till sommaren.",
    )  # fmt: skip


def _profile(**more: Any) -> dict[str, Any]:
    known = Known(SYSTEM, {"system_owner": [BOB], "system_manager": [CAROL]}, drilled_on=DAY)
    shown: dict[str, Any] = {
        "system": SYSTEM, "profile": Profile(known, LIGHTS, 44), "rows": [_row(code) for code in rules.ORDER],
        "risks": [
            Thing(risk=_risk(0), needs_decision=True, look=words.DECISIONS[""]),
            Thing(risk=_risk(1, "reduce"), needs_decision=True, look=words.DECISIONS["reduce"]),
        ],
        "history": [PLAN, ALARM], "things": words.THINGS, "may_attest": True, "may_decide": True,
    }  # fmt: skip
    return shown | more


def _board(name: str, score: int | None) -> Thing:
    red = [(words.THINGS[code], words.why(LIGHTS[code])) for code in (rules.DOCUMENTATION, rules.RISK)]
    rows = [
        Thing(system=SYSTEM, score=44, look=words.LIGHTS[RED], lacking=red, near=[words.THINGS[rules.ALARMS]]),
        Thing(system=SYSTEM, score=100, look=words.LIGHTS[GREEN], lacking=[], near=[]),
    ]
    return Thing(name=name, score=score, rows=rows)


def _attest(kind: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    form = forms.attest_form(rules.KINDS[kind], [CAROL, EVA], CAROL.id)
    if data is not None:
        form.process(data=data)
        form.responsible.choices = [SelectChoice(CAROL.id, CAROL.display_name)]
        form.due_on.errors = [words.REFUSALS["due_too_far"]]
    beside = [form[name] for name in forms.BESIDE.get(kind, {})]
    known = {"system": SYSTEM, "kind": rules.KINDS[kind], "matter": MATTER if kind == "alarms" else None}
    return known | {
        "title": words.THINGS[kind],
        "hint": words.HINTS[kind],
        "latest": PLAN,
        "form": form,
        "beside": beside,
    }


def _risk_form() -> forms.RiskForm:
    form = forms.RiskForm()
    form.responsible.choices = [SelectChoice(0, "Ingen än"), SelectChoice(CAROL.id, CAROL.display_name)]
    return form


MANAGERS = [(Thing(**vars(one), mail=f"{one.id}@exempel.se"), "MicroMarc, Geosecma", "KTN") for one in (CAROL, MARIA)]
PAGES = {
    "control": Page(
        "control.html",
        lambda: {
            "boards": [_board("Kultur- och tekniknämnden", 72), _board("Kommunstyrelsen", None)],
            "red": 2,
            "total": 4,
            "sees_managers": True,
        },
    ),
    "control-empty": Page("control.html", lambda: {"boards": [], "red": 0, "total": 0, "sees_managers": False}),
    "control-system": Page("control_system.html", _profile),
    "control-attest": Page("control_attest.html", lambda: _attest("plan")),
    "control-attest-wrong": Page("control_attest.html", lambda: _attest("alarms", {"threshold": "5"})),
    "control-risk": Page(
        "control_risk.html", lambda: {"system": SYSTEM, "risk": None, "form": _risk_form(), "decided_from": 9}
    ),
    "control-decide": Page(
        "control_risk.html",
        lambda: {"system": SYSTEM, "risk": _risk(1), "form": forms.DecisionForm(), "is_decision": True},
    ),
    "control-managers": Page(
        "control_managers.html", lambda: {"managers": MANAGERS, "addresses": "3@exempel.se; 5@exempel.se"}
    ),
}
