"""Which definition an order follows: the version that it started with, for as long as it lives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from app.catalogue.models import AccessLevel
from app.catalogue.queries import process_of
from app.db import db
from app.errors import NotAllowed
from app.links import services as links
from app.requests.models import AccessRequest, WorkflowVersion
from app.tasks.models import Task
from workflows import loader
from workflows.definition import Workflow


@lru_cache(maxsize=1)
def installed() -> Mapping[str, Workflow]:
    """The newest shipped version of each process, by name."""
    return loader.load_catalog()


@lru_cache(maxsize=64)
def _parsed(digest: str, source: str, name: str) -> Workflow:
    return loader.loads(source, name)


def for_level(level: AccessLevel, kind: str) -> Workflow:
    """The process that an order of the level starts with. Raises NotAllowed where none is installed for the kind."""
    workflow = installed().get(process_of(level))
    if workflow is None or not handles(level, kind):
        raise NotAllowed("process_missing", field="level")
    return workflow


def handles(level: AccessLevel, kind: str) -> bool:
    """True when an installed process takes orders of this kind for the level."""
    workflow = installed().get(process_of(level))
    return workflow is not None and level.profile in workflow.profiles and kind in workflow.kinds


def of(order: AccessRequest) -> Workflow:
    """The definition version that the order started with."""
    newest = installed().get(order.process)
    if newest is not None and newest.version == order.definition_version:
        return newest
    stored = db.session.scalar(
        select(WorkflowVersion).where(
            WorkflowVersion.process == order.process, WorkflowVersion.version == order.definition_version
        )
    )
    if stored is None:
        raise LookupError(f"{order.process} version {order.definition_version} is not stored")
    return _parsed(stored.digest, stored.source, f"{order.process}.yaml")


def not_stored() -> list[Workflow]:
    """The installed versions that no order can have started with yet."""
    stored = db.session.execute(select(WorkflowVersion.process, WorkflowVersion.version))
    known = {(process, version) for process, version in stored}
    return [w for w in installed().values() if (w.process, w.version) not in known]


def store(now: datetime) -> int:
    """Keep the text of every installed version in the database; returns how many were new.

    A process that has changed keeps its orders at their version, but the links of their mails die: what a link
    may decide is for the new version to say (email-decisions.md, point 4). The tasks stay as they are.

    Raises ValueError when a version that is stored already says something else now: a changed process
    needs a new version number, since orders under way keep theirs.
    """
    new = 0
    for workflow in installed().values():
        known = db.session.scalar(
            select(WorkflowVersion.digest).where(
                WorkflowVersion.process == workflow.process, WorkflowVersion.version == workflow.version
            )
        )
        if known is None:
            row = {
                "process": workflow.process,
                "version": workflow.version,
                "digest": workflow.digest,
                "source": Path(workflow.source_file).read_text(encoding="utf-8"),
                "loaded_at": now,
            }
            db.session.execute(insert(WorkflowVersion).values(row).on_conflict_do_nothing())
            links.revoke_for_tasks(_tasks_of(workflow.process), now=now)
            new += 1
        elif known != workflow.digest:
            raise ValueError(f"{workflow.process} version {workflow.version} has changed: give it a new version number")
    return new


def _tasks_of(process: str) -> Select[int]:
    return (
        select(Task.id).join(AccessRequest, AccessRequest.id == Task.request_id).where(AccessRequest.process == process)
    )
