"""How processes work, and the pages on which they are changed."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.processes import change_words, forms, presenting
from tests.templates import samples
from tests.templates.forms import wrong
from tests.templates.pages.page import EMPLOYEE, Page
from tests.workflows.cases import BASE, SYSTEM
from workflows import difference, loader

ORDERER, DEPUTY = (loader.load_catalog()[name] for name in ("authorised_orderer", "deputy"))

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
STORY = """ny.yaml:95: transitions: granted without a base grant (invariant 2: nothing is granted without ...)
  1. Alice orders.
  2. Carol grants."""


def _version(number: int, status: str, orders: int = 0, **more: str) -> Thing:
    known = {"why": "", "proposed_by": "", "activated_by": "", **more}
    look = presenting.status(status)
    return Thing(version=number, look=look, orders=orders, proposed_at=AT, activated_at=AT, **known)


def _versions() -> list[Thing]:
    people = {"proposed_by": "Maria-Therése af Ugglas-Åkerström", "why": "Delegationsordningen ändras från nyår."}
    return [
        _version(3, "proposed", **people),
        _version(2, "active", 14, proposed_by="Adam Ström", activated_by="Ada Berg", why="Längre svarstid."),
        _version(1, "superseded", 2),
    ]


def _process(workflow: Any, **changes: Any) -> dict[str, Any]:
    blank = {"name": workflow.process, "version": 2, "versions": _versions(), "movable": [], "may_propose": False}
    return blank | {"about": presenting.about(workflow)} | changes


def _backtest(status: str, differ: int = 3) -> Thing:
    numbers = {"orders": 214, "differ": differ, "more": 2, "fewer": 1, "refused": 1, "waiting": 0}
    step = Thing(name="Systemförvaltaren tilldelar", before="Carol Dahl, senast 2026-10-01", after="frågas inte")
    about = {"about": "Procapita socialtjänst, Biståndshandläggare", "case_number": "BEH-2026-000098"}
    one = Thing(
        **about,
        subject="Maria-Therése af Ugglas-Åkerström",
        before="gick vidare",
        after="går inte: Systemet är inte öppet för beställningar.",
        steps=[],
    )
    other = Thing(**about, subject="Alice Åkesson", before="", after="", steps=[step])
    return Thing(status=status, since=AT.date(), numbers=numbers, cut=False, rows=[one, other] if differ else [])


def _proposal(**changes: Any) -> dict[str, Any]:
    step = Thing(
        name="Systemförvaltaren tilldelar", before="Carol Dahl, senast 2026-12-01", after="Eva Lind, senast 2026-12-02"
    )
    would = Thing(
        case_number="BEH-2026-000123", about="MicroMarc, Lånedisk", subject="Alice Åkesson", hindrance="", steps=[step]
    )
    stuck = Thing(**vars(would) | {"hindrance": change_words.hindrance(["version_lacks_step"]), "steps": []})
    return {
        "name": SYSTEM.process,
        "row": _versions()[0],
        "other": 2,
        "changes": change_words.changes(difference.compare(BASE, SYSTEM)),
        "about": presenting.about(SYSTEM),
        "deciding": True,
        "own": False,
        "proof": Thing(state="done", problems=()),
        "backtest": _backtest("done"),
        "backtest_form": forms.BacktestForm(),
        "under_way": 16,
        "others_asked": [would, stuck],
        "activate": forms.ActivateForm(instead_of="2"),
        "withdraw": forms.ReasonForm(),
    } | changes


def _row(title: str, *proposed: int) -> Thing:
    return Thing(name="base_order", title=title, version=2, orders=14, proposed=list(proposed))


PAGES: dict[str, Page] = {
    "processes": Page(
        "processes.html",
        lambda: {
            "processes": [_row("Behörighet i verksamhetssystem", 3), _row("Grundbeställning")],
            "new": [Thing(process="sensitive_system", version=1)],
            "may_propose": True,
        },
        path="/processes",
    ),
    "processes-none": Page(
        "processes.html", lambda: {"processes": [], "new": [], "may_propose": False}, path="/processes", viewer=EMPLOYEE
    ),
    "process": Page(
        "process.html",
        lambda: _process(SYSTEM, movable=[_movable()], may_propose=True),
        path="/processes/business_system",
    ),
    "process-one-way": Page("process.html", lambda: _process(BASE), path="/processes/base_order", viewer=EMPLOYEE),
    "process-life": Page(
        "process.html", lambda: _process(ORDERER), path="/processes/authorised_orderer", viewer=EMPLOYEE
    ),
    "process-life-unasked": Page("process.html", lambda: _process(DEPUTY), path="/processes/deputy"),
    "process-life-proposal": Page(
        "process_version.html",
        lambda: _proposal(name=ORDERER.process, about=presenting.about(ORDERER), others_asked=[]),
    ),
    "process-proposal": Page("process_version.html", _proposal),
    "process-proposal-own": Page("process_version.html", lambda: _proposal(own=True, others_asked=[])),
    "process-proposal-unsafe": Page(
        "process_version.html",
        lambda: _proposal(proof=Thing(state="done", problems=(STORY,)), backtest=_backtest("running")),
    ),
    "process-proposal-proving": Page(
        "process_version.html",
        lambda: _proposal(
            proof=Thing(state="running", problems=()),
            backtest=None,
            backtest_form=wrong(forms.BacktestForm(), since="Välj i dag eller en dag som har varit."),
        ),
    ),
    "process-proposal-failed": Page(
        "process_version.html",
        lambda: _proposal(proof=Thing(state="failed", problems=()), backtest=_backtest("failed")),
    ),
    "process-proposal-same": Page("process_version.html", lambda: _proposal(backtest=_backtest("done", differ=0))),
    "process-version": Page(
        "process_version.html", lambda: _proposal(deciding=False, row=_versions()[2], changes=[], other=None)
    ),
    "process-propose": Page("process_propose.html", lambda: {"form": forms.ProposeForm(), "problems": ()}),
    "process-propose-wrong": Page(
        "process_propose.html",
        lambda: {
            "form": wrong(forms.ProposeForm(), file="Processen är inte säker. Inget är sparat.", why="Skriv varför."),
            "problems": (STORY,),
        },
    ),
    "process-move": Page("process_move.html", lambda: {"order": _movable(), "to": 2, "form": forms.ReasonForm()}),
}


def _movable() -> Thing:
    return Thing(
        process="business_system",
        case_number="BEH-2026-000098",
        definition_version=1,
        level=samples.LAN,
        subject=Thing(display_name="Maria-Therése af Ugglas-Åkerström"),
    )
