"""Every page that is looked at: template, data, and who looks. Data is made anew for each rendering."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any, NamedTuple

from tests.templates import forms, samples
from tests.templates.people import ALICE, BOB, CAROL, DAN, EVA, MARIA, YUSUF

MANAGER = Thing(name=BOB.display_name, is_manager=True, is_system_manager=True, open_tasks=6)
EMPLOYEE = Thing(name=MARIA.display_name, is_manager=False, is_system_manager=False, open_tasks=0)
DUE = {"id": 17, "kind": "manager_approval", "due_on": date(2026, 11, 27), "lapses_on": date(2026, 12, 22)}
NOTHING_ALLOWED = {"withdraw": False, "resubmit": False, "end": False, "extend": False, "audit": True}


class Page(NamedTuple):
    """``context`` is called inside a request, since forms need one."""

    template: str
    context: Callable[[], dict[str, Any]]
    viewer: Thing | None = MANAGER
    path: str = "/"
    mode: str = "production"


def _request(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "order": samples.order(), "waiting_for": [BOB], "role": "line_manager", "due_on": date(2026, 11, 30),
        "wait_text": "", "ended_text": "", "path": samples.PATH, "grant": None, "history": samples.HISTORY[:1],
        "my_task": None, "may": Thing(**(NOTHING_ALLOWED | {"withdraw": True})),
    }
    return fields | changes


def _decide(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "task": Thing(**DUE), "order": samples.order(), "addressee": BOB, "on_behalf_of": None, "from_link": True,
        "needs_login": False, "login_url": "/login", "form": forms.DecideForm(), "action_url": "/d/x",
        "holdings": [samples.held(1, samples.KATALOG, subject=ALICE)], "more_holdings": 2, "warnings": [],
    }
    return fields | changes


def _order_form(form: Any, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "heading": "Beställ Utlåning", "level": samples.LAN, "form": form, "question": "", "asked_by": "",
        "subject_query": "", "may_search": True, "notices": [], "duplicate": None, "preview_url": "/orders/preview",
        "guideline": Thing(version="1.2", url="https://intranat.example/riktlinje"), "cancel_url": "/catalogue",
    }
    return fields | changes


def _preview(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "order": samples.HARD_ORDER, "path": samples.PATH_AHEAD, "send_url": "/orders/new", "edit_url": "/orders/edit",
        "form_values": [("level_id", ["21"]), ("justification", ["x"])],
        "notices": [Thing(tone="wait", heading="Beställningen väntar först",
                          text="Maria-Therése har ingen grundbehörighet än. Chefen får frågan när den är på plats.")],
    }
    return fields | changes


def _error(status: int, reason: str = "", **changes: Any) -> Page:
    fields = {"status": status, "reason": reason, "who": "", "at": None, "case_number": "", "reference": "",
              "addressee": ""}
    return Page("errors/error.html", lambda: fields | changes)


def _link(why: str, **changes: Any) -> Page:
    return Page("link_closed.html", lambda: {"why": why, "decision": None, "case": None} | changes, viewer=None)


def _decided(verdict: str, **changes: Any) -> Page:
    fields = {"verdict": verdict, "order": samples.order(), "grant": None, "next_people": [CAROL, YUSUF],
              "next_due": date(2026, 12, 1), "wait_text": "", "remaining": 2, "from_link": False}
    return Page("decided.html", lambda: fields | changes)


def _grant_task(form: Any) -> dict[str, Any]:
    return {
        "task": Thing(**(DUE | {"due_on": date(2026, 11, 23)})), "order": samples.HARD_ORDER, "form": form,
        "approvals": [Thing(who=BOB.display_name, role="line_manager", at=datetime(2026, 11, 24, 8, 0, tzinfo=UTC)),
                      Thing(who=EVA.display_name, role="system_owner", at=datetime(2026, 11, 25, 8, 0, tzinfo=UTC))],
        "action_url": "/tasks/17", "directory_group": "SYS-PRO-SOC-BIST", "login": "marugg", "warnings": [],
    }


def _system(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "system": samples.PROCAPITA, "managers": [CAROL], "owners": [EVA],
        "warnings": ["Systemet har bara en systemförvaltare. Minst två behövs för att minska personberoendet."],
        "to_revoke": samples.REVOKE_ROWS, "to_grant": samples.GRANT_ROWS, "on_the_way": samples.ORDER_ROWS[1:],
        "grants": samples_with_subject(), "grant_count": 3, "q": "", "next_url": "/next",
    }
    return fields | changes


def samples_with_subject() -> list[Thing]:
    """Grants of several people, for the system manager's table."""
    return [Thing(**(vars(g) | {"subject": p})) for g, p in zip(samples.GRANTS, (ALICE, MARIA, DAN), strict=True)]


