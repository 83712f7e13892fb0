"""Matters: the lists, an integration under way, its form, and answering a step of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.matters import forms, presenting, words
from app.matters.act_forms import ActForm, DocumentForm, MetForm
from app.templating.texts import said
from tests.matters.conftest import ANSWERS
from tests.templates.pages.page import Page
from tests.templates.people import CAROL, EVA, MARIA
from workflows import loader
from workflows.form_fields import Field

WORKFLOW = loader.load_catalog()["integration"]
AT = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
DUE = date(2026, 12, 2)
NUMBER = "INT-2026-0003"
HIGH = [{"event": "Uppgifter läcker till fel mottagare", "likelihood": 3, "consequence": 4, "measure": "Kryptera."}]
SYSTEMS = "Procapita (socialtjänst) → LEX"


def _terms() -> Any:
    assert WORKFLOW.matters is not None
    return WORKFLOW.matters


def _fields(step: str) -> tuple[Field, ...]:
    """Without those that list systems, which are in the database."""
    return tuple(f for f in _terms().fields_of(step) if f.type != "system")


def _matter(**more: Any) -> Thing:
    known = {
        "case_number": NUMBER, "title": "Bokningar från biblioteket till LEX", "question": "", "valid_to": None,
        "ends_on": None, "ended_at": None, "form_version": 4,
        "submitted_at": AT,
    }  # fmt: skip
    return Thing(**(known | more))


def _row(state: str, **more: Any) -> Thing:
    known = {
        "case_number": NUMBER, "title": "Bokningar från biblioteket till LEX",
        "look": presenting.look(WORKFLOW, state), "about": SYSTEMS,
        "waiting_for": MARIA.display_name, "due_on": DUE,
        "valid_to": None,
    }  # fmt: skip
    return Thing(**(known | more))


def _running() -> Thing:
    return _row("in_production", waiting_for="", due_on=None, valid_to=date(2028, 3, 2))


def _sections(step: str = "", answers: dict[str, Any] | None = None) -> list[Thing]:
    return presenting.sections(_fields(step), ANSWERS | {"risks": HIGH} | (answers or {}))


def _opinions() -> list[Thing]:
    given = {
        "risk_opinion": "with_conditions",
        "risk_reasons": "Små risker när certifikatet är bytt.",
        "risk_conditions": [{"text": "Byt certifikat.", "due": "2026-12-01"}],
    }
    name = presenting.step_name(WORKFLOW, "risk_statement")
    return [Thing(name=name, by=EVA.display_name, at=AT, sections=_sections("risk_statement", given))]


def _conditions() -> list[Thing]:
    known = {"made_by": EVA, "done_at": None, "done_by": None, "note": "", "status": "open", "due_on": DUE}
    done = {"status": "done", "done_at": AT, "done_by": CAROL, "note": "Se KS 2026/18."}
    return [Thing(id=1, text="Byt certifikat.", **known), Thing(id=2, text="Uppdatera avtalet.", **(known | done))]


def _step(status: str, title: str, **more: Any) -> Thing:
    known = {
        "kind": "", "people": [], "why": "", "at": None, "by": None, "on_behalf_of": None, "since": None,
        "due_on": None, "implicit": "", "note": "", "clock": [],
    }  # fmt: skip
    return Thing(status=status, title=title, **(known | more))


def _path() -> list[Thing]:
    name = presenting.step_name
    return [
        _step("done", str(words.ACTS["submit"]), at=AT, by=CAROL),
        _step("now", name(WORKFLOW, "owner_a"), people=[MARIA], since=AT, due_on=DUE),
        _step("next", name(WORKFLOW, "owner_b"), people=[EVA], due_on=date(2026, 12, 9)),
    ]


def matter_page(**changes: Any) -> dict[str, Any]:
    """The page of a matter under way."""
    history = Thing(at=AT, who=CAROL.display_name, on_behalf_of="", label=str(words.ACTS["submit"]), reason="",
                    form_version=1, channel="web")  # fmt: skip
    known = {
        "matter": _matter(), "process": said(WORKFLOW.title), "look": presenting.look(WORKFLOW, "risk_assessed"),
        "systems": SYSTEMS, "waiting_for": [MARIA], "due_on": DUE, "path": _path(), "sections": _sections(),
        "my_tasks": [Thing(id=9, name=presenting.step_name(WORKFLOW, "owner_a"), due_on=DUE)],
        "opinions": _opinions(), "conditions": _conditions(), "history": [history], "previous": None, "renewal": None,
        "readiness": [], "campaign": [], "acts": [],
        "may_change": False, "may_withdraw": False, "may_meet": True, "met": MetForm(formdata=None),
        "condition_id": 0,
    }  # fmt: skip
    return known | changes


def _in_production() -> dict[str, Any]:
    acts = [Thing(trigger=t, word=said(_terms().words.moves[t])) for t in ("suspend", "retire")]
    matter = _matter(valid_to=date(2028, 3, 2))
    look = presenting.look(WORKFLOW, "in_production")
    return matter_page(matter=matter, look=look, waiting_for=[], due_on=None, my_tasks=[], path=_path()[:1], acts=acts)


def _form(faults: bool = False) -> dict[str, Any]:
    fields = _fields("")
    form = forms.form_for(fields, ANSWERS)
    if faults:
        forms.show_faults(form, {"flow": "needed", "risks": "risk_incomplete", "transport": "not_a_choice"})
    headings = {f.name: said(f.section) for f in fields if f.section}
    known = {"form": form, "matter": _matter(question="Vilket konto används?") if faults else None}
    return known | {"process": said(WORKFLOW.title), "headings": headings, "action_url": "/matters/new/integration"}


def _answer(step: str, kind: str, codes: tuple[str, ...], faults: dict[str, str] | None = None) -> dict[str, Any]:
    form = forms.form_for(_fields(step), {}, verdicts={code: words.verdict(kind, code) for code in codes})
    forms.show_faults(form, faults or {})
    return {
        "task": Thing(id=9, due_on=DUE, lapses_on=date(2026, 12, 22)), "matter": _matter(), "form": form,
        "process": said(WORKFLOW.title), "step": presenting.step_name(WORKFLOW, step), "systems": SYSTEMS,
        "sections": _sections(), "opinions": _opinions(), "conditions": _conditions(), "readiness": [],
    }  # fmt: skip


def _preview(refusal: str = "") -> dict[str, Any]:
    known = {"matter": _matter(), "process": said(WORKFLOW.title), "systems": SYSTEMS, "refusal": refusal}
    return known | {"path": _path()[1:], "sections": _sections()}


def _lists() -> dict[str, Any]:
    openable = [Thing(name="integration", title=said(WORKFLOW.title))]
    known = {"asked": [_row("risk_assessed")], "opened": [_row("returned")], "others": [_running()]}
    return known | {"openable": openable, "sees_board": True}


def _nothing() -> dict[str, Any]:
    return {"asked": [], "opened": [], "others": [], "openable": [], "sees_board": False}


def _documents(**changes: Any) -> dict[str, Any]:
    known = {"made_by": CAROL, "digest": "3f2a9c11d04e77ab" * 4}
    look = presenting.look
    rows = [
        (Thing(id=2, made_at=AT, diary_number="KS 2026/118", **known), look(WORKFLOW, "in_production")),
        (Thing(id=1, made_at=AT, diary_number="", **known), look(WORKFLOW, "approved")),
    ]
    return {"matter": _matter(), "form": DocumentForm(formdata=None), "rows": rows, "may_make": True} | changes


ONWARD, DECIDE = ("confirm", "return"), ("approve", "return", "reject")
PAGES = {
    "matters": Page("matters.html", _lists),
    "matters-none": Page("matters.html", _nothing),
    "matter": Page("matter.html", matter_page),
    "matter-in-production": Page("matter.html", _in_production),
    "matter-form": Page("matter_form.html", _form),
    "matter-form-faults": Page("matter_form.html", lambda: _form(faults=True)),
    "matter-preview": Page("matter_preview.html", _preview),
    "matter-preview-refused": Page("matter_preview.html", lambda: _preview(words.refusal("form_incomplete"))),
    "matter-answer-owner": Page("matter_answer.html", lambda: _answer("owner_a", "owner_approval", DECIDE)),
    "matter-answer-faults": Page(
        "matter_answer.html",
        lambda: _answer("risk_statement", "opinion", ONWARD, {"risk_opinion": "needed", "verdict": "not_a_choice"}),
    ),
    "matter-act": Page(
        "matter_act.html",
        lambda: {"matter": _matter(), "word": said(_terms().words.moves["suspend"]), "trigger": "suspend",
                 "form": ActForm()},
    ),
    "matter-version": Page(
        "matter_version.html",
        lambda: {"matter": _matter(), "version": Thing(number=2, at=AT), "latest": 4, "sections": _sections()},
    ),
    "matter-documents": Page("matter_documents.html", _documents),
    "matter-documents-none": Page("matter_documents.html", lambda: _documents(rows=[], may_make=False)),
    "matter-board": Page(
        "matter_board.html", lambda: {"integrations": [_running(), _row("risk_assessed"), _row("suspended")]}
    ),
    "matter-board-none": Page("matter_board.html", lambda: {"integrations": []}),
}  # fmt: skip
