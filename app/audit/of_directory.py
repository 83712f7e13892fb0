"""Readings of the directory in the log: what was held, which two people let it through, and who has left."""

from __future__ import annotations

from typing import Any

from app.audit.services import record
from workflows.directory_events import (
    BaselineAnswered,
    BaselineTaken,
    EmploymentEnded,
    HrFileApplied,
    HrFileLate,
    HrFileRefused,
    ReadingHeld,
    ReadingReleased,
)
from workflows.events import DIRECTORY


def held(event: ReadingHeld) -> None:
    """Nothing of it was applied; who it would end stands in the list beside it."""
    data = {"why": event.why, "server": event.server, "leaving": event.leaving}
    about: dict[str, Any] = {"object_type": "directory_run", "object_id": event.run_id, "data": data}
    record("reading.held", actor=DIRECTORY, at=event.at, **about)


def released(event: ReadingReleased) -> None:
    """One of the two acted."""
    about: dict[str, Any] = {"object_type": "directory_run", "object_id": event.run_id, "reason": event.reason}
    record(f"reading.{event.what}", actor=event.actor, at=event.at, **about)


def employment_ended(event: EmploymentEnded) -> None:
    """It is certain, and by what: the directory a second time, or what somebody had decided."""
    about: dict[str, Any] = {"object_type": "person", "object_id": event.person_id, "reason": event.why}
    record("employment.ended", actor=event.actor, at=event.at, evidence=dict(event.evidence), **about)


def baseline_taken(event: BaselineTaken) -> None:
    """Go-live: which memberships it was stands in its items."""
    data = {"rights": event.rights, "people": event.people}
    about: dict[str, Any] = {"object_type": "baseline", "object_id": event.baseline_id, "data": data}
    record("baseline.taken", actor=event.actor, at=event.at, reason=event.reason, **about)


def baseline_answered(event: BaselineAnswered) -> None:
    """A right from before the product was attested, or not."""
    data = {"baseline": event.baseline_id}
    about: dict[str, Any] = {"object_type": "grant", "object_id": event.grant_id, "data": data}
    record(f"baseline.{event.verdict}", actor=event.actor, at=event.at, **about)


def hr_file(event: HrFileApplied | HrFileRefused | HrFileLate) -> None:
    """A file from HR came, or did not; whose employment it altered is told of each."""
    what, data = _of_file(event)
    about: dict[str, Any] = {"object_type": "hr_file", "object_id": event.file_id, "data": data | {"name": event.name}}
    record(f"hr_file.{what}", actor=DIRECTORY, at=event.at, **about)


def _of_file(event: HrFileApplied | HrFileRefused | HrFileLate) -> tuple[str, dict[str, Any]]:
    if isinstance(event, HrFileApplied):
        return "applied", {"people": event.people, "employments": event.employments, "changed": event.changed}
    if isinstance(event, HrFileRefused):
        return "refused", {"faults": event.faults}
    return "late", {"written_at": event.written_at.isoformat()}
