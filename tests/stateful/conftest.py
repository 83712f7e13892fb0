"""A municipality to drive, and a look at its tables that the product does not know of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.processes import proving
from app.requests import definitions
from tests.servers.postgres import TestDatabase
from tests.servers.smtp import MailServer
from tests.stateful.stored import Ledger
from tests.stateful.world import World


@pytest.fixture
def ledger(database: TestDatabase) -> Iterator[Ledger]:
    """A look at the tables that the product does not know of."""
    found = Ledger(database.urls.superuser)
    yield found
    found.close()


@pytest.fixture
def world(app: Flask, database: TestDatabase, smtp: MailServer, ledger: Ledger) -> Iterator[World]:
    """A municipality; what stood for the directory before stands there again afterwards."""
    before = app.extensions.get("directory")
    yield World(app, database, smtp, ledger)
    app.extensions.pop("directory", None)
    if before is not None:
        app.extensions["directory"] = before
    definitions.version.cache_clear()
    proving._is_proved.cache_clear()
