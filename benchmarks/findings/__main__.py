"""``python -m benchmarks.findings``: how good the detector of copied accounts is, and what it costs (rules.md C13, F2).

A generated municipality of 1,500 residents with role packages and 120 newcomers: 40 copies, 40 with the groups of a
package by order, 40 whose last two orders are late. Several seeds; takes about a minute.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from app import create_app
from app.config import load_settings
from app.db import db, transaction
from app.reconciliation import copied, members
from benchmarks.findings import generator
from benchmarks.findings.scoring import Score, score
from tests.people import municipality
from tests.servers import postgres

NIGHT = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)
SEEDS = range(1, 6)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="behorig-") as directory, postgres.database(Path(directory)) as database:
        urls = {
            "database_url": database.urls.application,
            "database_owner_url": database.urls.owner,
            "base_url": "http://localhost",
        }
        app = create_app(load_settings(mode="test", secret_key="only-for-a-benchmark-only-for-one", **urls))
        print("seed  precision  recall  source  ms")
        for seed in SEEDS:
            database.empty()
            with app.app_context():
                found, spent = _measure(seed)
            print(f"{seed:4}  {found.precision:9.2f}  {found.recall:6.2f}  {found.source:6.2f}  {spent * 1000:.0f}")


def _measure(seed: int) -> tuple[Score, float]:
    with transaction() as session:
        municipality(session)
    planted = generator.plant(NIGHT, seed)
    with transaction():
        members.lay_out((NIGHT + timedelta(days=1)).date())
        began = time.perf_counter()
        rows = db.session.execute(text(copied.COPIED), copied.PARAMETERS).all()
        spent = time.perf_counter() - began
        evidence = {row.person_id: {row.key: row.detail} for row in rows}
    return score(planted, evidence), spent


if __name__ == "__main__":
    main()
