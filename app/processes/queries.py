"""Reading the versions of processes, and the orders that follow them."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import defer, joinedload

from app.db import db
from app.errors import NotFound
from app.requests.models import UNDER_WAY, AccessRequest, WorkflowVersion
from app.requests.queries import WITH_NAMES

WITH_PEOPLE = (joinedload(WorkflowVersion.proposed_by), joinedload(WorkflowVersion.activated_by))


def versions(process: str | None = None) -> list[WorkflowVersion]:
    """The versions of a process, or of all, by process and newest first; their texts are not read."""
    wanted = select(WorkflowVersion).options(*WITH_PEOPLE, defer(WorkflowVersion.source))
    if process is not None:
        wanted = wanted.where(WorkflowVersion.process == process)
    return list(db.session.scalars(wanted.order_by(WorkflowVersion.process, WorkflowVersion.version.desc())))


def active(process: str) -> WorkflowVersion | None:
    """The version that new orders start with; None where there is none."""
    return db.session.scalar(
        select(WorkflowVersion)
        .where(WorkflowVersion.process == process, WorkflowVersion.status == "active")
        .options(*WITH_PEOPLE)
    )


def version(name: str, number: int) -> WorkflowVersion:
    """One version of the process with its people. Raises NotFound."""
    found = db.session.scalar(
        select(WorkflowVersion)
        .where(WorkflowVersion.process == name, WorkflowVersion.version == number)
        .options(*WITH_PEOPLE)
    )
    if found is None:
        raise NotFound()
    return found


def before(process: str, number: int) -> WorkflowVersion | None:
    """The version that was in force before this one; None for the first."""
    wanted = select(WorkflowVersion).where(
        WorkflowVersion.process == process,
        WorkflowVersion.version < number,
        WorkflowVersion.status.in_(("active", "superseded")),
    )
    return db.session.scalar(wanted.order_by(WorkflowVersion.version.desc()).limit(1))


def on_other_versions(process: str, number: int, limit: int) -> list[AccessRequest]:
    """Orders under way that follow another version than this, oldest first."""
    others = AccessRequest.process == process, AccessRequest.definition_version != number, text(UNDER_WAY)
    wanted = select(AccessRequest).where(*others).options(*WITH_NAMES).order_by(AccessRequest.id)
    return list(db.session.scalars(wanted.limit(limit)))


def under_way() -> dict[tuple[str, int], int]:
    """How many orders under way follow each version, by process and number; one statement."""
    counted = (
        select(AccessRequest.process, AccessRequest.definition_version, func.count())
        .where(text(UNDER_WAY))
        .group_by(AccessRequest.process, AccessRequest.definition_version)
    )
    return {(process, number): count for process, number, count in db.session.execute(counted)}
