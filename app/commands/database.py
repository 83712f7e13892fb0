"""``behorig db``: the tables, and the versions of processes that are kept in them."""

from __future__ import annotations

import click
import flask_migrate

from app import clock
from app.commands.inside import command
from app.commands.lazy import Fault
from app.commands.proving import require_proof
from app.db import transaction
from app.requests import definitions


@command("upgrade")
def upgrade() -> None:
    """Uppdatera tabellerna som deras ägare och lagra processernas versioner. En ny version måste vara bevisat säker."""
    flask_migrate.upgrade()
    try:
        with transaction():
            for definition in definitions.not_stored():
                require_proof(definition)
            new = definitions.store(clock.now())
    except ValueError as error:
        raise Fault(str(error)) from error
    click.echo(f"Databasen är uppdaterad. {new} nya processversioner; behorig check säger om någon ska aktiveras.")
