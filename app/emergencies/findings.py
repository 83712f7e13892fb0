"""A deviation is a finding of high severity, settled when the coordinator has closed it with a lesson (rules.md C7)."""

from __future__ import annotations

from sqlalchemy import select

from app.db import db
from app.grants import emergency_queries as queries
from app.grants.models import Emergency
from app.reconciliation import services as findings
from app.reconciliation.models import OPEN, Finding
from workflows.emergency_events import EmergencyClosed, EmergencyDeviated

TYPE = "emergency_deviation"


def deviated(event: EmergencyDeviated) -> None:
    """Open the finding, or add to the one that is open about the person and the system (a reaction)."""
    emergency = queries.emergency(event.emergency_id)
    found = findings.Found(TYPE, emergency.level.system_id, emergency.subject_id, _key(emergency), findings.HIGH)
    evidence = {"request": emergency.request_id, "codes": list(emergency.deviations), "level": emergency.level.code}
    findings.open_one(found, evidence, event.at)


def closed(event: EmergencyClosed) -> None:
    """What this emergency gave to the finding is settled; another one of the same person keeps it open (a reaction)."""
    emergency = queries.emergency(event.emergency_id)
    about = Finding.type == TYPE, Finding.person_id == emergency.subject_id
    wanted = select(Finding).where(*about, Finding.system_id == emergency.level.system_id, Finding.state.in_(OPEN))
    finding = db.session.scalar(wanted)
    if finding is not None and not _others_open(finding, emergency):
        findings.resolve(finding.id, "resolved_removed", event.actor, event.at)


def _others_open(finding: Finding, emergency: Emergency) -> bool:
    ids = [int(key.partition(":")[2]) for key in finding.evidence if key != _key(emergency)]
    wanted = select(Emergency.id).where(Emergency.id.in_(ids), Emergency.state == "open")
    return bool(ids) and db.session.scalar(wanted.limit(1)) is not None


def _key(emergency: Emergency) -> str:
    return f"emergency:{emergency.id}"
