"""Asking for the checks of a version, and making them in the worker: what is asked for is a row, so nothing is lost."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from flask import current_app
from kombu.exceptions import OperationalError
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

import workflows
from app import clock, permissions
from app.db import after_commit, db, transaction
from app.directory.models import Person
from app.errors import NotAllowed
from app.events import publish
from app.processes import backtesting, proving
from app.processes.models import VersionCheck
from app.requests import definitions
from app.requests.models import WorkflowVersion
from workflows.events import Actor
from workflows.process_events import PRODUCT, WorkflowProved

log = structlog.get_logger(__name__)

CHECK_TASK = "behorig.process_checks"
PROOF, BACKTEST = "proof", "backtest"
ABANDONED = timedelta(minutes=30)  # a worker that took it and has not answered since is gone
LONGEST_BACK = timedelta(days=5 * 366)
# Every proposal is proved, also one that came with the product, and anew by a new engine.
WANTED = text("""
INSERT INTO workflow_check (version_id, kind, status, engine, asked_at)
SELECT id, 'proof', 'waiting', '', :now FROM workflow_version WHERE status = 'proposed'
ON CONFLICT (version_id, kind) DO UPDATE SET status = 'waiting', asked_at = :now, result = '{}'
  WHERE workflow_check.status IN ('done', 'failed') AND workflow_check.engine <> :engine
""")
CLAIM = text("""
UPDATE workflow_check SET status = 'running', started_at = :now WHERE id = (
  SELECT id FROM workflow_check
  WHERE status = 'waiting' OR (status = 'running' AND started_at < :abandoned)
  ORDER BY kind DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id
""")


@lru_cache(maxsize=1)
def engine() -> str:
    """A fingerprint of the rules as they run here: another engine may find what this one has not."""
    folder = Path(workflows.__file__).parent
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".json"))
    seen = hashlib.sha256()
    for path in files:
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def ask_proof(version_id: int, *, actor: Actor, now: datetime) -> None:
    """Let the worker prove the version."""
    _ask(version_id, PROOF, {"asked_by_id": actor.person_id, "asked_at": now})


def ask_backtest(version: WorkflowVersion, since: date, *, actor: Actor, now: datetime) -> None:
    """Let the worker replay the orders sent from ``since``, a local date. Raises Forbidden, NotAllowed.

    An earlier answer is forgotten, and one that is being made is not waited for.
    """
    permissions.require("administration", db.session.get_one(Person, actor.person_id))
    today = clock.local(now).date()
    if since > today:
        raise NotAllowed("since_ahead", field="since")
    if since < today - LONGEST_BACK:
        raise NotAllowed("since_too_far_back", field="since")
    _ask(version.id, BACKTEST, {"since": since, "asked_by_id": actor.person_id, "asked_at": now})


def _ask(version_id: int, kind: str, about: Mapping[str, Any]) -> None:
    new = {"status": "waiting", "engine": "", "started_at": None, "finished_at": None, "result": {}, **about}
    row = insert(VersionCheck).values(version_id=version_id, kind=kind, **new)
    db.session.execute(row.on_conflict_do_update(index_elements=["version_id", "kind"], set_=new))
    after_commit(nudge)


def nudge() -> None:
    """Tell the worker that something waits. It may be lost: the job looks by itself every half minute."""
    celery = current_app.extensions.get("celery")
    if celery is None:
        return
    try:
        celery.send_task(CHECK_TASK, retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("check_nudge_lost", error=type(error).__name__)


def of(version_id: int) -> dict[str, VersionCheck]:
    """The checks of a version by kind; one statement."""
    wanted = select(VersionCheck).where(VersionCheck.version_id == version_id)
    found = db.session.scalars(wanted.execution_options(populate_existing=True))
    return {check.kind: check for check in found}


def require_proof(version: WorkflowVersion) -> None:
    """Nothing for a version that this engine has proved safe.

    Raises NotAllowed: version_not_proved while there is no such proof, version_unsafe with what it has found.
    """
    proof = of(version.id).get(PROOF)
    if proof is None or proof.status != "done" or proof.engine != engine():
        raise NotAllowed("version_not_proved", process=version.process)
    if proof.result["problems"]:
        raise NotAllowed("version_unsafe", process=version.process, problems=tuple(proof.result["problems"]))


def run_waiting() -> int:
    """Make every check that waits, one after the other; returns how many (a job: may run twice, and beside itself)."""
    with transaction():
        db.session.execute(WANTED, {"now": clock.now(), "engine": engine()})
    made = 0
    while (check_id := _claim()) is not None:
        _make(check_id)
        made += 1
    return made


def _claim() -> int | None:
    """The next check that waits, taken; None when nothing does. A back-test goes after the proofs."""
    now = clock.now()
    with transaction():
        taken: int | None = db.session.scalar(CLAIM, {"now": now, "abandoned": now - ABANDONED})
    return taken


def _make(check_id: int) -> None:
    check = db.session.get_one(VersionCheck, check_id, populate_existing=True)
    version = db.session.get_one(WorkflowVersion, check.version_id)
    kind, since, started = check.kind, check.since, check.started_at
    try:
        workflow = definitions.version(version.process, version.version)
        if kind == PROOF:
            result: dict[str, Any] = {"problems": list(proving.problems(workflow))}
        else:
            assert since is not None
            result = backtesting.result(since, workflow)
        status = "done"
    except Exception as error:  # whatever it is, the page must say that there is no answer
        db.session.rollback()
        log.exception("process_check_failed", check_id=check_id)
        status, result = "failed", {"error": type(error).__name__}
    db.session.rollback()  # what was read is not kept while the answer is written
    with transaction():
        _store(check_id, started, status, result)


def _store(check_id: int, started: datetime | None, status: str, result: dict[str, Any]) -> None:
    """Keep the answer, unless the check was asked for anew or taken by another worker meanwhile."""
    mine = VersionCheck.id == check_id, VersionCheck.status == "running", VersionCheck.started_at == started
    now = clock.now()
    values = {"status": status, "engine": engine(), "finished_at": now, "result": result}
    kept = db.session.execute(update(VersionCheck).where(*mine).values(values).returning(VersionCheck)).scalar()
    if kept is None or kept.kind != PROOF or status != "done":
        return
    version = db.session.get_one(WorkflowVersion, kept.version_id)
    about = (version.id, version.process, version.version, version.digest)
    publish(WorkflowProved(*about, PRODUCT, now, "unsafe" if result["problems"] else ""))
