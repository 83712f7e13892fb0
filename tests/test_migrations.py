"""The migrations make the tables that the models describe."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from app.db import Model, db, migrate


def test_tables_are_as_the_models_say(app: Flask) -> None:
    """Columns, types, keys, constraints' names and indexes: what autogenerate would change is nothing."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, Model.metadata)
    assert differences == []


def test_there_is_one_newest_revision(app: Flask) -> None:
    """Two people's migrations must not both claim to be the next."""
    assert len(ScriptDirectory.from_config(migrate.get_config()).get_heads()) == 1
