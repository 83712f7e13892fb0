"""Roles, deputies and orderers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.appointments import duties
from app.arrivals.forms import DeclineForm
from app.requests import lives
from app.templating import state_words
from tests.templates import forms
from tests.templates.pages.page import EMPLOYEE, Page
from tests.templates.people import ALICE, BOB, CAROL, EVA, MARIA
from workflows import loader

SHIPPED = loader.load_catalog()


def _deputy(person: Thing, deputy: Thing, **changes: Any) -> Thing:
    columns: dict[str, Any] = {
        "id": 1,
        "person": person,
        "deputy": deputy,
        "absence": True,
        "valid_from": date(2026, 11, 20),
        "valid_to": date(2026, 12, 4),
        "has_begun": True,
    }
    return Thing(**(columns | changes))


COMING = {"absence": False, "valid_from": date(2027, 1, 1), "valid_to": date(2027, 12, 31), "has_begun": False}


def _deputies(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "mine": [_deputy(BOB, MARIA), _deputy(BOB, EVA, **COMING)],
        "others": [_deputy(EVA, BOB)],
        "may_name": True,
        "may_see_all": True,
    }
    return fields | changes


def _all(**changes: Any) -> dict[str, Any]:
    rows = [_deputy(BOB, MARIA), _deputy(EVA, BOB, **COMING)]
    return {"rows": rows, "more": True, "q": "", "may_end": True} | changes


WRONG_DEPUTY = {
    "deputy": "Maria-Therése af Ugglas-Åkerström ersätter Eva Lund (1 december 2026 till 24 december 2026), "
    "och en ersättare kan inte i sin tur ha en ersättare. Välj någon annan eller andra dagar.",
    "valid_to": "En ersättare utses för högst 12 månader. Välj en tidigare sista dag.",
}

NORTH = "Myndighetsutövning äldre och funktionsnedsättning, enhet Norr"


def _orderer(state: str, **changes: Any) -> Thing:
    columns: dict[str, Any] = {
        "id": 1,
        "person": MARIA,
        "nominator": EVA,
        "registrar": None,
        "state": state,
        "units": [Thing(name=NORTH), Thing(name="Huvudbiblioteket")],
        "systems": [],
        "valid_from": date(2026, 12, 1),
        "valid_to": date(2028, 11, 30),
        "nominated_at": datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        "due_on": date(2026, 11, 27),
        "duties_version": "",
        "accepted_at": None,
        "registered_on": None,
        "confirmed_on": None,
    }
    return Thing(**(columns | changes))


REGISTERED = {
    "systems": [Thing(name="Procapita"), Thing(name="MicroMarc")],
    "duties_version": "1.0",
    "accepted_at": datetime(2025, 11, 21, 9, 30, tzinfo=UTC),
    "registered_on": date(2025, 11, 24),
    "registrar": CAROL,
}


def _look(process: str, state: str) -> state_words.Look:
    return lives.look(SHIPPED[process], state)


def _way(state: str, question: str = "", act: str = "", **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "one": _orderer(state, **changes),
        "look": _look("authorised_orderer", state),
        "question": question,
        "asked": [EVA],
        "act": act,
        "form": forms.DutiesForm(),
        "duties": duties,
        "up_to": 2,
        "may_end": True,
        "own": act == "accept",
    }
    return fields


def _mine(number: int, person: Thing, state: str, unit: str, due_on: date | None) -> Thing:
    return Thing(id=number, person=person, look=_look("authorised_orderer", state), units=[unit], due_on=due_on)


def _published(**changes: Any) -> dict[str, Any]:
    everything = Thing(systems=[], up_to=None, valid_to=None)
    scope = Thing(systems=[], up_to=2, valid_to=date(2028, 11, 30))
    chosen = Thing(systems=["MicroMarc", "Procapita"], up_to=None, valid_to=date(2027, 6, 30))
    fields: dict[str, Any] = {
        "units": [
            Thing(unit=NORTH, orderers={}, lacks=2),
            Thing(unit="Tallskolan", orderers={EVA.display_name: everything}, lacks=1),
            Thing(unit="Huvudbiblioteket", orderers={MARIA.display_name: scope, BOB.display_name: chosen}, lacks=0),
        ],
        "gaps": 2,
        "mine": [
            Thing(
                id=1,
                person=MARIA,
                look=_look("authorised_orderer", "accepted"),
                units=[NORTH],
                due_on=date(2026, 11, 24),
            ),
            Thing(
                id=2, person=BOB, look=_look("authorised_orderer", "active"), units=["Huvudbiblioteket"], due_on=None
            ),
        ],
        "q": "",
        "may_nominate": True,
    }
    return fields | changes


BEFORE = [
    Thing(id=4, label="Lånedisk", system=Thing(name="MicroMarc")),
    Thing(id=5, label="Handläggare ekonomiskt bistånd", system=Thing(name="Procapita")),
]


def _arrivals() -> dict[str, Any]:
    soon = Thing(id=1, person=MARIA, unit=NORTH, starts_on=date(2026, 12, 7), earlier=[])
    here = Thing(id=2, person=ALICE, unit="Huvudbiblioteket", starts_on=None, earlier=BEFORE)
    return {"rows": [soon, here], "level_id": 1}


NOT_SAID = {"reason": "Skriv varför den inte behövs."}
WRONG_NOMINATION = {
    "person": "Välj vem du föreslår. Sök på namn om personen inte syns.",
    "systems": "Välj minst ett system, eller välj alla.",
}


def _handover(state: str, **changes: Any) -> Thing:
    columns: dict[str, Any] = {
        "id": 1,
        "role": "system_manager",
        "place": "MicroMarc",
        "predecessor": BOB,
        "successor": MARIA,
        "on_date": date(2026, 12, 7),
        "due_on": date(2026, 11, 24),
        "look": _look("role_handover", state),
        "is_asked": state == "proposed",
        "may_answer": False,
        "may_withdraw": True,
    }
    return Thing(**(columns | changes))


def _ending(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "one": Thing(id=1, role="system_manager", person=MARIA),
        "place": NORTH,
        "today": date(2026, 11, 27),
        "of_system": True,
        "others": [CAROL, EVA],
        "ends_anyway": None,
    }
    return fields | changes


def _roles(**changes: Any) -> dict[str, Any]:
    gap = Thing(code="MM", name="MicroMarc", owners=1, managers=1, min_managers=2, no_guideline=False)
    worse = Thing(code="PRO", name="Procapita", owners=0, managers=0, min_managers=2, no_guideline=True)
    fields: dict[str, Any] = {
        "held": [Thing(id=1, role="system_manager", place="MicroMarc")],
        "units": [Thing(id=2, name=NORTH)],
        "handovers": [
            _handover("proposed", may_answer=True, may_withdraw=False),
            _handover("accepted", role="system_owner", place="Procapita"),
        ],
        "gaps": [gap, worse],
        "others": [
            Thing(id=3, role="system_manager", place="MicroMarc", person=MARIA, may_hand_over=True, may_end=True)
        ],
        "others_of": "",
    }
    return fields | changes


def _hand_over(form: Any, **changes: Any) -> dict[str, Any]:
    return {"form": form, "post": Thing(role="system_manager", place="MicroMarc"), "q": ""} | changes


WRONG_HANDOVER = {"to": "Någon är redan tillfrågad. Ta tillbaka den frågan först."}

PAGES: dict[str, Page] = {
    "roles": Page("roles.html", _roles, path="/roles/"),
    "role-end": Page("role_end.html", _ending),
    "role-end-last": Page("role_end.html", lambda: _ending(others=[])),
    "role-end-already": Page("role_end.html", lambda: _ending(ends_anyway=date(2026, 11, 26))),
    "roles-all-filled": Page("roles.html", lambda: _roles(handovers=[], gaps=[]), path="/roles/"),
    "roles-none": Page(
        "roles.html",
        lambda: _roles(held=[], units=[], handovers=[], gaps=None, others=[]),
        viewer=EMPLOYEE,
        path="/roles/",
    ),
    "role-hand-over": Page("role_hand_over.html", lambda: _hand_over(forms.HandoverForm())),
    "role-hand-over-wrong": Page(
        "role_hand_over.html",
        lambda: _hand_over(
            forms.wrong(forms.HandoverForm(), **WRONG_HANDOVER), post=Thing(role="line_manager", place=NORTH), q="maria"
        ),
    ),
    "arrivals": Page("arrivals.html", _arrivals, path="/arrivals/"),
    "arrivals-none": Page("arrivals.html", lambda: {"rows": [], "level_id": None}, path="/arrivals/"),
    "arrival-decline": Page(
        "arrival_decline.html",
        lambda: {"person": MARIA, "arrival_id": 1, "form": forms.wrong(DeclineForm(), **NOT_SAID)},
    ),
    "orderers": Page("orderers.html", _published, path="/orderers/"),
    "orderers-none": Page(
        "orderers.html",
        lambda: _published(units=[], gaps=0, mine=[], q="rymdfärja", may_nominate=False),
        viewer=EMPLOYEE,
        path="/orderers/",
    ),
    "orderer-form": Page("orderer_form.html", lambda: {"form": forms.NominationForm(), "q": ""}),
    "orderer-form-wrong": Page(
        "orderer_form.html", lambda: {"form": forms.wrong(forms.NominationForm(), **WRONG_NOMINATION), "q": "maria"}
    ),
    "orderer-accept": Page("orderer.html", lambda: _way("nominated", "accept", "accept")),
    "orderer-waits": Page("orderer.html", lambda: _way("nominated", "accept")),
    "orderer-register": Page("orderer.html", lambda: _way("accepted", "register", "register")),
    "orderer-confirm": Page("orderer.html", lambda: _way("suspended", "confirm", "confirm", **REGISTERED)),
    "orderer-active": Page("orderer.html", lambda: _way("active", **REGISTERED, confirmed_on=date(2026, 9, 3))),
    "deputies": Page("deputies.html", _deputies, path="/deputies/"),
    "deputies-none": Page("deputies.html", lambda: _deputies(mine=[], others=[]), path="/deputies/"),
    "deputies-employee": Page(
        "deputies.html",
        lambda: _deputies(mine=[], others=[_deputy(EVA, ALICE)], may_name=False, may_see_all=False),
        viewer=EMPLOYEE,
        path="/deputies/",
    ),
    "deputy-form": Page("deputy_form.html", lambda: {"form": forms.DeputyForm(), "q": ""}),
    "deputy-form-wrong": Page(
        "deputy_form.html", lambda: {"form": forms.wrong(forms.DeputyForm(), **WRONG_DEPUTY), "q": "maria"}
    ),
    "deputy-form-nobody": Page("deputy_form.html", lambda: {"form": forms.NoDeputyForm(), "q": "rymdfärja"}),
    "deputies-all": Page("deputies_all.html", _all),
    "deputies-all-none": Page("deputies_all.html", lambda: _all(rows=[], more=False, q="rymdfärja")),
}
