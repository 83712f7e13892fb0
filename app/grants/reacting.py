"""What happens to rights when something happens elsewhere."""

from __future__ import annotations

from app import clock
from app.db import db
from app.grants import services
from app.grants.models import Grant
from workflows.case import EmploymentStatus
from workflows.events import DIRECTORY, EmploymentChanged, RequestGranted


def issue_ordered(event: RequestGranted) -> None:
    """The order is granted: the right begins, is extended, or replaces an older one."""
    ordered, case = event.data["ordered"], event.case
    assert case is not None
    if ordered["grant_id"] is not None and case.kind != "change":
        services.extend(
            ordered["grant_id"],
            valid_to=case.valid_to,
            request_id=event.request_id,
            actor=event.actor,
            now=event.at,
        )
        return
    values = {
        "request_id": event.request_id,
        "subject_id": case.subject.id,
        "level_id": ordered["level_id"],
        "employment_id": ordered["employment_id"],
        "scope": case.scope,
        "valid_from": max(case.today, case.valid_from or case.today),
        "valid_to": case.valid_to,
        "target_user_id": event.data["receipt"].get("target_user_id", ""),
        "done_on": case.today,
    }
    services.issue(values, actor=event.actor, now=event.at, receipt=event.data["receipt"])
    if case.kind == "change" and ordered["grant_id"]:
        old = db.session.get_one(Grant, ordered["grant_id"])
        services.order_revocation(old, reason="changed", actor=event.actor, now=event.at)


def employment_changed(event: EmploymentChanged) -> None:
    """The employment ended: the removal of every right is ordered at once (W6, seed rule 1)."""
    if event.after == EmploymentStatus.ENDED:
        services.end_all(event.person_id, reason="employment_ended", actor=DIRECTORY, now=clock.now())
