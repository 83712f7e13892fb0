"""Who has what, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace as Thing
from typing import Any

from app.access import words
from app.access.chains import Access, Link
from app.access.held import Held
from app.access.verified import Seen
from app.access.views import Day
from tests.templates import samples
from tests.templates.pages.page import MANAGER, Page
from tests.templates.people import ALICE, BOB, CAROL, EVA, MARIA

TODAY = samples.TODAY.date()
SEEN = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def _held(number: int, who: Thing = ALICE, **changes: Any) -> Held:
    columns: dict[str, Any] = {
        "id": number,
        "request_id": number,
        "case_number": f"BEH-2026-00012{number}",
        "subject_id": who.id,
        "subject": who.display_name,
        "employee_number": who.employee_number,
        "unit": "Huvudbiblioteket",
        "system_code": "MIC",
        "system": "MicroMarc",
        "level_id": 1,
        "level_code": "DISK",
        "level": "Lånedisk och registrering av nya låntagare",
        "profile": "standard",
        "scope": "Huvudbiblioteket",
        "source": "request",
        "target_user_id": "alinys",
        "valid_from": date(2026, 3, 3),
        "granted_at": datetime(2026, 3, 3, 9, tzinfo=UTC),
        "valid_to": date(2026, 12, 31),
        "status": "active",
    }
    return Held(**(columns | changes))


UNSEEN = {"employment": "", "server": "", "looked_up_at": None, "checks": 0}


def _link(hour: int, event: str, who: Thing | None, role: str, **changes: Any) -> Link:
    at = datetime(2026, 3, 2, hour, 12, tzinfo=UTC)
    seen = {"employment": "active", "server": "ldaps://dc1.exempel.se", "looked_up_at": at, "checks": 7}
    columns: dict[str, Any] = {
        "at": at,
        "event": event,
        "who": who.display_name if who else "",
        "role": role,
        "on_behalf_of": "",
        "channel": "web",
        "reason": "",
        "state_to": "",
        "case_number": "BEH-2026-000121",
        **(
            seen
            if event.startswith("request.")
            else {"employment": "", "server": "", "looked_up_at": None, "checks": 0}
        ),
    }
    return Link(**(columns | changes))


SEEN_AT = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
DIRECTORY = (Seen(True, SEEN_AT), Seen(True, SEEN_AT, days=12), Seen(False, None))


def _accesses() -> list[Access]:
    chain = (
        _link(7, "request.submit", ALICE, "orderer"),
        _link(9, "request.approve", EVA, "deputy", on_behalf_of=BOB.display_name, channel="mail-link"),
        _link(11, "request.grant", CAROL, "system_manager"),
        _link(11, "grant.issued", CAROL, "system_manager"),
        _link(14, "grant.suspended", None, "time"),
    )
    nobody = {"request_id": None, "case_number": "", "source": "legacy", "target_user_id": "", "scope": ""}
    return [
        Access(_held(1, status="suspended"), chain),
        Access(_held(2, MARIA, valid_to=None, **nobody), ()),
        Access(_held(3, status="pending_activation"), chain[:3]),
    ]


def _shown(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "day": Day(TODAY, TODAY.isoformat()),
        "today": TODAY,
        "doubt": None,
        "accesses": _accesses(),
        "seen": {i: words.directory(seen) for i, seen in enumerate(DIRECTORY, start=1)},
        "why": words.why,
        "employment": words.employment,
    }
    return fields | changes


def _level(**changes: Any) -> dict[str, Any]:
    return _shown(level=samples.LAN, next_after=3, **changes)


def _privileged(**changes: Any) -> dict[str, Any]:
    admin = {
        "level": "Systemadministratör",
        "level_code": "ADM",
        "profile": "privileged",
        "target_user_id": "adm-alinys",
    }
    chain = _accesses()[0].chain
    found = [
        Access(_held(1, **admin), chain),
        Access(_held(2, MARIA, **admin), chain[:3]),
        Access(_held(3, BOB, system="Procapita", system_code="PRO-SOC", **admin), ()),
    ]
    lists = [Thing(day=date(2026, 9, 30), rights=3), Thing(day=date(2026, 6, 30), rights=1)]
    return {**_shown(accesses=found), "sees_all": True, "lists": lists, **changes}


PAGES: dict[str, Page] = {
    "privileged": Page("privileged.html", _privileged, path="/access/privileged", viewer=MANAGER),
    "privileged-none": Page(
        "privileged.html",
        lambda: _privileged(accesses=[], lists=[], sees_all=False),
        path="/access/privileged",
        viewer=MANAGER,
    ),
    "access-person": Page(
        "access_person.html",
        lambda: _shown(person=MARIA, own=False),
        path="/access/people/5",
        viewer=MANAGER,
    ),
    "access-person-doubt": Page(
        "access_person.html",
        lambda: _shown(person=MARIA, own=False, doubt=Thing(seen_at=SEEN, settles_at=SEEN + timedelta(hours=24))),
        path="/access/people/5",
        viewer=MANAGER,
    ),
    "access-person-past": Page(
        "access_person.html",
        lambda: _shown(person=ALICE, own=True, day=Day(date(2026, 2, 28), "2026-02-28"), accesses=[]),
        path="/access/people/1",
    ),
    "access-level": Page("access_level.html", _level, path="/access/levels/1", viewer=MANAGER),
    "access-level-fault": Page(
        "access_level.html",
        lambda: _level(day=Day(TODAY, "2026-02-30", "Skriv dagen som år, månad och dag, till exempel 2026-03-02.")),
        path="/access/levels/1",
        viewer=MANAGER,
    ),
    "access-search": Page(
        "access_search.html",
        lambda: {"q": "mar", "people": [MARIA, BOB], "systems": [Thing(name="MicroMarc", levels=[samples.LAN])]},
        path="/access",
        viewer=MANAGER,
    ),
    "access-search-nothing": Page(
        "access_search.html", lambda: {"q": "qqq", "people": [], "systems": []}, path="/access", viewer=MANAGER
    ),
}
