"""Makes an empty database the demonstration's, through the same services as an installation; again does no harm.

python -m app.demonstration.furnishing app:create_app
"""

from __future__ import annotations

import gc
import sys
from datetime import datetime

import flask_migrate
from flask.cli import ScriptInfo

from app import clock
from app.catalogue import services as catalogue
from app.catalogue.loader import EXAMPLE
from app.db import transaction
from app.demonstration import loading, orders, papers, profiles, reconciling, reviewing, systems, training
from app.directory import services as directory
from app.requests import definitions


def furnish(now: datetime) -> None:
    """Tables, processes, catalogue, the directory's people, roles, what people had, findings, a review, and orders."""
    flask_migrate.upgrade()
    with transaction():
        definitions.store(now)
        catalogue.load_file(EXAMPLE, now=now)
    with transaction():
        directory.sync(now)
    with transaction():
        loading.load(now)
        training.load(now)
        papers.load(now)
        systems.load(now)
        profiles.load(now)
    reconciling.load(now)
    with transaction():
        reviewing.load(now)
    orders.place(now)


def main(factory: str) -> None:
    """Furnish for the application that ``factory`` makes: named in words, as for gunicorn, for it is wiring."""
    gc.disable()  # the process ends in seconds, and what it loads lives until then
    with ScriptInfo(app_import_path=factory).load_app().app_context():
        furnish(clock.now())


if __name__ == "__main__":
    main(sys.argv[1])
