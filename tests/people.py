"""The characters: Alice asks, Bob decides, Carol grants, Olga owns, Dan must see nothing.

town = municipality(session)
town.alice.manager is town.bob; town.disk.system is town.mic
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from app import clock
from app.catalogue.models import AccessLevel, Appointment, Deputyship, System, ToxicPair
from app.catalogue.searching import fold, swedish_order
from app.directory.models import Employment, Person, Unit
from app.grants.models import Grant
from workflows.directory_events import EmploymentEnded
from workflows.events import DIRECTORY

SINCE = date(2024, 1, 1)
CHECKED = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Town:
    """Who and what there is. ``newcomer`` is employed and has no base grant; ``vera`` has left."""

    library: Unit
    school: Unit
    alice: Person
    bob: Person
    carol: Person
    sam: Person
    olga: Person
    eva: Person
    dan: Person
    coordinator: Person
    administrator: Person
    newcomer: Person
    vera: Person
    ad: System
    mic: System
    base: AccessLevel
    disk: AccessLevel


def municipality(session: Any) -> Town:
    """A small municipality, flushed: a library with MicroMarc, its people and roles, and their base grants."""
    library = unit(session, "KTF-BIB", "Biblioteket", board="KTN")
    school = unit(session, "BOU-TAL", "Tallskolan", board="BUN")
    eva = person(session, "Eva Lind", library, title="Kultur- och fritidschef")
    bob = person(session, "Bob Ek", library, title="Bibliotekschef", manager=eva)
    staff = {
        "alice": person(session, "Alice Åkesson", library, title="Biblioteksassistent", manager=bob),
        "carol": person(session, "Carol Dahl", library, title="Systemförvaltare", manager=bob),
        "sam": person(session, "Sam Öst", library, title="Systemförvaltare", manager=bob),
        "olga": person(session, "Olga Åberg", library, title="Systemägare", manager=eva),
        "dan": person(session, "Dan Öberg", school, title="Lärare"),
        "coordinator": person(session, "Inga Säker", school, title="Informationssäkerhetssamordnare"),
        "administrator": person(session, "Adam Ström", school, title="Applikationsansvarig"),
        "newcomer": person(session, "Nina Ny", library, title="Bibliotekarie", manager=bob),
        "vera": person(session, "Vera Slut", library, title="Bibliotekarie", manager=bob, employment_status="ended"),
    }
    ad, mic = system(session, "AD", "Grundbehörighet", board="KS"), system(session, "MIC", "MicroMarc", board="KTN")
    base = level(session, ad, "BAS", "Konto i nätverket", profile="basic", is_base=True)
    disk = level(session, mic, "DISK", "Lånedisk")
    for owned in (ad, mic):
        appoint(session, "system_owner", staff["olga"], owned)
        appoint(session, "system_manager", staff["carol"], owned)
        appoint(session, "system_manager", staff["sam"], owned)
    appoint(session, "infosec_coordinator", staff["coordinator"])
    appoint(session, "administrator", staff["administrator"])
    for who in (eva, bob, *(staff[name] for name in staff if name not in ("newcomer", "vera"))):
        grant(session, who, base)
    return Town(library, school, bob=bob, eva=eva, ad=ad, mic=mic, base=base, disk=disk, **staff)


def unit(session: Any, code: str, name: str, **more: Any) -> Unit:
    """An organisational unit."""
    return _added(session, Unit(code=code, name=name, **more))


def person(session: Any, name: str, unit: Unit | None = None, **more: Any) -> Person:
    """Somebody employed, with a login and a mail address made of the name. Keywords are columns of Person."""
    given, _, surname = name.rpartition(" ")
    bare = fold(name).replace(" ", ".")
    columns = {
        "employee_number": f"T-{bare}",
        "given_name": given,
        "surname": surname,
        "display_name": name,
        "search": fold(name),
        "sort_key": swedish_order(f"{surname} {given}"),
        "login": bare.replace(".", "")[:20],
        "mail": f"{bare}@exempel.se",
        "employment_status": "active",
        "checked_at": CHECKED,
        "last_active_on": CHECKED.date(),
    }
    found = _added(session, Person(**{**columns, "unit": unit, **more}))
    _added(session, Employment(person_id=found.id, key=f"{found.employee_number}-1", unit_id=found.unit_id))
    return found


def system(session: Any, code: str, name: str, **more: Any) -> System:
    """A business system; standard protection unless ``more`` says otherwise."""
    columns = {"board": "KS", "confidentiality": 2, "integrity": 2, "availability": 2, "search": fold(f"{code} {name}")}
    return _added(session, System(code=code, name=name, **{**columns, **more}))


def level(session: Any, system: System, code: str, label: str, **more: Any) -> AccessLevel:
    """An access level of ``system``."""
    return _added(session, AccessLevel(system=system, code=code, label=label, **{"profile": "standard", **more}))


def toxic(session: Any, one: AccessLevel, other: AccessLevel, mode: str = "approve", **more: Any) -> ToxicPair:
    """Two levels that one person may not hold together."""
    first, second = sorted((one, other), key=lambda level: level.id)
    columns = {"mode": mode, "reason": "Samma person kan lägga upp och betala.", **more}
    return _added(session, ToxicPair(first_level_id=first.id, second_level_id=second.id, **columns))


def appoint(session: Any, role: str, who: Person, system: System | None = None, **more: Any) -> Appointment:
    """Give ``who`` a role, since 2024."""
    given = {"role": role, "person": who, "system": system, "valid_from": SINCE, "source": "test"}
    return _added(session, Appointment(**{**given, **more}))


def deputise(session: Any, who: Person, deputy: Person, **more: Any) -> Deputyship:
    """Let ``deputy`` act for ``who``; all of 2026 unless ``more`` says otherwise."""
    period = {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31)}
    return _added(session, Deputyship(person_id=who.id, deputy_id=deputy.id, **{**period, **more}))


def left(person_id: int) -> EmploymentEnded:
    """What is published when it is certain that somebody has left."""
    return EmploymentEnded(person_id, "seen_again", DIRECTORY, clock.now())


def grant(session: Any, who: Person, level: AccessLevel, **more: Any) -> Grant:
    """What ``who`` already has, from before."""
    given = {"source": "legacy", "status": "active", "valid_from": SINCE, "granted_at": CHECKED}
    return _added(session, Grant(subject_id=who.id, level_id=level.id, **{**given, **more}))


def _added(session: Any, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
