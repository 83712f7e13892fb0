"""The database handle and the one commit of the product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, g
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """Base of every row."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Model)
migrate = Migrate()


@contextmanager
def transaction() -> Iterator[Any]:
    """All or nothing: commits when the block ends, rolls back when it raises. Blocks do not nest.

    What was handed to ``after_commit`` runs once the rows are safe; if the process dies before that,
    the sweeps of the worker find the rows.
    """
    if g.get("in_transaction"):
        raise RuntimeError("transaction() inside transaction(): services take part in the caller's")
    g.in_transaction, g.after_commit = True, []
    try:
        yield db.session
        db.session.commit()
    except BaseException:
        db.session.rollback()
        g.after_commit = []
        raise
    finally:
        g.in_transaction = False
    for act in g.pop("after_commit"):
        act()


def after_commit(act: Callable[[], None]) -> None:
    """Run ``act`` when the transaction under way has committed. It must be a nudge that may be lost."""
    pending = g.setdefault("after_commit", [])
    if act not in pending:
        pending.append(act)


def init_app(app: Flask) -> None:
    """Bind the database and the migrations to the application."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(Path(__file__).parent.parent / "migrations"))
