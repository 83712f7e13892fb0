"""One thing by its key gives what the ORM would give, with what it names, and asks once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, inspect

from app.by_key import ByKey
from app.catalogue.models import AccessLevel, System
from app.db import db, transaction
from app.directory.models import Person
from tests.people import Town, municipality

PERSON = ByKey(Person, "unit", "manager.unit")
LEVEL = ByKey(AccessLevel, "system")
SYSTEM = ByKey(System, "levels")


@pytest.fixture
def town(app: Flask) -> Town:
    with transaction() as session:
        return municipality(session)


def columns(thing: Any) -> dict[str, Any]:
    return {attribute.key: getattr(thing, attribute.key) for attribute in inspect(type(thing)).column_attrs}


def test_it_gives_the_columns_that_the_orm_gives(town: Town) -> None:
    person_id, system_id = town.alice.id, town.mic.id
    asked = ((Person, person_id), (System, system_id))
    wanted = {model: columns(db.session.get(model, key)) for model, key in asked}
    db.session.commit()
    db.session.expunge_all()
    person, system = PERSON.get(person_id), SYSTEM.get(system_id)
    assert person is not None and system is not None
    assert columns(person) == wanted[Person]
    assert columns(system) == wanted[System]
    assert not inspect(person).modified


def test_what_it_names_is_there_without_another_statement(town: Town) -> None:
    person_id = town.alice.id
    db.session.commit()
    db.session.expunge_all()
    sent: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _u, statement, *_: sent.append(statement))
    person = PERSON.get(person_id)
    assert person is not None and person.unit is not None and person.manager is not None
    assert person.manager.unit is db.session.get(type(person.unit), person.manager.unit_id)
    assert PERSON.get(person_id) is person
    assert len(sent) == 1


def test_nobody_has_that_key(town: Town) -> None:
    assert PERSON.get(0) is None


def test_where_nothing_is_named_nothing_comes(town: Town) -> None:
    town.alice.unit_id = town.alice.manager_id = None
    person_id = town.alice.id
    db.session.commit()
    db.session.expunge_all()
    person = PERSON.get(person_id)
    assert person is not None and person.unit is None and person.manager is None


def test_what_the_session_knows_stays_as_it_is(town: Town) -> None:
    town.alice.display_name = "Alice i minnet"
    assert PERSON.read(town.alice.id) is town.alice
    assert town.alice.display_name == "Alice i minnet"
    db.session.rollback()


def test_a_change_is_stored_as_of_any_object(town: Town) -> None:
    person_id = town.alice.id
    db.session.commit()
    db.session.expunge_all()
    person = PERSON.get(person_id)
    assert person is not None
    person.title = "Bibliotekarie i Åmål"
    db.session.commit()
    db.session.expunge_all()
    again = PERSON.get(person_id)
    assert again is not None and again.title == "Bibliotekarie i Åmål"


def test_a_list_has_each_once_in_the_order_of_ids_and_is_read_again_when_forgotten(town: Town) -> None:
    system_id = town.mic.id
    db.session.add(AccessLevel(system_id=system_id, code="FLER", label="Fler", profile="basic"))
    db.session.commit()
    db.session.expunge_all()
    system = SYSTEM.read(system_id)
    assert system is not None
    ids = [level.id for level in system.levels]
    assert ids == sorted(set(ids)) and len(ids) > 1
    db.session.add(AccessLevel(system_id=system_id, code="NY", label="Ny", profile="basic"))
    db.session.flush()
    assert [level.id for level in SYSTEM.read(system_id).levels] == ids  # type: ignore[union-attr]  # it is there
    db.session.expire(system, ["levels"])
    assert len(SYSTEM.read(system_id).levels) == len(ids) + 1  # type: ignore[union-attr]