WRONG_ORDER = {
    "subject": "Välj vem som ska ha behörigheten.",
    "valid_to": "Slutdatumet ligger före startdatumet. Ändra ett av dem.",
    "justification": "Ta bort personnumret. Skriv vad behörigheten ska användas till.",
}
BASE_DUPLICATE = Thing(text="Du har redan en beställning på samma behörighet.", case_number="BEH-2026-000117",
                       extend_grant_id=2)

PAGES: dict[str, Page] = {
    "login": Page("login.html", lambda: {"form": forms.LoginForm(), "message": ""}, viewer=None),
    "login-wrong": Page("login.html", lambda: {
        "form": forms.wrong(forms.LoginForm(), password="Användarnamnet och lösenordet hör inte ihop. Försök igen."),
        "message": "Logga in som Bo Ek för att godkänna BEH-2026-000123."}, viewer=None),
    "demo-login": Page("demo_login.html", lambda: {
        "q": "", "featured": samples.CAST, "people": samples.CAST * 2, "total": 300, "next": ""}, viewer=None, mode="demo"),
    "demo-login-none": Page("demo_login.html", lambda: {
        "q": "Zlatan", "featured": [], "people": [], "total": 0, "next": "/tasks"}, viewer=None, mode="demo"),
    "start": Page("start.html", lambda: {
        "tasks": samples.DECIDE_ROWS, "task_count": 6, "orders": samples.ORDER_ROWS, "order_count": 7,
        "grants": samples.GRANTS, "grant_count": 9}),
    "start-empty": Page("start.html", lambda: {
        "tasks": [], "task_count": 0, "orders": [], "order_count": 0, "grants": [], "grant_count": 0}, viewer=EMPLOYEE),
    "catalogue": Page("catalogue.html", lambda: {"q": "", "total": 2, "groups": [
        Thing(name="Kultur- och tekniknämnden", systems=[samples.MICROMARC]),
        Thing(name="Socialnämnden", systems=[samples.PROCAPITA])]}, path="/catalogue"),
    "catalogue-search": Page("catalogue.html", lambda: {"q": "bibliotek", "total": 1, "groups": [
        Thing(name="Kultur- och tekniknämnden", systems=[samples.MICROMARC])]}, path="/catalogue"),
    "catalogue-none": Page("catalogue.html", lambda: {"q": "rymdfärja", "total": 0, "groups": []}, path="/catalogue"),
    "system-info": Page("system_info.html", lambda: {
        "system": samples.PROCAPITA, "owners": [EVA], "managers": [CAROL, MARIA], "owner_role": "",
        "rules": ["Chefen och systemägaren godkänner. Den som godkänt tilldelar inte.",
                  "Den som arbetar under en annan nämnd får inte behörighet."]}),
    "order-form": Page("order_form.html", lambda: _order_form(forms.OrderForm())),
    "order-form-wrong": Page("order_form.html", lambda: _order_form(
        forms.wrong(forms.OrderForm(), **WRONG_ORDER), duplicate=BASE_DUPLICATE)),
    "order-form-returned": Page("order_form.html", lambda: _order_form(
        forms.OrderForm(), heading="Komplettera beställningen", question="Vilken filial gäller det?",
        asked_by=BOB.display_name, may_search=False,
        notices=[Thing(tone="now", text="När du skickar in på nytt får chefen frågan igen.")])),
    "order-preview": Page("order_preview.html", _preview),
    "request": Page("request.html", _request),
    "request-mine-to-decide": Page("request.html", lambda: _request(
        order=samples.HARD_ORDER, role="system_manager", waiting_for=[CAROL, MARIA], due_on=date(2026, 11, 23),
        path=samples.PATH_HARD, history=samples.HISTORY, my_task=samples.LATE)),
    "request-rejected": Page("request.html", lambda: _request(
        order=samples.order(state="rejected"), waiting_for=[], role="", due_on=None, path=samples.PATH_STOPPED,
        ended_text="Bo Ek, chef, avslog den tisdag 24 november.", history=samples.HISTORY,
        may=Thing(**NOTHING_ALLOWED))),
    "request-returned": Page("request.html", lambda: _request(
        order=samples.order(state="returned", question="Vilken filial gäller det?"), waiting_for=[ALICE],
        role="orderer", may=Thing(**(NOTHING_ALLOWED | {"resubmit": True, "withdraw": True})))),
    "request-granted": Page("request.html", lambda: _request(
        order=samples.order(state="granted"), waiting_for=[], role="", due_on=None, grant=samples.held(1, samples.LAN),
        path=[samples.ORDERED, *samples.PATH_HARD[2:3]], may=Thing(**(NOTHING_ALLOWED | {"end": True, "extend": True})))),
    "request-waiting": Page("request.html", lambda: _request(
        order=samples.order(state="waiting_prerequisites"), waiting_for=[], role="", due_on=None,
        wait_text="Väntar på att anställningen ska synas i personalkatalogen. Kontrolleras varje natt.",
        path=[samples.ORDERED, samples.step("prerequisite", "wait", why="Anställningen saknas"), *samples.PATH_AHEAD])),
    "audit": Page("request_audit.html", lambda: {"order": samples.HARD_ORDER, "events": samples.EVENTS}),
    "requests": Page("requests.html", lambda: {
        "open_orders": samples.ORDER_ROWS, "ended_orders": samples.ENDED_ROWS, "next_url": "/requests?after=1"},
        path="/requests"),
    "requests-empty": Page("requests.html", lambda: {"open_orders": [], "ended_orders": [], "next_url": ""}, path="/requests"),
    "tasks": Page("tasks.html", lambda: {"total": 6, "late": 1, "groups": [
        Thing(key="revoke", tasks=samples.REVOKE_ROWS), Thing(key="decide", tasks=samples.DECIDE_ROWS),
        Thing(key="grant", tasks=samples.GRANT_ROWS), Thing(key="complete", tasks=samples.COMPLETE_ROWS)]}, path="/tasks"),
    "tasks-empty": Page("tasks.html", lambda: {"total": 0, "late": 0, "groups": []}, path="/tasks", viewer=EMPLOYEE),
    "decide": Page("decide.html", _decide, viewer=None),
    "decide-hard": Page("decide.html", lambda: _decide(
        order=samples.HARD_ORDER, addressee=DAN, on_behalf_of=EVA, from_link=False,
        holdings=[samples.held(2, samples.LAN), samples.held(3, samples.KATALOG)],
        warnings=["Kan inte kombineras med Utbetalning försörjningsstöd, som Maria-Therése har i dag.",
                  "Första beställningen av den här nivån på enheten."])),
    "decide-login": Page("decide.html", lambda: _decide(
        order=samples.HARD_ORDER, needs_login=True, form=forms.DecideWithLoginForm()), viewer=None),
    "decide-wrong": Page("decide.html", lambda: _decide(form=forms.wrong(
        forms.DecideForm(data={"verdict": "reject"}), reason="Skriv varför du avslår.",
        reviewed="Kryssa i att du har granskat beställningen.")), viewer=None),
    "decided-approve": _decided("approve"),
    "decided-reject": _decided("reject", remaining=0, from_link=True),
    "decided-return": _decided("return"),
    "decided-grant": _decided("grant", remaining=0),
    "decided-revoke": _decided("revoke", order=None, grant=samples.held(1, samples.LAN)),
    "link-used": _link("used", decision=Thing(verdict="approve", by="Bo Ek", at=datetime(2026, 11, 24, 13, 2, tzinfo=UTC)),
                       case=Thing(case_number="BEH-2026-000123", state="manager_approved",
                                  sentence="Väntar på Carol Lindqvist, systemförvaltare, till fredag 27 november.")),
    "link-expired": _link("expired"),
    "link-revoked": _link("revoked"),
    "link-superseded": _link("superseded"),
    "link-unknown": _link("unknown"),
    "grant-task": Page("grant_task.html", lambda: _grant_task(forms.GrantForm())),
    "grant-task-wrong": Page("grant_task.html", lambda: _grant_task(forms.wrong(
        forms.GrantForm(data={"verdict": "grant"}), target_user_id="Skriv vad användaren heter i systemet."))),
    "revoke-task": Page("revoke_task.html", lambda: {
        "task": Thing(**(DUE | {"due_on": date(2026, 11, 25)})), "grant": samples.held(2, samples.BIST, scope="Enhet Norr"),
        "case_number": "BEH-2025-000481", "why": "Anställningen upphörde 24 november 2026.", "action_url": "/tasks/26",
        "directory_group": "", "form": forms.RevokeForm()}),
    "grants": Page("grants.html", lambda: {
        "grants": samples.GRANTS, "ending": 1, "ended": [samples.row(samples.held(
            9, samples.ADMIN, status="revoked", may_end=False, valid_to=date(2026, 6, 30)))]}, path="/grants"),
    "grants-empty": Page("grants.html", lambda: {"grants": [], "ending": 0, "ended": []}, path="/grants", viewer=EMPLOYEE),
    "grant-end": Page("grant_end.html", lambda: {
        "grant": samples.held(1, samples.LAN, subject=ALICE), "own": False, "managers": [CAROL, YUSUF],
        "due_on": date(2026, 11, 26), "cascade": [], "form": forms.EndForm()}),
    "grant-end-own": Page("grant_end.html", lambda: {
        "grant": samples.held(2, samples.BIST), "own": True, "managers": [], "due_on": date(2026, 11, 25),
        "cascade": ["MicroMarc, Utlåning", "Procapita, Biståndshandläggare"], "form": forms.EndForm()}),
    "team": Page("team.html", lambda: {"reports": [
        Thing(person=MARIA, grants=samples.GRANTS, open_orders=samples.ORDER_ROWS[1:]),
        Thing(person=ALICE, grants=samples.GRANTS[:1], open_orders=[]), Thing(person=DAN, grants=[], open_orders=[])]},
        path="/grants/team"),
    "team-empty": Page("team.html", lambda: {"reports": []}, path="/grants/team"),
    "systems": Page("systems.html", lambda: {"systems": [
        Thing(code="PRO-SOC", name=samples.PROCAPITA.name, roles=["system_manager"], waiting=3, overdue=1, to_revoke=2,
              active=214),
        Thing(code="MM", name="MicroMarc", roles=["system_owner", "system_manager"], waiting=0, overdue=0, to_revoke=0,
              active=1)]}, path="/systems"),
    "system": Page("system.html", _system),
    "system-quiet": Page("system.html", lambda: _system(
        system=samples.MICROMARC, warnings=[], to_revoke=[], to_grant=[], on_the_way=[], grants=[], grant_count=0, next_url="")),
    "accessibility": Page("accessibility.html", lambda: {"reviewed_on": date(2026, 11, 25), "known_faults": []}),
    "accessibility-faults": Page("accessibility.html", lambda: {
        "reviewed_on": date(2026, 11, 25), "known_faults": ["Händelsetabellen är bred i mobil."]}, viewer=None),
    "error-403": _error(403),
    "error-403-forwarded": _error(403, addressee="Bo Ek"),
    "error-404": _error(404),
    "error-409": _error(409, "already_decided", who="Bo Ek", at=datetime(2026, 11, 24, 13, 2, tzinfo=UTC),
                        case_number="BEH-2026-000123"),
    "error-409-changed": _error(409, "conflict"),
    "error-429": _error(429),
    "error-500": _error(500, reference="7f3a9c"),
    "error-503": _error(503),
    "error-directory": _error(503, "directory_unavailable"),
    "error-old-page": _error(400, "csrf"),
}
