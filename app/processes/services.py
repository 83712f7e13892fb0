"""Four eyes on a process: one person proposes a version, another activates it. Callers hold the transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app import permissions
from app.db import db
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.processes import checks, proving
from app.requests.models import WorkflowVersion
from workflows.definition import Workflow
from workflows.events import Actor
from workflows.process_events import WorkflowActivated, WorkflowChanged, WorkflowProposed, WorkflowWithdrawn

LONGEST_WHY = 2000


def propose(text: str, name: str, *, why: str, actor: Actor, now: datetime) -> WorkflowVersion:
    """Store the definition in ``text`` as a proposal of the next version of its process.

    The worker proves it (``checks``), and nothing is activated before that. Raises DefinitionError where it cannot be
    read or has another number than the next, NotAllowed where what can be seen at once is not sound or ``why`` is
    empty, Conflict where somebody proposed the same number meanwhile. Then nothing is stored.
    """
    _administrator(actor)
    _reason(why)
    workflow = proving.read(text, name)
    workflow = proving.read(text, name, next_version=next_version(workflow.process))
    _sound(workflow)
    row = {
        "process": workflow.process,
        "version": workflow.version,
        "digest": workflow.digest,
        "source": text,
        "status": "proposed",
        "why": why.strip(),
        "proposed_by_id": actor.person_id,
        "proposed_at": now,
    }
    made = insert(WorkflowVersion).values(row).on_conflict_do_nothing().returning(WorkflowVersion.id)
    version_id = db.session.scalar(made)
    if version_id is None:
        raise Conflict("version_taken")
    checks.ask_proof(version_id, actor=actor, now=now)
    publish(WorkflowProposed(version_id, workflow.process, workflow.version, workflow.digest, actor, now, why.strip()))
    return db.session.get_one(WorkflowVersion, version_id)


def activate(proposal: WorkflowVersion, *, instead_of: int | None, actor: Actor, now: datetime) -> None:
    """Make the proposal the version that new orders start with. Orders under way keep theirs.

    ``instead_of`` is the number of the active version that the actor has compared it with, None for none. Raises
    NotAllowed for whoever proposed it and while the proof is not here and clean, Conflict where somebody was first.
    """
    _administrator(actor)
    held = _held(proposal.process)
    present = next((v for v in held if v.status == "active"), None)
    _still_proposed(proposal)
    if present is not None and present.version != instead_of:
        raise Conflict("version_changed", process=proposal.process)
    if present is not None and proposal.version < present.version:
        raise Conflict("version_overtaken", process=proposal.process)
    if actor.person_id is None or actor.person_id == proposal.proposed_by_id:
        raise NotAllowed("version_four_eyes", process=proposal.process)
    proving.read(proposal.source, f"{proposal.process}.yaml")  # by the language as it is today
    checks.require_proof(proposal)
    if present is not None:
        present.status = "superseded"
        db.session.flush()  # before the other becomes active: the database allows one at a time
    proposal.status, proposal.activated_by_id, proposal.activated_at = "active", actor.person_id, now
    db.session.flush()
    publish(_changed(WorkflowActivated, proposal, actor, now, instead_of=present.version if present else None))


def withdraw(proposal: WorkflowVersion, *, why: str, actor: Actor, now: datetime) -> None:
    """The proposal will not be used; its number is not used again. Raises Conflict when it is decided already."""
    _administrator(actor)
    _reason(why)
    _held(proposal.process)
    _still_proposed(proposal)
    proposal.status = "withdrawn"
    db.session.flush()
    publish(_changed(WorkflowWithdrawn, proposal, actor, now, reason=why.strip()))


def next_version(process: str) -> int:
    """The number that the next proposal of the process must have: one more than any that is stored."""
    newest = db.session.scalar(select(func.max(WorkflowVersion.version)).where(WorkflowVersion.process == process))
    return (newest or 0) + 1


def _held(process: str) -> list[WorkflowVersion]:
    """All versions of the process, read anew and locked: of two who decide at the same instant one waits here."""
    wanted = select(WorkflowVersion).where(WorkflowVersion.process == process).order_by(WorkflowVersion.version)
    return list(db.session.scalars(wanted.with_for_update().execution_options(populate_existing=True)))


def _still_proposed(proposal: WorkflowVersion) -> None:
    if proposal.status != "proposed":
        raise Conflict(f"version_{proposal.status}", process=proposal.process)


def _administrator(actor: Actor) -> None:
    person = db.session.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None:
        raise NotAllowed("version_four_eyes")
    permissions.require("administration", person)


def _reason(why: str) -> None:
    if not why.strip():
        raise NotAllowed("reason_needed", field="why")
    if len(why) > LONGEST_WHY:
        raise NotAllowed("reason_too_long", field="why")


def _sound(workflow: Workflow) -> None:
    problems = proving.seen_at_once(workflow)
    if problems:
        raise NotAllowed("version_unsafe", field="file", problems=problems)


def _changed(
    kind: type[WorkflowChanged], version: WorkflowVersion, actor: Actor, now: datetime, **more: object
) -> WorkflowChanged:
    about = (version.id, version.process, version.version, version.digest)
    return kind(*about, actor, now, **more)  # type: ignore[arg-type]  # reason or instead_of, as the caller says
