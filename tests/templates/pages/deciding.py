"""The inbox, the decision, its links and its receipts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from tests.templates import forms, samples
from tests.templates.pages.page import EMPLOYEE, Page
from tests.templates.people import ALICE, BOB, CAROL, DAN, EVA, YUSUF

DUE = {"id": 17, "kind": "manager_approval", "due_on": date(2026, 11, 27), "lapses_on": date(2026, 12, 22)}


def _decide(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "task": Thing(**DUE),
        "order": samples.order(),
        "addressee": BOB,
        "on_behalf_of": None,
        "from_link": True,
        "needs_login": False,
        "login_url": "/login",
        "form": forms.DecideForm(),
        "action_url": "/d/x",
        "holdings": [samples.held(1, samples.KATALOG, subject=ALICE)],
        "more_holdings": 2,
        "warnings": [],
    }
    return fields | changes


def _link(why: str, **changes: Any) -> Page:
    return Page("link_closed.html", lambda: {"why": why, "decision": None, "case": None} | changes, viewer=None)


def _decided(verdict: str, **changes: Any) -> Page:
    fields = {
        "verdict": verdict,
        "order": samples.order(),
        "grant": None,
        "next_people": [CAROL, YUSUF],
        "next_due": date(2026, 12, 1),
        "wait_text": "",
        "remaining": 2,
        "from_link": False,
    }
    return Page("decided.html", lambda: fields | changes)


def _grant_task(form: Any, stop: Any = None) -> dict[str, Any]:
    return {
        "stop": stop,
        "task": Thing(**(DUE | {"due_on": date(2026, 11, 23)})),
        "order": samples.HARD_ORDER,
        "form": form,
        "approvals": [
            Thing(who=BOB.display_name, role="line_manager", at=datetime(2026, 11, 24, 8, 0, tzinfo=UTC)),
            Thing(who=EVA.display_name, role="system_owner", at=datetime(2026, 11, 25, 8, 0, tzinfo=UTC)),
        ],
        "action_url": "/tasks/17",
        "directory_group": "SYS-PRO-SOC-BIST",
        "login": "marugg",
        "declined": None,
        "warnings": [],
    }


def _activation(kind: str, form: Any) -> dict[str, Any]:
    given = {} if kind == "introduction" else {"manual_version": "3.2"}
    when = {"valid_from": date(2026, 11, 24), "valid_to": date(2027, 11, 23)}
    at = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    return {
        "task": Thing(**(DUE | {"kind": kind})),
        "grant": samples.held(2, samples.BIST, scope="Enhet Norr", introduced_at=at, **when, **given),
        "case_number": "BEH-2026-000481",
        "introducer": CAROL if given else None,
        "action_url": "/tasks/17",
        "form": form,
    }


def _by_hand(form: Any) -> dict[str, Any]:
    shown = _activation("introduction", form)
    del shown["introducer"]
    level = Thing(**vars(shown["grant"].level) | {"directory_group": "SYS-PRO-UTF"})
    subject = Thing(**vars(shown["grant"].subject) | {"login": "mathug"})
    shown["grant"] = Thing(**vars(shown["grant"]) | {"level": level, "subject": subject})
    return shown


def _level_task(form: Any, **changes: Any) -> dict[str, Any]:
    order = samples.order()
    order.question = "Du behöver bara kunna se vad låntagarna har lånat. Avgifterna sköter kassan."
    return {
        "task": Thing(**(DUE | {"kind": "level_answer"})),
        "order": order,
        "offered": samples.KATALOG,
        "proposed_by": CAROL.display_name,
        "addressee": ALICE,
        "from_link": False,
        "needs_login": False,
        "login_url": "/login",
        "form": form,
        "action_url": "/tasks/17",
    } | changes


def _reassign(form: Any) -> dict[str, Any]:
    about = Thing(system="MicroMarc", level="Lånedisk", subject=ALICE.display_name, case_number="BEH-2026-000123")
    return {"task": Thing(**DUE), "about": about, "form": form, "back_url": "/tasks/17"}


PAGES: dict[str, Page] = {
    "tasks": Page(
        "tasks.html",
        lambda: {
            "total": 6,
            "late": 1,
            "review_count": 12,
            "groups": [
                Thing(key="revoke", tasks=samples.REVOKE_ROWS),
                Thing(key="decide", tasks=samples.DECIDE_ROWS),
                Thing(key="grant", tasks=samples.GRANT_ROWS),
                Thing(key="complete", tasks=samples.COMPLETE_ROWS),
            ],
        },
        path="/tasks",
    ),
    "tasks-empty": Page(
        "tasks.html",
        lambda: {"total": 0, "late": 0, "review_count": 0, "groups": []},
        path="/tasks",
        viewer=EMPLOYEE,
    ),
    "decide": Page("decide.html", _decide, viewer=None),
    "decide-hard": Page(
        "decide.html",
        lambda: _decide(
            order=samples.HARD_ORDER,
            addressee=DAN,
            on_behalf_of=EVA,
            from_link=False,
            holdings=[samples.held(2, samples.LAN), samples.held(3, samples.KATALOG)],
            warnings=[
                "Kan inte kombineras med Utbetalning försörjningsstöd, som Maria-Therése har i dag.",
                "Första beställningen av den här nivån på enheten.",
            ],
        ),
    ),
    "decide-login": Page(
        "decide.html",
        lambda: _decide(order=samples.HARD_ORDER, needs_login=True, form=forms.DecideWithLoginForm()),
        viewer=None,
    ),
    "decide-wrong": Page(
        "decide.html",
        lambda: _decide(
            form=forms.wrong(
                forms.DecideForm(data={"verdict": "reject"}),
                reason="Skriv varför du avslår.",
                reviewed="Kryssa i att du har granskat beställningen.",
            )
        ),
        viewer=None,
    ),
    "decided-approve": _decided("approve"),
    "decided-reject": _decided("reject", remaining=0, from_link=True),
    "decided-return": _decided("return"),
    "decided-grant": _decided("grant", remaining=0),
    "decided-revoke": _decided("revoke", order=None, grant=samples.held(1, samples.LAN)),
    "link-used": _link(
        "used",
        decision=Thing(verdict="approve", by="Bo Ek", at=datetime(2026, 11, 24, 13, 2, tzinfo=UTC)),
        case=Thing(
            case_number="BEH-2026-000123",
            state="manager_approved",
            sentence="Väntar på Carol Lindqvist, systemförvaltare, till fredag 27 november.",
        ),
    ),
    "link-expired": _link("expired"),
    "link-revoked": _link("revoked"),
    "link-superseded": _link("superseded"),
    "link-unknown": _link("unknown"),
    "grant-task": Page("grant_task.html", lambda: _grant_task(forms.GrantForm())),
    "grant-task-frozen": Page(
        "grant_task.html",
        lambda: _grant_task(
            forms.GrantForm(),
            Thing(reason="Lönekörning.", last_day=date(2026, 11, 25), opens_on=date(2026, 11, 26)),
        ),
    ),
    "grant-task-wrong": Page(
        "grant_task.html",
        lambda: _grant_task(
            forms.wrong(
                forms.GrantForm(data={"verdict": "grant"}), target_user_id="Skriv vad användaren heter i systemet."
            )
        ),
    ),
    "grant-task-lower": Page(
        "grant_task.html",
        lambda: (
            _grant_task(
                forms.wrong(forms.GrantForm(data={"verdict": "propose_lower"}), level="Välj vilken nivå som räcker.")
            )
            | {"declined": Thing(decided_by=ALICE, reason="Jag tar också emot böcker.")}
        ),
    ),
    "level-task": Page("level_task.html", lambda: _level_task(forms.LevelForm())),
    "level-task-link": Page(
        "level_task.html", lambda: _level_task(forms.LevelForm(), from_link=True, needs_login=True), viewer=None
    ),
    "level-task-wrong": Page(
        "level_task.html",
        lambda: _level_task(
            forms.wrong(
                forms.LevelForm(data={"verdict": "decline_lower"}),
                reason="Skriv vad du behöver som den lägre nivån inte ger.",
            )
        ),
    ),
    "decided-propose-lower": _decided("propose_lower"),
    "decided-accept-lower": _decided("accept_lower", remaining=0),
    "reassign": Page("reassign.html", lambda: _reassign(forms.PassOnForm())),
    "reassign-wrong": Page(
        "reassign.html",
        lambda: _reassign(
            forms.wrong(forms.PassOnForm(), reason="Skriv varför, så att den som får uppgiften förstår.")
        ),
    ),
    "reassign-nobody": Page("reassign.html", lambda: _reassign(forms.NobodyForm())),
    "decided-pending": _decided("grant", pending=True),
    "decided-introduced": _decided("introduced", order=None, grant=samples.held(1, samples.BIST)),
    "decided-received": _decided("received", order=None, grant=samples.held(1, samples.BIST)),
    "decide-sensitive": Page(
        "decide.html", lambda: _decide(order=samples.HARD_ORDER, from_link=False, form=forms.NeededForm())
    ),
    "provision-task": Page("provision_task.html", lambda: _by_hand(forms.ByHandForm())),
    "provision-task-wrong": Page(
        "provision_task.html",
        lambda: _by_hand(
            forms.wrong(forms.ByHandForm(), is_in="Lägg in personen först, och kryssa sedan i rutan."),
        ),
    ),
    "decided-provisioned": _decided("provisioned", order=None, grant=samples.held(1, samples.BIST)),
    "decided-written": _decided("grant", written=True),
    "activation-introduce": Page("activation_task.html", lambda: _activation("introduction", forms.IntroductionForm())),
    "activation-introduce-wrong": Page(
        "activation_task.html",
        lambda: _activation(
            "introduction",
            forms.wrong(forms.IntroductionForm(), handed_over="Lämna över manualen först, och kryssa sedan i rutan."),
        ),
    ),
    "activation-receive": Page("activation_task.html", lambda: _activation("activation", forms.ReceiptForm())),
    "activation-late": Page("activation_task.html", lambda: _activation("activation", None)),
    "revoke-task": Page(
        "revoke_task.html",
        lambda: {
            "task": Thing(**(DUE | {"due_on": date(2026, 11, 25)})),
            "grant": samples.held(2, samples.BIST, scope="Enhet Norr"),
            "case_number": "BEH-2025-000481",
            "why": "Anställningen upphörde 24 november 2026.",
            "action_url": "/tasks/26",
            "directory_group": "",
            "form": forms.RevokeForm(),
        },
    ),
}
