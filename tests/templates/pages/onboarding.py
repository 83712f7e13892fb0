"""A system on its way into use: its form, its checklist, and what it may lack (rules.md C14)."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Thing
from typing import Any

from app.matters import definitions, forms, presenting, words
from app.templating.texts import said
from tests.templates.pages import deliberating
from tests.templates.pages.page import Page
from tests.templates.people import CAROL, EVA, MARIA
from workflows import loader

WORKFLOW, LEAVING = (loader.load_catalog()[name] for name in ("system_onboarding", "system_retirement"))
UNTIL, PAST = date(2027, 3, 1), date(2026, 11, 2)
LEVELS = [
    {"code": "LAS", "label": "Läsa", "profile": "standard", "access": "read", "directory_group": "SYS-MED-LAS"},
    {"code": "ADM", "label": "Administrera", "profile": "privileged", "access": "admin", "directory_group": ""},
]
DECIDE = ("approve", "return", "reject")


def _matter() -> Thing:
    return Thing(
        id=3, case_number="SYS-2026-0001", title="Medborgarportalen", state="ready", valid_to=None,
        submitted_at=None, ends_on=None, ended_at=None, question="", previous=None,
    )  # fmt: skip


def _readiness() -> list[Thing]:
    status = {"guideline": ("excepted", UNTIL), "continuity_plan": ("lacking", PAST), "executor": ("lacking", None)}
    return [
        Thing(words=str(word), status=status.get(need, ("there", None))[0], until=status.get(need, ("", None))[1])
        for need, word in words.NEEDS.items()
    ]


def _exceptions() -> list[Thing]:
    about = {"system": "Medborgarportalen", "case_number": "SYS-2026-0001"}
    late = Thing(need=str(words.NEEDS["continuity_plan"]), text="Skrivs i höst.", until=PAST, late=True, **about)
    return [late, Thing(need=str(words.NEEDS["guideline"]), text="Beslutas i mars.", until=UNTIL, late=False, **about)]


def _row(state: str) -> Thing:
    return Thing(
        case_number="SYS-2026-0001", title="Medborgarportalen", about=said(WORKFLOW.title),
        look=presenting.look(WORKFLOW, state), waiting_for=EVA.display_name, due_on=UNTIL, valid_to=None,
    )  # fmt: skip


def _systems() -> dict[str, Any]:
    return {"coming": [_row("preparing")], "leaving": [], "exceptions": _exceptions()}


def _fields(step: str) -> Any:
    return definitions.terms(WORKFLOW).fields_of(step)


def _answer(step: str, kind: str, codes: tuple[str, ...], answers: Any = None, faults: Any = None) -> dict[str, Any]:
    said_by = {code: words.verdict(kind, code) for code in codes}
    form = forms.form_for(_fields(step), answers or {}, verdicts=said_by)
    forms.show_faults(form, faults or {})
    return {
        "task": Thing(id=9, due_on=UNTIL, lapses_on=None), "matter": _matter(), "form": form,
        "process": said(WORKFLOW.title), "sections": [], "opinions": [],
        "step": presenting.step_name(WORKFLOW, step), "systems": "", "conditions": [], "readiness": _readiness(),
    }  # fmt: skip


def _set_up() -> dict[str, Any]:
    return _answer("set_up", "confirmation", ("confirm", "return"), {"access_levels": LEVELS})


def _too_weak() -> dict[str, Any]:
    return _answer(
        "set_up", "confirmation", ("confirm", "return"), {"access_levels": LEVELS}, {"access_levels": "level_twice"}
    )


def _opinions() -> list[Thing]:
    sections = presenting.sections(_fields("set_up"), {"access_levels": LEVELS, "executor": "Systemförvaltarna"})
    name = presenting.step_name(WORKFLOW, "set_up")
    return [Thing(name=name, by=EVA.display_name, at=deliberating.AT, sections=sections)]


def _page() -> dict[str, Any]:
    return deliberating.matter_page(
        matter=_matter(), process=said(WORKFLOW.title), look=presenting.look(WORKFLOW, "ready"), systems="",
        sections=[], opinions=_opinions(), conditions=[], readiness=_readiness(), path=[], my_tasks=[],
    )  # fmt: skip


def _people(**changes: Any) -> dict[str, Any]:
    old, new = (
        Thing(name="Aditro ekonomi (gamla)"),
        Thing(name="Nytt ekonomisystem", code="EKO2", lifecycle="production"),
    )
    asked = (("needs", EVA), ("", MARIA), ("needs_not", CAROL))
    people = [
        Thing(id=n, person=who, levels="Registrera/kontera", answer=answer, there=False)
        for n, (answer, who) in enumerate(asked, start=1)
    ]
    level = Thing(level=Thing(id=4, label="Registrera/kontera"), people=[EVA], numbers="1001")
    known = {
        "task": Thing(id=9, due_on=UNTIL), "matter": Thing(case_number="AVV-2026-0001", system=old, ends_on=UNTIL),
        "successor": new, "people": people, "to_order": [level, Thing(level=None, people=[MARIA], numbers="")],
        "fault": "", "today": PAST, "is_open": True,
    }  # fmt: skip
    return known | changes


def _leaving() -> dict[str, Any]:
    look = presenting.look(LEAVING, "phasing_out")
    campaign = [
        Thing(people=[MARIA], answered=3, needing=2, total=5),
        Thing(people=[EVA], answered=4, needing=0, total=4),
    ]
    matter = Thing(
        id=4, case_number="AVV-2026-0001", title="", state="phasing_out", valid_to=None,
        submitted_at=None, ends_on=UNTIL, ended_at=None,
    )  # fmt: skip
    acts = [Thing(trigger="keep", word=said(definitions.terms(LEAVING).words.moves["keep"]))]
    return deliberating.matter_page(
        matter=matter, process=said(LEAVING.title), look=look, systems="Aditro → Nytt ekonomisystem", path=[],
        waiting_for=[], sections=[], opinions=[], conditions=[], my_tasks=[], campaign=campaign, acts=acts,
    )  # fmt: skip


PAGES = {
    "retirement": Page("matter.html", _leaving),
    "retirement-people": Page("matter_people.html", _people),
    "retirement-people-fault": Page("matter_people.html", lambda: _people(fault="Välj ett svar för minst en person.")),
    "retirement-people-planned": Page(
        "matter_people.html",
        lambda: _people(to_order=[], successor=Thing(name="Nytt ekonomisystem", code="EKO2", lifecycle="planned")),
    ),
    "retirement-people-over": Page("matter_people.html", lambda: _people(to_order=[], is_open=False)),
    "matter-systems": Page("matter_systems.html", _systems),
    "matter-systems-none": Page("matter_systems.html", lambda: {"coming": [], "leaving": [], "exceptions": []}),
    "onboarding": Page("matter.html", _page),
    "onboarding-levels": Page("matter_answer.html", _set_up),
    "onboarding-levels-fault": Page("matter_answer.html", _too_weak),
    "onboarding-owner": Page(
        "matter_answer.html",
        lambda: _answer("name_owner", "approval", DECIDE, {"owner": "Någon"}, {"owner": "not_a_person"}),
    ),
    "onboarding-decision": Page(
        "matter_answer.html", lambda: _answer("take_into_use", "owner_approval", DECIDE, {}, {"exceptions": "needed"})
    ),
}
