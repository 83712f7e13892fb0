"""The demonstration is furnished once; furnishing it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.catalogue import queries, services
from app.catalogue.loader import EXAMPLE
from app.catalogue.models import AccessLevel, Appointment, Deputyship, System
from app.db import db
from app.demonstration import loading
from app.demonstration.municipality import people
from app.directory.models import Person, Unit
from app.grants.models import Grant
from app.permissions import standing
from workflows.events import AppointmentChanged, CatalogueLoaded
from workflows.role_events import DeputyNamed

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
STATUS = {"tjänstledig": "on_leave", "konsult": "not_found"}


def sync() -> None:
    """What the directory's sync makes of the demonstration's people."""
    everybody = people(TODAY)
    units = {p["unit_code"]: Unit(code=p["unit_code"], name=p["unit_name"], board=p["board"]) for p in everybody}
    db.session.add_all(units.values())
    db.session.flush()
    for p in everybody:
        status = STATUS.get(p["employee_type"], "active" if p["enabled"] else "ended")
        person = Person(
            employee_number=p["employee_number"],
            display_name=p["display_name"],
            title=p["title"],
            unit_id=units[p["unit_code"]].id,
            employment_status="future" if p["starts_on"] else status,
            ends_on=date.fromisoformat(p["ends_on"]) if p["ends_on"] else None,
        )
        db.session.add(person)
    db.session.flush()


@pytest.fixture
def furnished(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The demonstration, loaded in a transaction that is undone; gives the events."""
    events: list[Any] = []
    table = {kind: [events.append] for kind in (CatalogueLoaded, AppointmentChanged, DeputyNamed)}
    monkeypatch.setitem(app.extensions, "reactions", table)
    with app.app_context():
        services.load_file(EXAMPLE, now=NOW)
        sync()
        loading.load(NOW)
        yield events
        db.session.rollback()


def who(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.display_name == name)).one()


def grants_of(name: str) -> dict[str, Grant]:
    wanted = select(Grant).where(Grant.subject_id == who(name).id)
    return {f"{g.level.system.code}.{g.level.code}": g for g in db.session.scalars(wanted)}


def counts() -> list[int | None]:
    return [db.session.scalar(select(func.count()).select_from(t)) for t in (Unit, Appointment, Deputyship, Grant)]


def test_second_time_changes_nothing(furnished: list[Any]) -> None:
    before = counts()
    furnished.clear()
    loading.load(NOW)
    assert (counts(), furnished) == (before, [])


def test_database_is_marked_as_the_demonstrations(furnished: list[Any]) -> None:
    assert standing.marked_as_demonstration()


def test_every_system_has_owner_and_two_managers(furnished: list[Any]) -> None:
    for system in db.session.scalars(select(System)):
        found = queries.role_holders(system.id, TODAY)
        assert len(found["system_owner"]) == 1 and len(found["system_manager"]) == 2


def test_roles_of_the_municipality_are_filled(furnished: list[Any]) -> None:
    assert queries.coordinators(TODAY) == [who("Henrik Strand")]
    assert queries.it_managers(TODAY) == [who("Ingrid Norrby")]
    assert queries.board_managers("KTN", TODAY) == [who("Maria-Therése af Ugglas-Åkerström")]
    assert len([b for b in ("KS", "BUN", "SOC", "KTN") if queries.board_managers(b, TODAY)]) == 4


def test_eva_may_order_for_the_library_but_not_for_a_school(furnished: list[Any]) -> None:
    system = queries.system("RCO").id
    unit = {code: id_ for code, id_ in db.session.execute(select(Unit.code, Unit.id))}
    assert queries.orderer_covers(who("Eva Lind").id, unit["KTF-BIB"], system, TODAY)
    assert not queries.orderer_covers(who("Eva Lind").id, unit["BOU-TAL"], system, TODAY)


def test_units_hang_together_and_priority_sites_are_marked(furnished: list[Any]) -> None:
    units = {unit.code: unit for unit in db.session.scalars(select(Unit))}
    assert units["KTF-BIB"].parent_id == units["KTF"].id
    assert units["KTF"].parent_id == units["KLK"].id
    assert units["KLK"].parent_id is None
    assert units["SOF-TAL"].priority_site and not units["KTF-BIB"].priority_site


def test_manager_on_leave_has_a_deputy_instead_and_bob_a_standing_one(furnished: list[Any]) -> None:
    olle, bob = who("Olle Bergvall").id, who("Bob Ek").id
    assert queries.deputies_of([olle, bob], TODAY, absence=True) == {olle: [who("Pia Norén")]}
    assert list(queries.deputies_of([olle, bob], TODAY, absence=False)) == [bob]


def test_who_works_here_has_a_base_grant_and_nobody_else(furnished: list[Any]) -> None:
    base = queries.base_level().id
    having = set(db.session.scalars(select(Grant.subject_id).where(Grant.level_id == base)))
    employed = select(Person.id).where(Person.employment_status.in_(["active", "on_leave"]))
    assert having == set(db.session.scalars(employed))
    assert {who(name).id for name in ("Kajsa Ängström", "Lars Wallin", "Nils Falk")}.isdisjoint(having)
    assert grants_of("Jonas Öhman")["AD.BAS"].valid_to == date(2026, 5, 16)


def test_alice_has_nothing_in_micromarc_yet(furnished: list[Any]) -> None:
    assert list(grants_of("Alice Åkesson")) == ["AD.BAS"]
    assert grants_of("Carol Dahl")["MIC.ADM"].valid_to is not None


def test_legacy_grants_are_marked_scoped_and_end_with_the_employment(furnished: list[Any]) -> None:
    dan, amina = grants_of("Dan Öberg")["PRO-BUN.LARARE"], grants_of("Amina Warsame")["PRO-BUN.LARARE"]
    assert (dan.source, dan.scope, dan.status, dan.valid_to) == ("legacy", "Tallskolan", "active", None)
    assert amina.valid_to == date(2026, 6, 30)


def test_no_grant_is_given_again_after_it_was_revoked(furnished: list[Any]) -> None:
    gone = grants_of("Dan Öberg")["PRO-BUN.LARARE"]
    gone.status = "revoked"
    loading.load(NOW)
    assert grants_of("Dan Öberg")["PRO-BUN.LARARE"].id == gone.id
    assert db.session.scalar(select(func.count()).select_from(AccessLevel)) == 132
