"""A municipality of fourteen people, four systems and a level of each profile.

Few people on many chairs: managers who own systems, owners who order, administrators who grant. That is where
authorisation goes wrong.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.catalogue.models import AccessLevel, Agreement, Appointment, Course, System, ToxicPair
from app.catalogue.searching import fold
from app.db import db, transaction
from app.directory import services as directory
from app.directory.models import Person
from app.grants.models import Grant
from app.requests import definitions
from tests.stateful.register import Register

LONG_AGO = date(2024, 1, 1)
# Name, unit, manager, and what is particular about the account.
PEOPLE: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("Greta Lind", "SOC-LED", "", {"title": "Förvaltningschef"}),
    ("Bo Ek", "SOC-HEM", "Greta", {"title": "Enhetschef"}),
    ("Karin Dahl", "SOC-ADM", "Greta", {"title": "Administrativ chef"}),
    ("Anna Åberg", "SOC-HEM", "Bo", {"title": "Undersköterska"}),
    ("Hugo Öst", "SOC-HEM", "Bo", {"title": "Undersköterska", "employee_type": "tim"}),
    ("Lena Ny", "SOC-HEM", "Bo", {"title": "Biståndshandläggare"}),
    ("Olle Ask", "SOC-ADM", "Karin", {"title": "Systemägare"}),
    ("Siv Alm", "SOC-ADM", "Karin", {"title": "Systemförvaltare"}),
    ("Tor Bok", "SOC-ADM", "Karin", {"title": "Systemförvaltare"}),
    ("Per O'Brien", "SOC-ADM", "Karin", {"title": "Ekonom", "protected": True}),
    ("Inga Säker", "SOC-LED", "Greta", {"title": "Informationssäkerhetssamordnare"}),
    ("Ivar Tek", "SOC-LED", "Greta", {"title": "IT-chef"}),
    ("Ada Berg", "SOC-LED", "Ivar", {"title": "IT-arkitekt"}),
    ("Nils Kall", "SOC-HEM", "Bo", {"title": "Vikarie", "employee_type": "vikarie"}),
)
NUMBERS = {name.split()[0]: f"n{place:02d}" for place, (name, *_) in enumerate(PEOPLE, 1)}
WITHOUT_BASE = ("Lena", "Nils")
# Role, who, and of which system.
ROLES = (
    *(("system_owner", who, code) for who, code in (("Olle", "AD"), ("Karin", "MIC"), ("Bo", "EKO"), ("Olle", "PRO"))),
    *(("system_manager", who, code) for who in ("Siv", "Tor") for code in ("AD", "EKO", "PRO")),
    ("system_manager", "Siv", "MIC"),
    ("system_manager", "Anna", "MIC"),
    ("board_manager", "Greta", ""),
    ("infosec_coordinator", "Inga", ""),
    ("it_manager", "Ivar", ""),
    ("administrator", "Ivar", ""),
    ("administrator", "Ada", ""),
)
SYSTEMS = (
    ("AD", "Grundbehörighet", 1),
    ("MIC", "MicroMarc", 2),
    ("EKO", "Ekonomisystemet", 2),
    ("PRO", "Procapita", 3),
)
LEVELS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("AD", "BAS", {"profile": "basic", "is_base": True}),
    ("MIC", "LAN", {"profile": "basic", "access": "read"}),
    ("MIC", "DISK", {"profile": "standard", "position": 1}),
    ("EKO", "LEVREG", {"profile": "standard"}),
    ("EKO", "UTBET", {"profile": "standard", "position": 1}),
    ("EKO", "ADM", {"profile": "privileged", "position": 2, "access": "admin"}),
    (
        "PRO",
        "UTF",
        {"profile": "sensitive", "scope_kind": "unit", "max_days": 365, "courses": ["SEKRETESS"], "agreement": "SOC"},
    ),
)
TOXIC = (("EKO", "LEVREG", "UTBET", "approve"), ("EKO", "UTBET", "ADM", "enforce"))


def fill(register: Register) -> None:
    """Everybody's account."""
    for name, unit, _, facts in PEOPLE:
        register.employ(NUMBERS[name.split()[0]], name, unit_code=unit, unit_name=unit, board="SOC", **facts)
    for name, _, manager, _ in PEOPLE:
        register.report_to(NUMBERS[name.split()[0]], NUMBERS.get(manager, ""))


def settle(register: Register, now: datetime) -> None:
    """The municipality in an empty database: its people as the directory has them, its catalogue, who has what."""
    fill(register)
    with transaction() as session:
        directory.sync(now)
        definitions.store(now)
        people = {p.given_name: p for p in session.query(Person)}
        systems = {code: _system(code, name, k) for code, name, k in SYSTEMS}
        session.add_all(systems.values())
        levels = {(code, level): _level(systems[code], level, more) for code, level, more in LEVELS}
        session.add_all(levels.values())
        session.flush()
        session.add_all(_appointment(people[who], role, systems.get(code)) for role, who, code in ROLES)
        session.add(_orderer(people["Per"], people["Bo"]))
        session.add_all(_pair(levels[code, one], levels[code, other], mode) for code, one, other, mode in TOXIC)
        session.add(Course(code="SEKRETESS", name="Sekretess i socialtjänsten", valid_months=12))
        session.add(
            Agreement(
                type="SOC", version="1", name="Sekretessförbindelse", text="Jag har tystnadsplikt.", valid_from=LONG_AGO
            )
        )
        base = levels["AD", "BAS"]
        session.add_all(_held(p, base, now) for name, p in people.items() if name not in WITHOUT_BASE)


def _system(code: str, name: str, confidentiality: int) -> System:
    return System(
        code=code,
        name=name,
        board="SOC",
        confidentiality=confidentiality,
        integrity=2,
        availability=2,
        search=fold(f"{code} {name}"),
        functional_mailbox=f"{code.lower()}@exempel.se" if code == "EKO" else "",
    )


def _level(system: System, code: str, more: dict[str, Any]) -> AccessLevel:
    return AccessLevel(system=system, code=code, label=code, **more)


def _appointment(who: Person, role: str, system: System | None) -> Appointment:
    board = "SOC" if role == "board_manager" else ""
    return Appointment(role=role, person=who, system=system, board=board, valid_from=LONG_AGO, source="test")


def _orderer(who: Person, head: Person) -> Appointment:
    """Orders for whoever works in the unit that ``head`` leads, in all systems up to K2."""
    place = {"unit_id": head.unit_id, "max_confidentiality": 2}
    return Appointment(role="authorised_orderer", person=who, valid_from=LONG_AGO, source="test", **place)


def _pair(one: AccessLevel, other: AccessLevel, mode: str) -> ToxicPair:
    first, second = sorted((one, other), key=lambda level: level.id)
    return ToxicPair(first_level_id=first.id, second_level_id=second.id, mode=mode, reason="Lägga upp och betala.")


def _held(who: Person, level: AccessLevel, now: datetime) -> Grant:
    return Grant(
        subject_id=who.id, level_id=level.id, source="legacy", status="active", valid_from=LONG_AGO, granted_at=now
    )


def by_number(number: str) -> Person:
    """The person, in the present session."""
    found: Person = db.session.query(Person).filter_by(employee_number=number).one()
    return found
