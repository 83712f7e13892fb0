"""Those who leave: the list with its measure, one end, and the forms."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.leavers.forms import KINDS, REASONS, REFUSALS, AtOnceForm, ItemForm, NoticeForm
from app.requests import lives
from tests.templates.pages.page import Page
from tests.templates.people import ALICE, BOB, CAROL, DAN, MARIA
from workflows import life, loader

AT = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
WORKFLOW = loader.load_catalog()["leaver"]
LEVELS = (("Procapita", "Socialtjänst, myndighetsutövning"), ("MicroMarc", "Lånedisk"), ("Grundbehörighet", "Konto"))


def _row(number: int, person: Thing, state: str, day: date, **more: Any) -> Thing:
    known = {"working_days": None, "remains": 0} | more
    return Thing(id=number, person=person, last_day=day, state=state, look=lives.look(WORKFLOW, state), **known)


def _list(**changes: Any) -> dict[str, Any]:
    rows = [
        _row(1, DAN, "removing", date(2026, 11, 20), remains=2),
        _row(2, CAROL, "verifying", date(2026, 11, 20)),
        _row(3, MARIA, "planned", date(2026, 11, 30)),
        _row(4, ALICE, "prepared", date(2026, 12, 31)),
    ]
    closed = [_row(5, BOB, "closed", date(2026, 9, 30), working_days=2)]
    measure = Thing(count=17, median=2.5, longest=9, target=3, late=2)
    known = {"rows": rows, "closed": closed, "measure": measure, "led": [ALICE, MARIA]}
    return known | {"may_notify": True, "may_terminate": True} | changes


def _right(number: int, status: str, due: date | None) -> Thing:
    system, label = LEVELS[number]
    gone = AT if status == "revoked" else None
    level = Thing(label=label, system=Thing(name=system))
    return Thing(grant=Thing(level=level, status=status, revoked_at=gone), task=Thing(due_on=due) if due else None)


def _one(state: str = "planned", **more: Any) -> dict[str, Any]:
    one = {
        "id": 1, "person": MARIA, "state": state, "last_day": date(2026, 11, 30), "source": "date", "opened_by": None,
        "prepared_by": None, "prepared_at": None, "ended_at": None, "account_by": None, "clean": 0, "closed_at": None,
        "working_days": None, "remains": [],
    }  # fmt: skip
    shown = {
        "look": lives.look(WORKFLOW, state), "days": life.of(WORKFLOW).days, "credentials": [], "roles": [],
        "rights": [_right(n, "active", None) for n in range(3)],
        "remains": [], "findings": [], "leads": 0, "open_tasks": 0, "items": [], "kinds": KINDS, "reason": "",
        "form": None, "may_prepare": False, "may_withdraw": False,
    }  # fmt: skip
    changed = {name: more.pop(name) for name in list(more) if name in one and name != "remains"}
    return shown | more | {"one": Thing(**(one | changed))}


def _full() -> dict[str, Any]:
    roles = [
        Thing(role="system_owner", place="Procapita", successor="", on_date=None, vacant=True),
        Thing(role="system_manager", place="MicroMarc", successor=ALICE.display_name, on_date=AT.date(), vacant=False),
        Thing(role="hr", place="", successor="", on_date=None, vacant=False),
    ]
    items = [
        Thing(id=1, kind="equipment", what="Bärbar dator", done_at=AT),
        Thing(id=2, kind="mailbox", what="Brevlådan för anmälningar om oro för barn", done_at=None),
    ]
    return _one(
        source="notice", opened_by=BOB, credentials=[Thing(serial="04:A2:9F:11")], roles=roles, items=items, leads=6,
        open_tasks=3, form=ItemForm(), may_prepare=True, may_withdraw=True,
    )  # fmt: skip


def _at_once() -> dict[str, Any]:
    return _one(
        "removing", source="immediate", opened_by=BOB, account_by=AT, ended_at=AT, reason=REASONS["security"],
        rights=[_right(0, "revoked", None), _right(1, "revocation_pending", date(2026, 11, 23))], form=ItemForm(),
        remains=[Thing(what="membership", name="SYS-PROCAPITA-SOC", days=4),
                 Thing(what="enabled_account", name="marugg", days=1)],
        findings=[Thing(id=7)],
    )  # fmt: skip


def _notice(*, faults: bool = False) -> dict[str, Any]:
    form = NoticeForm()
    if faults:
        form.employee_number.errors = [REFUSALS["nobody_there"]]
        form.last_day.errors = [REFUSALS["day_has_been"]]
    return {"form": form}


def _confirm() -> dict[str, Any]:
    form = AtOnceForm()
    form.employee_number.data, form.reason_code.data, form.confirmed.data = MARIA.employee_number, "security", "5"
    rights = [_right(n, "active", None).grant for n in range(3)]
    return {
        "form": form, "person": MARIA, "reason": REASONS["security"], "rights": rights,
        "credentials": [Thing(serial="04:A2:9F:11")],
    }  # fmt: skip


PAGES = {
    "leavers": Page("leavers.html", _list),
    "leavers-none": Page(
        "leavers.html", lambda: _list(rows=[], closed=[], measure=None, led=[], may_notify=False, may_terminate=False)
    ),
    "leavers-unmeasured": Page("leavers.html", lambda: _list(rows=[], closed=[], measure=Thing(count=0))),
    "leaver": Page("leaver.html", _full),
    "leaver-read": Page("leaver.html", lambda: _one("prepared", prepared_by=BOB, prepared_at=AT, rights=[])),
    "leaver-at-once": Page("leaver.html", _at_once),
    "leaver-verifying": Page("leaver.html", lambda: _one("verifying", source="ended", ended_at=AT, clean=1)),
    "leaver-closed": Page("leaver.html", lambda: _one("closed", ended_at=AT, closed_at=AT, working_days=1)),
    "leaver-notice": Page("leaver_notice.html", _notice),
    "leaver-notice-faults": Page("leaver_notice.html", lambda: _notice(faults=True)),
    "leaver-immediate": Page("leaver_at_once.html", lambda: {"form": AtOnceForm()}),
    "leaver-confirm": Page("leaver_confirm.html", _confirm),
}
