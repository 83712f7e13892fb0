"""Statements that travel together: what waits goes first, says what it was to find, and dies with its savepoint."""

from __future__ import annotations

import psycopg
import pytest
from flask import Flask
from sqlalchemy import exc, text

from app.db import db, rows_of, savepoint, send_later, transaction
from app.errors import Conflict
from app.statements import is_alive
from tests.servers.postgres import TestDatabase

MAKE = text("INSERT INTO unit (code, name, board, priority_site) VALUES (:code, 'Å''s enhet', '', false)")
NAMED = text("SELECT code, name FROM unit WHERE code = :code")
RENAME = text("UPDATE unit SET name = :name WHERE code = :code RETURNING id")
PID = text("SELECT pg_backend_pid()")
UNIT = {"code": "A"}


def is_there() -> bool:
    return bool(db.session.scalar(text("SELECT EXISTS (SELECT FROM unit WHERE code = 'A')")))


def test_what_waits_is_seen_by_the_next_read_and_by_the_orm(app: Flask) -> None:
    with transaction():
        send_later(MAKE, UNIT)
        (row,) = rows_of(NAMED, UNIT)
        assert (row.code, row.name) == ("A", "Å's enhet")
        send_later(RENAME, {**UNIT, "name": "B"})
        assert db.session.scalar(text("SELECT name FROM unit WHERE code = 'A'")) == "B"


def test_what_waits_is_there_after_the_commit(app: Flask) -> None:
    with transaction():
        send_later(MAKE, UNIT)
    assert is_there()


def test_a_statement_that_finds_nothing_undoes_the_transaction(app: Flask) -> None:
    with pytest.raises(Conflict, match="unit_gone"), transaction():
        send_later(MAKE, UNIT)
        send_later(RENAME, {"code": "nobody's", "name": "B"}, otherwise=lambda: Conflict("unit_gone"))
        send_later(RENAME, {**UNIT, "name": "C"})
    assert not is_there()


def test_an_error_of_the_database_is_sqlalchemys_also_among_several(app: Flask) -> None:
    with pytest.raises(exc.IntegrityError, match="uq_unit_code") as caught, transaction():
        send_later(MAKE, UNIT)
        send_later(MAKE, UNIT)
        send_later(RENAME, {**UNIT, "name": "C"})
    assert isinstance(caught.value.orig, psycopg.errors.UniqueViolation)
    assert not is_there()
    with transaction():
        send_later(MAKE, UNIT)
    assert is_there()


def test_a_savepoint_takes_what_was_handed_in_inside_it(app: Flask) -> None:
    with transaction():
        send_later(MAKE, {"code": "before"})
        with pytest.raises(Conflict), savepoint():
            send_later(MAKE, UNIT)
            raise Conflict("changed")
        send_later(MAKE, {"code": "after"})
    assert not is_there()
    assert rows_of(NAMED, {"code": "before"}) and rows_of(NAMED, {"code": "after"})


def test_outside_a_transaction_nothing_waits(app: Flask) -> None:
    send_later(MAKE, UNIT)
    assert is_there()
    db.session.rollback()


def test_a_connection_that_the_server_has_closed_is_not_taken(app: Flask, database: TestDatabase) -> None:
    """As after a restart of the database: the first request is none that fails."""
    db.session.rollback()
    with db.engine.connect() as one, db.engine.connect() as two:
        ended = [one.scalar(PID), two.scalar(PID)]
    with psycopg.connect(database.urls.application) as outside:
        outside.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s::int[]) AS pid", [ended])
    with db.engine.connect() as one, db.engine.connect() as two:
        assert {one.scalar(PID), two.scalar(PID)}.isdisjoint(ended)


def test_a_closed_connection_is_not_alive(app: Flask, database: TestDatabase) -> None:
    connection = psycopg.connect(database.urls.application)
    assert is_alive(connection)
    connection.close()
    assert not is_alive(connection)
