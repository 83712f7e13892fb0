"""Internal control: how all systems stand, one system's profile, attesting, risks, and the list of managers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from wtforms import SelectChoice

from app.control import forms, report_forms, report_views, report_words, words
from app.control.queries import Known, Profile
from tests.templates import samples
from tests.templates.pages.page import Page
from tests.templates.people import BOB, CAROL, EVA, MARIA
from workflows import system_profile as rules
from workflows.calendar import WorkingCalendar
from workflows.internal_control import round_of
from workflows.system_profile import AMBER, GREEN, NONE, RED, Light

AT = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)
ROUND = round_of(2025, WorkingCalendar())
DAY, NEXT = date(2026, 11, 2), date(2027, 11, 2)
MATTER = Thing(case_number="INT-2026-0004", title="Barnomsorgsplaceringar från e-tjänsten till Procapita", id=4)
SYSTEM: Any = Thing(
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
    holders: Any = {"system_owner": [BOB], "system_manager": [CAROL]}
    known = Known(SYSTEM, holders, drilled_on=DAY)
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
    people: Any = [CAROL, EVA]
    form = forms.attest_form(rules.KINDS[kind], people, CAROL.id)
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

POINT_ROWS = [
    ("IK-01", 4, 1, "amber", "below"),
    ("IK-02", 12, 3, "amber", "below"),
    ("IK-03", 41, 2, "red", "leaver_late"),
    ("IK-09", 1, 1, "amber", "below"),
    ("IK-13", 40, 0, "green", "no_deviation"),
    ("IK-05", 0, 0, "none", "nothing_to_check"),
]
DATA: dict[str, Any] = {
    "as_of": "2025-12-31 23:59",
    "rating": "red",
    "rating_why": ["IK-03:leaver_late"],
    "score": 44,
    "system": {
        "board_name": "Kultur- och tekniknämnden",
        "owners": [BOB.display_name],
        "managers": [MARIA.display_name],
    },
    "activities": [
        {
            "made_on": "2025-05-04",
            "what": "Ändrade avgifter",
            "kind": "fixed_data",
            "sample": 40,
            "deviations": 2,
            "result": "Två saknade beslut.",
        }
    ],
    "metrics": {
        "orders": {"granted": 214, "rejected": 9},
        "held": {"Lånedisk, request": 88},
        "days_to_grant": 2,
        "leavers": {"rights": 41, "median": 1, "worst": 7},
    },
}


def _points() -> list[Thing]:
    measure = {
        "measure": "Öva reservrutinen.",
        "responsible": "Förvaltaren",
        "due_on": "2026-05-31",
        "comment": "Hanns inte.",
    }
    return [
        Thing(
            code=code,
            title=report_words.POINTS[code],
            method=report_words.METHODS[code],
            sample=sample,
            worst=7,
            deviations=deviations,
            look=report_words.RATINGS[colour],
            why=report_words.WHY[why],
            rows=[(4, "#"), (7, "#")] if code == "IK-02" else [],
            remark=measure if code == "IK-09" else {},
            before={"measure": "Ordna fler blanketter.", "due_on": "2025-05-31"} if code == "IK-09" else None,
        )
        for code, sample, deviations, colour, why in POINT_ROWS
    ]


def _report(state: str = "drafted", **more: Any) -> Thing:
    known: dict[str, Any] = {
        "id": 3,
        "year": 2025,
        "system": SYSTEM,
        "system_id": 1,
        "board": "KTN",
        "state": state,
        "data": DATA,
        "version": 2,
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "remarks": {},
        "rating": "",
        "rating_reason": "",
        "question": "",
        "answer_by": None,
        "judgement": "",
        "diary_number": "",
        "submitted_by": None,
        "submitted_at": None,
        "approved_by": None,
        "approved_at": None,
    }
    return Thing(**known | more)


def _report_page(report: Thing, *names: str, **more: Any) -> dict[str, Any]:
    made = {name: report_views.FORMS[name](formdata=None) for name in names}
    look = report_words.STATES[report.state]
    return {
        "report": report,
        "name": "MicroMarc",
        "state": Thing(look=look),
        "days": ROUND,
        "points": _points(),
        "readiness": [Thing(title=r.title, look=r.look, why=r.why) for r in map(_row, rules.ORDER)],
        "proposed": report_words.RATINGS["red"],
        "reasons": report_words.reasons(DATA),
        "ratings": report_words.RATINGS,
        "outcomes": report_words.OUTCOMES,
        "kinds": report_words.KINDS,
        "forms": made,
        "supplements": [],
        "may_write": report.state == "drafted",
    } | more


def _wrong_approval() -> dict[str, Any]:
    shown = _report_page(
        _report("submitted", judgement="Ett bra år.", submitted_by=CAROL, submitted_at=AT), "approve", "return"
    )
    shown["forms"]["approve"].rating.errors = [report_words.REFUSALS["choose_rating"]]
    return shown


CLOSED = {
    "rating": "amber",
    "rating_reason": "Åtgärdat i januari.",
    "judgement": "Ett bra år.",
    "submitted_by": CAROL,
    "submitted_at": AT,
    "approved_by": BOB,
    "approved_at": AT,
    "diary_number": "KS 2026/44",
}
SUPPLEMENT = Thing(number=1, text="Provet gjordes den 8 januari.", made_by=EVA, made_at=AT)


def _reports() -> dict[str, Any]:
    looks = [("drafted", None), ("closed", report_words.RATINGS["amber"])]
    rows = [
        Thing(
            report=_report(state, **(CLOSED if rating else {})),
            name=MARIA.display_name,
            board="Kultur- och tekniknämnden",
            look=report_words.STATES[state],
            rating=rating,
        )
        for state, rating in looks
    ]
    rows.append(Thing(report=_report(system_id=None), name="KTN", board="KTN", look=report_words.OVERDUE, rating=None))
    return {"year": 2025, "years": [2025, 2024], "days": ROUND, "round": None, "rows": rows, "done": 1}


def _remark() -> dict[str, Any]:
    return {
        "report": _report(),
        "name": "MicroMarc",
        "point": _points()[3],
        "form": report_forms.RemarkForm(formdata=None),
    }


ACTIVITY = Thing(
    id=1,
    what="Ändrade avgifter",
    kind="fixed_data",
    made_on=DAY,
    sample=40,
    deviations=2,
    result="Två saknade beslut.",
    recorded_by=MARIA,
    attachment_digest="9f86",
)


def _activities() -> dict[str, Any]:
    form = report_forms.ActivityForm(formdata=None)
    return {"system": SYSTEM, "activities": [ACTIVITY], "kinds": report_words.KINDS, "form": form, "may_fetch": True}


PAGES |= {
    "control-reports": Page("control_reports.html", _reports),
    "control-reports-none": Page("control_reports.html", lambda: _reports() | {"rows": [], "years": []}),
    "control-report": Page("control_report.html", lambda: _report_page(_report(), "submit")),
    "control-report-wrong": Page("control_report.html", _wrong_approval),
    "control-report-closed": Page(
        "control_report.html",
        lambda: _report_page(_report("closed", **CLOSED), "supplement", supplements=[SUPPLEMENT]),
    ),
    "control-report-expected": Page(
        "control_report.html", lambda: _report_page(_report("expected", data=None, digest=""), points=[], readiness=[])
    ),
    "control-remark": Page("control_remark.html", _remark),
    "control-activities": Page("control_activities.html", _activities),
}
