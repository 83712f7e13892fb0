"""Lists of accounts: the systems, one system beside its list, handing one in, and what it would lead to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from app.userlists import columns, words
from app.userlists.comparing import Compared
from app.userlists.forms import ActForm, UploadForm
from tests.templates import samples
from tests.templates.pages.page import Page
from tests.templates.people import CAROL, MARIA
from workflows import compliance as rules
from workflows.compliance import Verdict

AT, TAKEN = datetime(2026, 11, 26, 13, 5, tzinfo=UTC), date(2026, 11, 26)
SYSTEM = samples.LAN.system
LEVELS = [samples.LAN, samples.ADMIN]
CURRENT = Thing(
    id=4, file_name="Användare i MicroMarc per 26 november med roller och senaste inloggning.xlsx", digest="9f2c" * 16,
    taken_on=TAKEN, rows=412, state="current", applied_at=AT, applied_by=CAROL,
)  # fmt: skip
BEFORE = Thing(
    **{**vars(CURRENT), "id": 3, "file_name": "konton.csv", "taken_on": date(2026, 10, 1), "state": "replaced"}
)
COUNTS = dict.fromkeys(rules.STATES, 3) | {"approved": 391}


def _row(login: str, name: str, state: str, why: str, **more: Any) -> Compared:
    fields: dict[str, Any] = {
        "person_id": 5 if name else None, "number": "10234", "unit": "Biblioteket" if name else "", "level_id": 1,
        "level": "Lånedisk", "matched_by": "number" if name else "",
    }  # fmt: skip
    days = more.pop("days", None)
    return Compared(login=login, name=name, verdict=Verdict(state, why, days=days), **fields | more)


ROWS = [
    _row("mareth.uggasker", MARIA.display_name, "in_violation", "still_there", days=12, used_on=date(2026, 11, 25)),
    _row("verslu", "Vera Slut", "in_violation", "left", days=3, matched_by="mail", level="Administratör"),
    _row("utlåningsautomat-entrén-nedre-plan@bibliotek.exempel.se", "", "orphan", "nobody"),
    _row("nin ny", "Nina Ny", "not_approved", "no_right", unsure=True, matched_by="login"),
    _row("", "Carol Dahl", "missing", "no_account"),
    _row("automat2", "", "implied", "service", responsible="Sam Öst"),
    _row("aliake", "Alice Åkesson", "approved", "granted"),
]
FOUND = [Thing(id=n) for n in (1, 2, 3)]


def _page(**changes: Any) -> dict[str, Any]:
    found = [*FOUND, None, Thing(id=5), None, None]
    fields: dict[str, Any] = {
        "system": SYSTEM, "current": CURRENT, "age": 3, "fresh": True, "counts": COUNTS, "state": "",
        "rows": list(zip(ROWS, found, [*FOUND, *[None] * 4], strict=True)), "chosen": [2], "total": 409,
        "next_from": 100, "form": ActForm(), "earlier": [CURRENT, BEFORE], "levels": LEVELS, "may_upload": True,
        "may_see_people": True, "words": words,
    }  # fmt: skip
    return fields | changes


def _wrong() -> ActForm:
    form = ActForm()
    form.responsible.errors = [words.REFUSALS["responsible_unknown"]]
    form.until.errors = [words.REFUSALS["service_too_long"]]
    return form


def _none() -> dict[str, Any]:
    return _page(current=None, age=None, fresh=False, rows=[], total=0, next_from=None, form=None, earlier=[])


def _draft(**changes: Any) -> dict[str, Any]:
    headings = ["Anst.nr", "Användarnamn", "Roll", "Status"]
    kept = Thing(
        id=9, system=SYSTEM, file_name=CURRENT.file_name, rows=412, taken_on=TAKEN, headings=headings, hidden=[]
    )
    reading = columns.Reading({"number": "Anst.nr", "login": "Användarnamn", "level": "Roll", "status": "Status"})
    roles = [("Lånedisk", samples.LAN.id), ("Gäst", 0), ("Superanvändare med utökade rättigheter till katalogen", None)]
    fields: dict[str, Any] = {
        "kept": kept, "fault": "", "seen": Thing(reading=reading, faults=[], lacks_key=False), "role_levels": roles,
        "levels": LEVELS, "faults": [], "counts": COUNTS, "rows": ROWS, "current": CURRENT, "is_same": False,
        "is_short": False, "may_apply": True, "words": words,
    }  # fmt: skip
    return fields | changes


def _faulty() -> dict[str, Any]:
    faults = [
        columns.Fault(14, "level", "Superanvändare med utökade rättigheter till katalogen", "unknown_level"),
        columns.Fault(31, "login", "", "no_key"),
        columns.Fault(77, "name", "", "personnummer"),
    ]
    shown = _draft(
        faults=faults, fault=words.REFUSALS["list_faulty"], rows=[], may_apply=False, is_short=True, is_same=True
    )
    shown["seen"].faults = [*faults, *faults]
    shown["kept"].hidden = ["Personnummer", "Id"]
    return shown


def _upload(*, wrong: bool = False) -> dict[str, Any]:
    form = UploadForm()
    if wrong:
        form.file.errors = [words.REFUSALS["file_not_a_workbook"]]
        form.taken_on.errors = [words.REFUSALS["older_than_current"]]
    return {"system": SYSTEM, "form": form, "levels": LEVELS}


def _systems() -> dict[str, Any]:
    old = Thing(**{**vars(CURRENT), "taken_on": date(2026, 10, 1)})
    shown = [Thing(system=SYSTEM, current=one, open_findings=n) for n, one in enumerate((None, old, CURRENT))]
    return {"systems": shown, "today": date(2026, 11, 29), "fresh": rules.is_fresh}


PAGES = {
    "userlists": Page("userlists.html", _systems),
    "userlists-none": Page("userlists.html", lambda: {**_systems(), "systems": []}),
    "userlist": Page("userlist.html", _page),
    "userlist-wrong": Page("userlist.html", lambda: _page(form=_wrong(), fresh=False, age=40)),
    "userlist-none": Page("userlist.html", _none),
    "userlist-upload": Page("userlist_upload.html", _upload),
    "userlist-upload-wrong": Page("userlist_upload.html", lambda: _upload(wrong=True)),
    "userlist-draft": Page("userlist_draft.html", _draft),
    "userlist-draft-faulty": Page("userlist_draft.html", _faulty),
}
