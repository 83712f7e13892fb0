"""Reading the versions of processes, and the orders that follow them."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import defer, joinedload

from app.db import db
from app.errors import NotFound
from app.requests.models import UNDER_WAY, AccessRequest, WorkflowVersion
from app.requests.queries import WITH_NAMES

WITH_PEOPLE = (joinedload(WorkflowVersion.proposed_by), joinedload(WorkflowVersion.activated_by))

FOLLOWING = text("""
SELECT process, number, count(*) FROM (
  SELECT process, definition_version AS number FROM access_request WHERE submitted_at IS NOT NULL AND ended_at IS NULL
  UNION ALL SELECT process, definition_version FROM matter WHERE ended_at IS NULL
  UNION ALL SELECT 'authorised_orderer', definition_version FROM orderer_appointment WHERE ended_at IS NULL
  UNION ALL SELECT 'role_handover', definition_version FROM role_handover WHERE ended_at IS NULL
  UNION ALL SELECT 'paper_routine', definition_version FROM outage WHERE closed_at IS NULL
  UNION ALL SELECT 'absence', definition_version FROM absence WHERE ended_at IS NULL
  UNION ALL SELECT 'mover', definition_version FROM mover WHERE ended_at IS NULL
  UNION ALL SELECT 'leaver', definition_version FROM leaver
    WHERE state IN ('planned', 'prepared', 'removing', 'verifying')
) AS under_way GROUP BY process, number
""")


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
    """How many orders, roles and others under way follow each version, by process and number; one statement."""
    return {(process, number): count for process, number, count in db.session.execute(FOLLOWING)}
