"""The database handle and the one commit of the product."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from flask import Flask, g
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from psycopg.rows import RowFactory, namedtuple_row
from sqlalchemy import CursorResult, MetaData, TextClause, event, exc
from sqlalchemy.orm import DeclarativeBase, Session

from app.statements import Statement, Written, is_alive, send

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


Row = dict[str, Any]
Writer = Callable[[list[Row]], None]


class Model(DeclarativeBase):
    """Base of every row."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Model)
migrate = Migrate()


@contextmanager
def transaction() -> Iterator[Any]:
    """All or nothing: commits when the block ends, rolls back when it raises. Blocks do not nest.

    What was handed to ``send_later`` and ``write_late`` is written before the commit. What was handed to
    ``after_commit`` runs once the rows are safe; if the process dies before that, the sweeps of the worker find them.
    """
    if g.get("late_rows") is not None:
        raise RuntimeError("transaction() inside transaction(): services take part in the caller's")
    g.late_rows, g.after_commit, g.waiting = {}, [], []
    try:
        yield db.session
        for writer, rows in g.late_rows.items():
            writer(rows)
        _send_waiting()
        db.session.commit()
    except BaseException:
        db.session.rollback()
        g.after_commit = []
        raise
    finally:
        g.late_rows, g.waiting = None, []
    for act in g.pop("after_commit"):
        act()


@contextmanager
def savepoint() -> Iterator[None]:
    """Undo only this block when it raises, with what it handed to ``send_later`` and ``write_late``."""
    kept = {writer: len(rows) for writer, rows in (g.late_rows or {}).items()}
    _send_waiting()
    try:
        with db.session.begin_nested():
            try:
                yield
                _send_waiting()
            except BaseException:
                g.waiting = []
                raise
    except BaseException:
        for writer, rows in g.late_rows.items():
            del rows[kept.get(writer, 0) :]
        raise


def rows_of(
    statement: Written, values: Mapping[str, Any], *, row_factory: RowFactory[Any] = namedtuple_row
) -> list[Any]:
    """The rows of a statement that is written out, as plain named tuples; what waits goes with it, before it."""
    waiting, g.waiting = g.get("waiting") or [], []
    return send(db.session.connection(), [*waiting, Statement(statement, values, row_factory=row_factory)])[-1]


def changed_by(statement: TextClause, values: Mapping[str, Any] | None = None) -> int:
    """How many rows a statement that is written out has changed."""
    return cast(CursorResult[Any], db.session.execute(statement, values)).rowcount


def send_later(
    statement: TextClause, values: Mapping[str, Any], *, otherwise: Callable[[], Exception] | None = None
) -> None:
    """Send a statement before whatever is sent next, in the same journey; at the latest before the commit.

    ``otherwise`` makes the error that is raised then, if the statement gives no row. Outside a transaction block it
    is sent at once.
    """
    g.setdefault("waiting", []).append(Statement(statement, values, otherwise))
    if g.get("late_rows") is None:
        _send_waiting()


def _send_waiting(*_event: object) -> None:
    """Nothing overtakes what waits: this is done before every statement of SQLAlchemy's as well."""
    if g and g.get("waiting"):
        waiting, g.waiting = g.waiting, []
        send(db.session.connection(), waiting)


def _refuse_dead(connection: Any, _record: object, _proxy: object) -> None:
    """Take no connection that the server has closed, as after its restart: the pool makes a new one."""
    if not is_alive(connection):
        raise exc.DisconnectionError()


def write_late(writer: Writer, rows: Sequence[Row]) -> None:
    """Hand rows that nothing in this transaction reads to ``writer``: once for all of them, before the commit.

    Outside a transaction block they are written at once.
    """
    if g.get("late_rows") is None:
        writer(list(rows))
    elif rows:
        g.late_rows.setdefault(writer, []).extend(rows)


def after_commit(act: Callable[[], None]) -> None:
    """Run ``act`` when the transaction under way has committed. It must be a nudge that may be lost."""
    pending = g.setdefault("after_commit", [])
    if act not in pending:
        pending.append(act)


def keep(session: Session, row: object) -> None:
    """Let a session know its rows until the transaction ends, not only as long as somebody holds them.

    Several reactions to one event read the same order; each would read it anew when the one before has let it go.
    """
    session.info.setdefault("kept", []).append(row)


def _let_go(session: Session, _transaction: object) -> None:
    session.info.pop("kept", None)


def init_app(app: Flask) -> None:
    """Bind the database and the migrations to the application."""
    db.init_app(app)
    if not event.contains(db.session, "loaded_as_persistent", keep):  # several applications share the session
        event.listen(db.session, "loaded_as_persistent", keep)
        event.listen(db.session, "after_transaction_end", _let_go)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", _send_waiting)
        event.listen(db.engine, "checkout", _refuse_dead)
    migrate.init_app(app, db, directory=str(Path(__file__).parent.parent / "migrations"))
