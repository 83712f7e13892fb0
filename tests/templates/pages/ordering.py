"""The catalogue, the order form and the order."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Thing
from typing import Any

from app.catalogue.choosing import Chosen
from tests.templates import forms, samples
from tests.templates.pages.page import Page
from tests.templates.people import ALICE, BOB, CAROL, EVA, MARIA

NOTHING_ALLOWED = {"withdraw": False, "resubmit": False, "end": False, "extend": False, "change": False, "audit": True}


def _request(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "order": samples.order(),
        "waiting_for": [BOB],
        "role": "line_manager",
        "due_on": date(2026, 11, 30),
        "wait_text": "",
        "ended_text": "",
        "path": samples.PATH,
        "grant": None,
        "history": samples.HISTORY[:1],
        "my_task": None,
        "missing": [],
        "is_mine": False,
        "may": Thing(**(NOTHING_ALLOWED | {"withdraw": True})),
    }
    return fields | changes


def _order_form(form: Any, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "heading": "Beställ Utlåning",
        "level": samples.LAN,
        "form": form,
        "question": "",
        "asked_by": "",
        "subject_query": "",
        "may_search": True,
        "notices": [],
        "duplicate": None,
        "preview_url": "/orders/preview",
        "guideline": Thing(version="1.2", url="https://intranat.example/riktlinje"),
        "cancel_url": "/catalogue",
    }
    return fields | changes


def _preview(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "order": samples.HARD_ORDER,
        "path": samples.PATH_AHEAD,
        "send_url": "/orders/new",
        "edit_url": "/orders/edit",
        "form_values": [("level_id", ["21"]), ("justification", ["x"])],
        "notices": [
            Thing(
                tone="wait",
                heading="Beställningen väntar först",
                text="Maria-Therése har ingen grundbehörighet än. Chefen får frågan när den är på plats.",
            )
        ],
    }
    return fields | changes


WRONG_ORDER = {
    "subject": "Välj vem som ska ha behörigheten.",
    "valid_to": "Slutdatumet ligger före startdatumet. Ändra ett av dem.",
    "justification": "Ta bort personnumret. Skriv vad behörigheten ska användas till.",
}

BASE_DUPLICATE = Thing(
    text="Du har redan en beställning på samma behörighet.", case_number="BEH-2026-000117", extend_grant_id=2
)

MYSELF, REFUSED = Chosen(), Chosen(refused=True)
ANOTHER: Any = Thing(person=MARIA, link=MARIA.id, refused=False)

PAGES: dict[str, Page] = {
    "catalogue": Page(
        "catalogue.html",
        lambda: {
            "q": "",
            "total": 2,
            "groups": [
                Thing(name="Kultur- och tekniknämnden", systems=[samples.MICROMARC]),
                Thing(name="Socialnämnden", systems=[samples.PROCAPITA]),
            ],
            "whom": MYSELF,
        },
        path="/catalogue",
    ),
    "catalogue-search": Page(
        "catalogue.html",
        lambda: {
            "q": "bibliotek",
            "total": 1,
            "groups": [Thing(name="Kultur- och tekniknämnden", systems=[samples.MICROMARC])],
            "whom": ANOTHER,
        },
        path="/catalogue",
    ),
    "catalogue-none": Page(
        "catalogue.html", lambda: {"q": "rymdfärja", "total": 0, "groups": [], "whom": REFUSED}, path="/catalogue"
    ),
    "system-info": Page(
        "system_info.html",
        lambda: {
            "system": samples.PROCAPITA,
            "owners": [EVA],
            "managers": [CAROL, MARIA],
            "owner_role": "",
            "rules": [
                "Chefen och systemägaren godkänner. Den som godkänt tilldelar inte.",
                "Den som arbetar under en annan nämnd får inte behörighet.",
            ],
            "whom": ANOTHER,
        },
    ),
    "order-form": Page("order_form.html", lambda: _order_form(forms.OrderForm())),
    "order-form-wrong": Page(
        "order_form.html", lambda: _order_form(forms.wrong(forms.OrderForm(), **WRONG_ORDER), duplicate=BASE_DUPLICATE)
    ),
    "order-form-returned": Page(
        "order_form.html",
        lambda: _order_form(
            forms.OrderForm(),
            heading="Komplettera beställningen",
            question="Vilken filial gäller det?",
            asked_by=BOB.display_name,
            may_search=False,
            notices=[Thing(tone="now", text="När du skickar in på nytt får chefen frågan igen.")],
        ),
    ),
    "order-preview": Page("order_preview.html", _preview),
    "request": Page("request.html", _request),
    "request-mine-to-decide": Page(
        "request.html",
        lambda: _request(
            order=samples.HARD_ORDER,
            role="system_manager",
            waiting_for=[CAROL, MARIA],
            due_on=date(2026, 11, 23),
            path=samples.PATH_HARD,
            history=samples.HISTORY,
            my_task=samples.LATE,
        ),
    ),
    "request-rejected": Page(
        "request.html",
        lambda: _request(
            order=samples.order(state="rejected"),
            waiting_for=[],
            role="",
            due_on=None,
            path=samples.PATH_STOPPED,
            ended_text="Bo Ek, chef, avslog den tisdag 24 november.",
            history=samples.HISTORY,
            may=Thing(**NOTHING_ALLOWED),
        ),
    ),
    "request-returned": Page(
        "request.html",
        lambda: _request(
            order=samples.order(state="returned", question="Vilken filial gäller det?"),
            waiting_for=[ALICE],
            role="orderer",
            may=Thing(**(NOTHING_ALLOWED | {"resubmit": True, "withdraw": True})),
        ),
    ),
    "request-granted": Page(
        "request.html",
        lambda: _request(
            order=samples.order(state="granted"),
            waiting_for=[],
            role="",
            due_on=None,
            grant=samples.held(1, samples.LAN),
            path=[samples.ORDERED, *samples.PATH_HARD[2:3]],
            may=Thing(**(NOTHING_ALLOWED | {"end": True, "extend": True})),
        ),
    ),
    "request-waiting": Page(
        "request.html",
        lambda: _request(
            order=samples.order(state="waiting_prerequisites"),
            waiting_for=[],
            role="",
            due_on=None,
            wait_text="Väntar på att anställningen ska synas i personalkatalogen. Kontrolleras varje natt.",
            path=[
                samples.ORDERED,
                samples.step("prerequisite", "wait", why="Anställningen saknas"),
                *samples.PATH_AHEAD,
            ],
        ),
    ),
    "audit": Page("request_audit.html", lambda: {"order": samples.HARD_ORDER, "events": samples.EVENTS}),
    "requests": Page(
        "requests.html",
        lambda: {
            "open_orders": samples.ORDER_ROWS,
            "ended_orders": samples.ENDED_ROWS,
            "next_url": "/requests?after=1",
        },
        path="/requests",
    ),
    "requests-empty": Page(
        "requests.html", lambda: {"open_orders": [], "ended_orders": [], "next_url": ""}, path="/requests"
    ),
}
