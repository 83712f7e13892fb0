"""``python -m benchmarks.review``: opening a review of a million rights of 50,000 people, and a reviewer's page of it.

Opening is one statement: it finds the reviewer of each right and freezes the row. The limit: INSERT ... SELECT
of the same rows, lying ready, into a table with a key and two indexes. The page is of a reviewer with 300 rights to
answer, in process; beside it a page that reads one row, by the same reader.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, create_engine, text

from app import clock, create_app
from app.catalogue.models import Appointment
from app.config import load_settings
from app.db import db, transaction
from app.directory.hr_models import HrFile
from app.reviews import opening
from app.reviews.models import ReviewCampaign
from benchmarks.reconciliation.filling import NIGHT, fill
from tests.servers import postgres

OPENING_TARGET, PAGE_TARGET = 1.2, 3.0
RUNS, WARM = 5, 20
FILL = (
    """
    INSERT INTO unit (code, name, board, priority_site, parent_id)
    SELECT 'U' || n, 'Enhet ' || n, 'KS', false, (SELECT id FROM unit WHERE code = 'U')
    FROM generate_series(0, (SELECT max(id) / 45 FROM person)) n
    """,
    "UPDATE person SET unit_id = (SELECT id FROM unit WHERE code = 'U' || person.id / 45)",
    # Each manager leads 15, with 300 rights.
    "UPDATE person SET manager_id = CASE WHEN id = 1 THEN 16 WHEN id % 15 = 1 THEN 1 ELSE (id / 15) * 15 + 1 END",
    """
    INSERT INTO access_grant (subject_id, level_id, source, status, scope, valid_from, granted_at, target_user_id,
      revoke_reason, version)
    SELECT subject_id, level_id, source, status, 'B', valid_from, granted_at, '', '', 1 FROM access_grant
    """,
)
LIMIT = (
    "CREATE TABLE limit_item (LIKE review_item INCLUDING DEFAULTS)",
    "ALTER TABLE limit_item ADD PRIMARY KEY (campaign_id, grant_id)",
    "CREATE INDEX ON limit_item (reviewer_id, campaign_id)",
    "CREATE INDEX ON limit_item (subject_id)",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--pages", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="behorig-") as directory, postgres.database(Path(directory)) as database:
        urls = {"database_url": database.urls.application, "database_owner_url": database.urls.owner}
        secret = "only-for-a-benchmark-only-for-one"
        app = create_app(load_settings(mode="test", secret_key=secret, base_url="http://localhost", **urls))
        engine = create_engine(database.urls.owner, isolation_level="AUTOCOMMIT")
        with app.app_context():
            fill(options.people)
            with engine.connect() as owner:
                for statement in (*FILL, "VACUUM ANALYZE"):
                    owner.execute(text(statement))
            campaign = _planned()
            values = {**opening.scope_of(campaign).values(clock.today()), "campaign": campaign.id}
            db.session.rollback()
            with engine.connect() as owner:
                _opening(owner, values)
            reader = _reader(campaign.id)
        _pages(app, reader, options.pages)


def _planned() -> ReviewCampaign:
    with transaction() as session:
        unit = session.scalar(text("SELECT id FROM unit WHERE code = 'U'"))
        today, now = clock.today(), clock.now()
        due = {"opened_at": now, "due_on": today, "grace_until": today}
        made = ReviewCampaign(kind="unit", unit_id=unit, state="open", planned_on=today, created_at=now, **due)
        session.add(made)
        session.flush()
    return made


def _opening(owner: Connection, values: dict[str, object]) -> None:
    ours, least = [], []
    for run in range(RUNS):
        ours.append(_seconds(owner, opening.FREEZE, "review_item", values))
        if not run:
            owner.execute(text("CREATE TABLE ready AS SELECT * FROM review_item"))
            for statement in LIMIT:
                owner.execute(text(statement))
        least.append(_seconds(owner, text("INSERT INTO limit_item SELECT * FROM ready"), "limit_item", {}))
    rows = owner.scalar(text("SELECT count(*) FROM ready"))
    owner.execute(text("DROP TABLE limit_item"))
    print(f"\nopening {rows} rights, medians of {RUNS}; load average {os.getloadavg()[0]:.1f}")
    for name, spent in (("INSERT ... SELECT, key and two indexes", least), ("opening the review", ours)):
        print(f"{statistics.median(spent):6.2f} s ({min(spent):.2f} to {max(spent):.2f})  {name}")
    print(f"ratio: {statistics.median(ours) / statistics.median(least):.2f} (at most {OPENING_TARGET})")


def _seconds(owner: Connection, statement: object, table: str, values: dict[str, object]) -> float:
    owner.execute(text(f"TRUNCATE {table}"))
    began = time.perf_counter()
    owner.execute(statement, values)  # type: ignore[call-overload]
    return time.perf_counter() - began


def _reader(campaign_id: int) -> tuple[int, int]:
    """A reviewer with 300 rights, who may see a file from HR as well; and the part."""
    with transaction() as session:
        session.execute(opening.PARTS, {"campaign": campaign_id})
        part, reader = session.execute(
            text("SELECT id, reviewer_id FROM review_part ORDER BY id LIMIT 1 OFFSET 100")
        ).one()
        session.add(Appointment(person_id=reader, role="infosec_coordinator", valid_from=clock.today()))
        file = {"name": "hr.csv", "digest": "0", "written_at": NIGHT, "read_at": NIGHT, "state": "applied"}
        session.add(HrFile(**file))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return reader, part


def _pages(app: Flask, reader: tuple[int, int], pages: int) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(person_id=reader[0], method="ad", since=time.time())
    found = {}
    for name, path in (
        ("a page that reads one row", "/hr-files/1"),
        ("300 rights to review", f"/reviews/parts/{reader[1]}"),
    ):
        spent = _timed(client, path, pages)
        found[name] = statistics.quantiles(spent, n=20)[-1]
        print(f"p95 {found[name]:6.1f} ms, median {statistics.median(spent):6.1f} ms  {name}")
    least, most = found.values()
    print(f"ratio of p95: {most / least:.2f} (at most {PAGE_TARGET})")


def _timed(client: FlaskClient, path: str, pages: int) -> list[float]:
    spent = []
    for _ in range(pages + WARM):
        began = time.perf_counter()
        answer = client.get(path)
        spent.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.status
    return spent[WARM:]


if __name__ == "__main__":
    main()
