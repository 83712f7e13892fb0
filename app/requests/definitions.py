"""Which definition an order follows: the version that it started with, for as long as it lives.

A new order starts with the version that is active in the database, so that all processes of the product see an
activation at once. What is stored is never changed (migration 0006), so a version is read and parsed once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from app.catalogue.models import AccessLevel
from app.catalogue.queries import confidentiality_of, process_of
from app.db import db, rows_of
from app.directory.models import Person
from app.errors import NotAllowed
from app.events import publish
from app.requests.models import AccessRequest, WorkflowVersion
from workflows import emergency, loader
from workflows.conditions import WITHIN, Traits, crossing_of
from workflows.crossing import GROUND
from workflows.definition import Workflow
from workflows.form_fields import Field, asked_of
from workflows.process_events import PRODUCT, WorkflowProposed

SENSITIVE = "sensitive_system"
ACTIVE = text("SELECT version FROM workflow_version WHERE process = :process AND status = 'active'")


@lru_cache(maxsize=1)
def installed() -> Mapping[str, Workflow]:
    """The newest version of each process that came with the product, by name. Orders follow what is active."""
    return loader.load_catalog()


@lru_cache(maxsize=256)
def version(process: str, number: int) -> Workflow:
    """A stored version, whatever its status; one statement the first time. Raises LookupError when it is not stored."""
    stored = select(WorkflowVersion.source).where(WorkflowVersion.process == process, WorkflowVersion.version == number)
    source = db.session.scalar(stored)
    if source is None:
        raise LookupError(f"{process} version {number} is not stored")
    return loader.loads(source, f"{process}.yaml")


def active(process: str) -> Workflow | None:
    """The version that new orders start with; None where no version is active. One statement."""
    found = rows_of(ACTIVE, {"process": process})
    return version(process, found[0].version) if found else None


def for_level(level: AccessLevel, kind: str) -> Workflow:
    """The process that an order of the level starts with. Raises NotAllowed where none is active for the kind."""
    workflow = active(_process(level, kind))
    if workflow is None or level.profile not in workflow.profiles or kind not in workflow.kinds:
        raise NotAllowed("process_missing", field="level")
    return workflow


def _process(level: AccessLevel, kind: str) -> str:
    """An emergency has a process of its own, whatever the level is otherwise ordered by (rules.md C7)."""
    return emergency.PROCESS if kind == emergency.KIND else process_of(level)


def traits_of(level: AccessLevel, kind: str, subject: Person | None = None) -> Traits:
    """What decides which questions an order of the level is asked; without a subject it is one within the nämnd."""
    licensed, k = bool(level.details.get("licensed_staff")), confidentiality_of(level)
    board = subject.unit.board if subject is not None and subject.unit else ""
    crossing = crossing_of(board, level.system.board, k) if subject is not None else WITHIN
    return Traits(level.profile, kind, confidentiality=k, licensed=licensed, crossing=crossing)


def asked(workflow: Workflow, traits: Traits) -> tuple[Field, ...]:
    """What an order with these traits is asked besides what every order is: by the version that it follows.

    What a sensitive right rests on (rules.md C3) is asked whatever the version says: in its words or, where it does not
    ask for that, in those of the process that came with the product. So no version grants without it. A legal ground
    is asked for by those versions alone that also ask the other side (G12).
    """
    own = workflow.form_of(traits)
    names = {one.name for one in workflow.questions}
    return own + tuple(one for one in asked_of(_of_sensitive(workflow), traits) if one.name not in names)


def every_question(workflow: Workflow) -> tuple[Field, ...]:
    """What any order by the version may have been asked, in the order of the form."""
    names = {one.name for one in workflow.questions}
    return workflow.questions + tuple(one for one in _of_sensitive(workflow) if one.name not in names)


def _of_sensitive(workflow: Workflow) -> tuple[Field, ...]:
    found = installed()[SENSITIVE].questions if workflow.process == SENSITIVE else ()
    return tuple(one for one in found if one.name != GROUND)


def all_active() -> Mapping[str, Workflow]:
    """The active version of each process, by name; one statement."""
    wanted = select(WorkflowVersion.process, WorkflowVersion.version).where(WorkflowVersion.status == "active")
    return {process: version(process, number) for process, number in db.session.execute(wanted).all()}


def handles(level: AccessLevel, kind: str, processes: Mapping[str, Workflow]) -> bool:
    """True when one of these processes takes orders of this kind for the level."""
    workflow = processes.get(_process(level, kind))
    return workflow is not None and level.profile in workflow.profiles and kind in workflow.kinds


def of(order: AccessRequest) -> Workflow:
    """The definition version that the order started with, or was moved to."""
    return version(order.process, order.definition_version)


def not_stored() -> list[Workflow]:
    """The installed versions that no order can have started with yet, and that ``store`` would keep."""
    known = _stored()
    missing = [w for w in installed().values() if (w.process, w.version) not in known]
    return [w for w in missing if w not in _overtaken(known)]


def store(now: datetime) -> int:
    """Keep the text of every version that came with the product; returns how many were new.

    In an empty database they are active at once. Later ones are proposed by the product, for a person to activate;
    but for a life (``workflow.life``) of which none is stored: it says what the product did before it could be read.
    Raises ValueError when a version that the product brought earlier says something else now: a changed process
    needs a new version number, since orders under way keep theirs. A number that the municipality has used, or has
    passed, is left alone (``overtaken`` tells).
    """
    known = _stored()
    for workflow in installed().values():
        digest, proposed_by = known.get((workflow.process, workflow.version), (workflow.digest, None))
        if digest != workflow.digest and proposed_by is None:
            raise ValueError(f"{workflow.process} version {workflow.version} has changed: give it a new version number")
    new = not_stored()
    processes = {process for process, _ in known}
    for workflow in new:
        is_first = not known or (workflow.life is not None and workflow.process not in processes)
        _keep(workflow, now, {"status": "active", "activated_at": now} if is_first else {"status": "proposed"})
    return len(new)


def overtaken() -> Sequence[Workflow]:
    """Versions that came with the product and are not used: the municipality has one of that number, or a newer."""
    return _overtaken(_stored())


def _overtaken(known: Mapping[tuple[str, int], tuple[str, int | None]]) -> Sequence[Workflow]:
    newest = dict(sorted(known))  # of each process the highest number stays
    brought = {key for key, (_, proposed_by) in known.items() if proposed_by is None}
    passed = [w for w in installed().values() if w.version <= newest.get(w.process, 0)]
    return [w for w in passed if (w.process, w.version) not in brought]


def _stored() -> dict[tuple[str, int], tuple[str, int | None]]:
    """Digest and proposer of each stored version, by process and number."""
    columns = WorkflowVersion.process, WorkflowVersion.version, WorkflowVersion.digest, WorkflowVersion.proposed_by_id
    return {(process, number): (digest, by) for process, number, digest, by in db.session.execute(select(*columns))}


def _keep(workflow: Workflow, now: datetime, standing: Mapping[str, object]) -> None:
    row = {
        "process": workflow.process,
        "version": workflow.version,
        "digest": workflow.digest,
        "source": Path(workflow.source_file).read_text(encoding="utf-8"),
        "why": "",
        "proposed_at": now,
        **standing,
    }
    made = insert(WorkflowVersion).values(row).on_conflict_do_nothing().returning(WorkflowVersion.id)
    version_id = db.session.scalar(made)
    if version_id is not None and standing["status"] == "proposed":
        publish(WorkflowProposed(version_id, workflow.process, workflow.version, workflow.digest, PRODUCT, now))
