"""``python -m benchmarks.reconciliation``: a night's reconciliation beside what PostgreSQL can do at best.

50,000 people, 500,000 memberships and as many rights, in the product's own tables. Ours: every membership laid beside
the tables, what has changed merged, all detectors run and all findings stored, told and logged (rules.md C13), after
which it is undone. The limit: COPY of the same memberships and rights into two bare tables and one full outer join.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from app import create_app
from app.config import load_settings
from app.db import db, transaction
from app.directory import groups
from app.directory.reading import copy_rows
from app.reconciliation import judging
from app.reconciliation.models import Baseline
from benchmarks.municipality.memberships import groups as group_names
from benchmarks.reconciliation.filling import NIGHT, Municipality, fill
from tests.servers import postgres

TARGET = 2.0
BARE = (
    "CREATE TEMP TABLE bare_member (group_guid text, member_guid text, member_dn text) ON COMMIT DROP",
    "CREATE TEMP TABLE bare_right (group_guid text, member_guid text, id bigint) ON COMMIT DROP",
)
JOINED = """
CREATE TEMP TABLE bare_finding ON COMMIT DROP AS
SELECT m.group_guid, m.member_guid, r.id FROM bare_member m FULL JOIN bare_right r
  ON r.group_guid = m.group_guid AND r.member_guid = m.member_guid
WHERE m.group_guid IS NULL OR r.id IS NULL
"""
RIGHTS = """
SELECT 'guid-' || l.directory_group, p.login, g.id FROM access_grant g
JOIN access_level l ON l.id = g.level_id JOIN person p ON p.id = g.subject_id
"""


class Undone(Exception):
    """The end of a run: nothing of it stays."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="behorig-") as directory, postgres.database(Path(directory)) as database:
        urls = {"database_url": database.urls.application, "database_owner_url": database.urls.owner}
        secret = "only-for-a-benchmark-only-for-one"
        app = create_app(load_settings(mode="test", secret_key=secret, base_url="http://localhost", **urls))
        with app.app_context():
            made = fill(options.people)
            _go_live()
            rights = [tuple(row) for row in db.session.execute(text(RIGHTS))]
            db.session.rollback()
            _print(made, *_measure(options.runs, made, rights))


def _go_live() -> None:
    with transaction() as session:
        session.add(Baseline(taken_at=NIGHT, taken_by_id=1, reason="", rights=0, people=0, reading_id=1))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _measure(runs: int, made: Municipality, rights: list[tuple[object, ...]]) -> tuple[list[float], list[float]]:
    limits, ours = [], []
    for _ in range(runs):
        limits.append(_timed(lambda: _bare(made, rights)))
        ours.append(_timed(lambda: _reconcile(made)))
    return limits, ours


def _timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    try:
        with transaction():
            act()
            spent = time.perf_counter() - began
            raise Undone
    except Undone:
        return spent


def _bare(made: Municipality, rights: list[tuple[object, ...]]) -> None:
    for statement in BARE:
        db.session.execute(text(statement))
    copy_rows("bare_member", "group_guid, member_guid, member_dn", made.members)
    copy_rows("bare_right", "group_guid, member_guid, id", rights)
    db.session.execute(text(JOINED))


def _reconcile(made: Municipality) -> None:
    groups.begin()
    rows = ((f"guid-{name}", name, f"CN={name}") for name in group_names())
    copy_rows("staged_group", "object_guid, name, dn", rows)
    copy_rows("staged_member", "group_guid, member_guid, member_dn", made.members)
    judging.keep(groups.merge("ldaps://dc", NIGHT), NIGHT)
    moved = judging.judge_latest(NIGHT)
    assert moved and moved["opened"], "nothing was found: the benchmark measures nothing"


def _print(made: Municipality, limits: list[float], ours: list[float]) -> None:
    print(f"\n{len(made.members)} memberships, {made.rights} rights; load average {os.getloadavg()[0]:.1f}")
    for name, spent in (("COPY and one full outer join", limits), ("reconciliation, findings stored", ours)):
        print(f"{statistics.median(spent):7.2f} s ({min(spent):.2f} to {max(spent):.2f})  {name}")
    ratio = statistics.median(ours) / statistics.median(limits)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nratio {ratio:.2f} (at most {TARGET}); peak memory {peak:.0f} MB, with the rows that the benchmark holds")


if __name__ == "__main__":
    main()
