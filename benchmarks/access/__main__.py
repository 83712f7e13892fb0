"""``python -m benchmarks.access``: who has what and why, of one person among a million rights.

100,000 people with ten rights each, the whole page in process (session, permissions, statements, template), for another
person each time. Beside it a page of the same kind that reads one row: one file from HR, by the same reader.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app import clock, create_app
from app.catalogue.models import Appointment
from app.config import load_settings
from app.db import db, transaction
from app.directory.hr_models import HrFile
from app.directory.models import Person
from benchmarks.reconciliation.filling import NIGHT, fill
from tests.servers import postgres

TARGET = 3.0
WARM = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="behorig-") as directory, postgres.database(Path(directory)) as database:
        urls = {"database_url": database.urls.application, "database_owner_url": database.urls.owner}
        secret = "only-for-a-benchmark-only-for-one"
        app = create_app(load_settings(mode="test", secret_key=secret, base_url="http://localhost", **urls))
        with app.app_context():
            rights = fill(options.people).rights
            reader = _reader()
            people = list(db.session.scalars(select(Person.id).where(Person.id != reader)))
            db.session.rollback()
        client = _logged_in(app, reader)
        chosen = random.Random(1).choices(people, k=options.pages + WARM)
        one_row = _timed(client, lambda _: "/hr-files/1", chosen)
        of_person = _timed(client, lambda person: f"/access/people/{person}", chosen)
        _print(rights, one_row, of_person)


def _reader() -> int:
    """The coordinator, who may see everybody; with one file from HR to look at."""
    with transaction() as session:
        reader = session.scalars(select(Person.id).limit(1)).one()
        session.add(Appointment(person_id=reader, role="infosec_coordinator", valid_from=clock.today()))
        file = {"name": "hr.csv", "digest": "0", "written_at": NIGHT, "read_at": NIGHT, "state": "applied"}
        session.add(HrFile(**file))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return reader


def _logged_in(app: Flask, reader: int) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(person_id=reader, method="ad", since=time.time())
    return client


def _timed(client: FlaskClient, path: Callable[[int], str], people: Sequence[int]) -> list[float]:
    """Milliseconds of each page, but for the first ones."""
    spent = []
    for person in people:
        began = time.perf_counter()
        answer = client.get(path(person))
        spent.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.status
    return spent[WARM:]


def _print(rights: int, one_row: list[float], of_person: list[float]) -> None:
    print(f"\n{rights} rights; {len(of_person)} pages of each; load average {os.getloadavg()[0]:.1f}")
    found = {}
    for name, spent in (("a page that reads one row", one_row), ("who has what and why, of one person", of_person)):
        found[name] = _p95(spent)
        print(f"p95 {_p95(spent):6.1f} ms, median {statistics.median(spent):6.1f} ms  {name}")
    least, most = found.values()
    print(f"\nratio of p95: {most / least:.2f} (at most {TARGET})")


def _p95(spent: Sequence[float]) -> float:
    return statistics.quantiles(spent, n=20)[-1]


if __name__ == "__main__":
    main()
