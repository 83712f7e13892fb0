"""Statements that travel together: several in one journey to the database, by psycopg's pipeline.

They are written out in SQL and go to the driver as they are; nothing is compiled and no row of the ORM is made. The
server runs them one after the other, each with what the ones before it have done, as if they had come alone.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.rows import RowFactory, namedtuple_row
from sqlalchemy import Connection, Select, TextClause, exc
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

Written = TextClause | Select[Any]  # compiled once: the same object each time


@dataclass(frozen=True, slots=True)
class Statement:
    """What is sent. ``otherwise`` makes the error that is raised when the statement finds no row."""

    text: Written
    values: Mapping[str, Any]
    otherwise: Callable[[], Exception] | None = None
    row_factory: RowFactory[Any] = namedtuple_row


def send(connection: Connection, statements: Sequence[Statement]) -> list[list[Any]]:
    """The rows of each statement, as named tuples. Raises what SQLAlchemy raises, or what a statement asks for.

    One journey; two for a statement whose error is asked for, since what made it is read then.
    """
    for statement in statements:
        for listen in connection.dispatch.before_cursor_execute:
            listen(connection, None, _driver_text(statement.text), statement.values, None, False)
    try:
        found = _journey(connection.connection.driver_connection, statements)
    except psycopg.Error as error:
        raise _as_of_sqlalchemy(connection, statements[-1], error) from error
    for statement, rows in zip(statements, found, strict=True):
        if statement.otherwise is not None and not rows:
            raise statement.otherwise()
    return found


def is_alive(connection: Any) -> bool:
    """False when the server has closed an idle connection: then there is something to read where nothing is due.

    It asks the machine's own socket and not the server, so that it costs no journey.
    """
    if connection.closed:
        return False
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return not waiting.poll(0)


def _journey(driver: Any, statements: Sequence[Statement]) -> list[list[Any]]:
    if len(statements) == 1:
        return [_rows(_started(driver, statements[0]))]
    with driver.pipeline():
        cursors = [_started(driver, statement) for statement in statements]
    return [_rows(cursor) for cursor in cursors]


def _started(driver: Any, statement: Statement) -> psycopg.Cursor[Any]:
    cursor: psycopg.Cursor[Any] = driver.cursor(row_factory=statement.row_factory)
    return cursor.execute(_driver_text(statement.text), statement.values)


def _rows(cursor: psycopg.Cursor[Any]) -> list[Any]:
    """``cursor.description`` would tell as well whether there are rows, and make an object for each column."""
    return cursor.fetchall() if cursor.pgresult is not None and cursor.pgresult.nfields else []


@lru_cache(maxsize=512)
def _driver_text(statement: Written) -> str:
    """The statement with the driver's own marks for its values."""
    return str(statement.compile(dialect=PGDialect_psycopg()))


def _as_of_sqlalchemy(connection: Connection, statement: Statement, error: psycopg.Error) -> Exception:
    """The error that callers know; a connection that is lost is given up."""
    is_lost = connection.dialect.is_disconnect(error, connection.connection.driver_connection, None)  # type: ignore[arg-type]
    if is_lost:
        connection.invalidate(error)
    return exc.DBAPIError.instance(
        _driver_text(statement.text),
        dict(statement.values),
        error,
        psycopg.Error,
        hide_parameters=connection.engine.hide_parameters,
        connection_invalidated=is_lost,
        dialect=connection.dialect,
    )
