"""``python -m benchmarks.control``: draft the reports of 30 systems and 5 boards from a year with 200,000 orders.

The data is read and kept with its hash, and the reports opened for writing (``rounds.freeze``, ``rounds.draft``).
Prints seconds and the peak memory of the process; how much of the memory is the product's own before it begins too.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from app import create_app
from app.config import load_settings
from app.control import rounds
from app.db import db, transaction
from tests.servers import postgres

MOST_SECONDS, MOST_MB = 60, 300
YEAR, AFTER = 2025, datetime(2026, 1, 7, 8, tzinfo=UTC)
SYSTEMS, BOARDS, PEOPLE = 30, 5, 5000
BLANK = {
    "boolean": "false",
    "jsonb": "'{}'",
    "integer": "1",
    "bigint": "1",
    "ARRAY": "'{}'",
    "date": "date '2025-01-01'",
}
BLANK["timestamp with time zone"] = "now()"
DAY = "(timestamptz '2025-01-02 08:00+01' + interval '1 minute' * (n % 480000))"
OF_LEVEL = "JOIN (SELECT id, row_number() OVER (ORDER BY id) AS k FROM access_level) l ON l.k = 1 + n % 90"
OF_PERSON = "JOIN (SELECT id, row_number() OVER (ORDER BY id) AS k FROM person) p ON p.k = 1 + n % :people"
GONE = "CASE WHEN r.id % 3 = 0 THEN r.ended_at + interval '1 day' * (20 + r.id % 5) END"
# Of each table: what its columns are, and from where; what must have a value and is not named gets a blank one.
ROWS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("unit", {"code": "'U' || n", "name": "'Enhet ' || n", "board": "'N' || n"}, "generate_series(1, 5) n"),
    (
        "person",
        {"employee_number": "'B' || n", "display_name": "'Namn ' || n", "login": "'b' || n", "mail": "'b' || n",
         "employment_status": "'active'", "unit_id": "1 + n % 5", "sort_key": "n::text"},
        "generate_series(1, :people) n",
    ),
    (
        "system",
        {"code": "'S' || n", "name": "'System ' || n", "board": "'N' || (1 + n % 5)", "lifecycle": "'production'",
         "confidentiality": "1 + n % 3", "personal_data": "'ordinary'", "guideline_version": "'1'"},
        "generate_series(1, :systems) n",
    ),
    (
        "access_level",
        {"system_id": "s.id", "code": "'L' || n", "label": "'Nivå ' || n", "active": "true", "position": "n",
         "profile": "(ARRAY['standard', 'sensitive', 'privileged'])[n]", "courses": "'[]'"},
        "system s, generate_series(1, 3) n",
    ),
    (
        "access_request",
        {"case_number": "'BEH-2025-' || n", "subject_id": "p.id", "orderer_id": "p.id", "level_id": "l.id",
         "scope": "n::text", "kind": "'new'", "process": "'business_system'", "submitted_at": DAY,
         "state": "(ARRAY['granted', 'granted', 'granted', 'rejected', 'lapsed'])[1 + n % 5]",
         "ended_at": f"{DAY} + interval '1 day' * (n % 9)"},
        f"generate_series(1, :orders) n {OF_LEVEL} {OF_PERSON}",
    ),
    (
        "access_grant",
        {"request_id": "r.id", "subject_id": "r.subject_id", "level_id": "r.level_id", "scope": "r.scope",
         "status": "CASE WHEN r.id % 3 = 0 THEN 'revoked' ELSE 'active' END", "source": "'request'",
         "valid_from": "r.ended_at::date", "granted_at": "r.ended_at", "revoked_at": GONE},
        "access_request r WHERE r.state = 'granted'",
    ),
    (
        "task",
        {"kind": "'revoke'", "grant_id": "g.id", "status": "'closed'", "due_on": "g.revoked_at::date - 1"},
        "access_grant g WHERE g.revoked_at IS NOT NULL",
    ),
)  # fmt: skip
MUST_HAVE = text(
    "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
    "AND table_name = :name AND is_nullable = 'NO' AND column_default IS NULL"
)


def main() -> None:
    """Fill, draft several times, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="behorig-") as directory, postgres.database(Path(directory)) as database:
        urls = {"database_url": database.urls.application, "database_owner_url": database.urls.owner}
        secret = "only-for-a-benchmark-only-for-one"
        app = create_app(load_settings(mode="test", secret_key=secret, base_url="http://localhost", **urls))
        with app.app_context():
            _fill(options.orders)
            before = _megabytes()
            spent = [_draft() for _ in range(options.runs)]
        _print(options.orders, spent, before)


def _fill(orders: int) -> None:
    """The year, a statement for each table."""
    known = {"people": PEOPLE, "systems": SYSTEMS, "orders": orders}
    with transaction() as session:
        for table, said, source in ROWS:
            blank = {name: BLANK.get(kind, "''") for name, kind in session.execute(MUST_HAVE, {"name": table})}
            columns = blank | said
            statement = text(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {source}"
            )
            session.execute(statement, {name: known[name] for name in statement.compile().params})
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _draft() -> float:
    """Seconds of one round, from nothing to reports that can be written in."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("UPDATE control_report SET data = NULL, digest = '', state = 'expected'"))
        connection.execute(text("UPDATE control_round SET frozen_at = NULL, drafted_at = NULL"))
    with transaction():
        rounds.open_round(YEAR, AFTER)
    began = time.perf_counter()
    with transaction():
        rounds.freeze(YEAR, AFTER)
    with transaction():
        rounds.draft(YEAR, AFTER)
    return time.perf_counter() - began


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _print(orders: int, spent: list[float], before: float) -> None:
    print(f"\n{orders} orders, {SYSTEMS} systems, {BOARDS} boards; load average {os.getloadavg()[0]:.1f}")
    low, high = min(spent), max(spent)
    print(f"drafted in {statistics.median(spent):.2f} s ({low:.2f} to {high:.2f}); at most {MOST_SECONDS}")
    print(f"peak memory {_megabytes():.0f} MB ({before:.0f} before it began); at most {MOST_MB}")


if __name__ == "__main__":
    main()
