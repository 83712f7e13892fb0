"""Runs the migrations as the owner of the tables: the application's own role may not alter them."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, pool

from app.db import Model

settings = current_app.extensions["settings"]
engine = create_engine(settings.database_owner_url or settings.database_url, poolclass=pool.NullPool)

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Model.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
