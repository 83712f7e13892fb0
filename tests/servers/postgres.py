"""One migrated database for the session, emptied before each test that uses it.

Services commit, and several connections look at the same rows: undoing a transaction is not enough.
Emptying by DELETE takes 2-3 ms on small tables; TRUNCATE 40 ms, a database from a template 60 ms.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import psycopg
from flask import Flask
from psycopg import sql

from app import db
from app.config import load_settings
from app.demonstration.embedded import Database, create_database, postgresql

NAME = "behorig_test"
EXISTING = "BEHORIG_TEST_POSTGRES"  # the address of a superuser on a server that is there, to test on another version
KEPT = ("alembic_version",)


class TestDatabase:
    """Migrated; ``urls`` says who may connect."""

    __test__ = False  # a name, not a test

    def __init__(self, urls: Database) -> None:
        self.urls = urls
        self._migrate()
        self._superuser = psycopg.connect(urls.superuser, autocommit=True)
        # The append-only trigger and the foreign keys stand back, for this connection only.
        self._superuser.execute("SET session_replication_role = replica")
        self._superuser.execute("SET lock_timeout = '10s'")
        self._emptying = self._statements()

    def empty(self) -> None:
        """Remove every row and start the sequences again. Raises LockNotAvailable when a test has left a lock."""
        self._superuser.execute(self._emptying)

    def forge(self, statements: str) -> None:
        """Change rows as the product never may: its triggers and foreign keys stand back."""
        self._superuser.execute(statements.encode())

    def close(self) -> None:
        """Give the superuser's connection back."""
        self._superuser.close()

    def _migrate(self) -> None:
        application = Flask("migrations")
        application.extensions["settings"] = load_settings(
            mode="test", base_url="http://localhost", secret_key="x" * 32,
            database_url=self.urls.application, database_owner_url=self.urls.owner,
        )  # fmt: skip
        application.config["SQLALCHEMY_DATABASE_URI"] = "postgresql+psycopg://"
        db.init_app(application)
        with application.app_context():
            flask_migrate.upgrade()

    def _statements(self) -> sql.Composed:
        tables = self._names("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        sequences = self._names("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        deletes = [sql.SQL("DELETE FROM {}").format(sql.Identifier(t)) for t in tables if t not in KEPT]
        restarts = [sql.SQL("setval({}, 1, false)").format(sql.Literal(s)) for s in sequences]
        return sql.SQL("; ").join([*deletes, sql.SQL("SELECT ") + sql.SQL(", ").join(restarts)])

    def _names(self, question: str) -> list[str]:
        return [name for (name,) in self._superuser.execute(question.encode())]


@contextmanager
def database(directory: Path) -> Iterator[TestDatabase]:
    """The session's database, on a private server under ``directory`` or on BEHORIG_TEST_POSTGRES."""
    if superuser := os.environ.get(EXISTING):
        name = f"{NAME}_{os.getpid()}"
        try:
            with _opened(superuser, name) as found:
                yield found
        finally:
            with psycopg.connect(superuser, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        return
    with postgresql(directory, durable=False) as superuser, _opened(superuser, NAME) as found:
        yield found


@contextmanager
def _opened(superuser: str, name: str) -> Iterator[TestDatabase]:
    found = TestDatabase(create_database(superuser, name))
    try:
        yield found
    finally:
        found.close()
