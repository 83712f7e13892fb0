"""What happens to rights when something happens elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.catalogue import queries as catalogue
from app.db import db
from app.directory import queries as directory
from app.grants import emergencies, queries, services, suspending
from app.grants.models import Grant
from workflows import emergency, flapping, leaving
from workflows.assignment_events import AssignmentMoved
from workflows.assignment_guard import FORM as ASSIGNED
from workflows.case import Case, EmploymentStatus, Profile
from workflows.directory_events import EmploymentEnded
from workflows.events import DIRECTORY, EmploymentChanged, RequestGranted

EMPLOYED = ("active", "on_leave", "future")
SPONSOR_LEFT = "sponsor_left"


def issue_ordered(event: RequestGranted) -> None:
    """The order is granted: the right begins, is extended, or replaces an older one."""
    case, grant_id = event.case, event.data["ordered"]["grant_id"]
    assert case is not None
    if case.kind == emergency.KIND:
        hours = {"source": "emergency", "valid_to": emergencies.last_day(case, event.at)}
        emergencies.begin(event, case, _issue(event, case, **hours))
    elif grant_id is None:
        _issue(event, case)
    elif case.kind == "change":
        services.supersede(db.session.get_one(Grant, grant_id), _issue(event, case), actor=event.actor, now=event.at)
    else:
        services.extend(grant_id, valid_to=case.valid_to, request_id=event.request_id, actor=event.actor, now=event.at)


def _issue(event: RequestGranted, case: Case, **more: Any) -> Grant:
    ordered, receipt = event.data["ordered"], event.data["receipt"]
    values = {
        "request_id": event.request_id,
        "subject_id": case.subject.id,
        "level_id": ordered["level_id"],
        "employment_id": ordered["employment_id"],
        "scope": case.scope,
        "valid_from": max(case.today, case.valid_from or case.today),
        "valid_to": _last_day(case),
        "target_user_id": receipt.get("target_user_id", "") or receipt.get("serial", ""),
        "done_on": case.today,
        **more,
    }
    return services.issue(values, actor=event.actor, now=event.at, receipt=receipt)


def _last_day(case: Case) -> date | None:
    """What a tag carries never lasts longer than the employment (rules.md C4), nor anything than an assignment (C1)."""
    bounded = case.level.profile == Profile.PHYSICAL or case.subject.employment_form == ASSIGNED
    if case.valid_to is None and bounded:
        return case.subject.ends_on
    return case.valid_to


def employment_changed(event: EmploymentChanged) -> None:
    """Seen as ended: what is most dangerous ends at the first sighting, and nothing else (field.md B6; a reaction)."""
    if event.after == EmploymentStatus.ENDED:
        services.end_all(event.person_id, reason=leaving.ENDED, actor=DIRECTORY, now=clock.now(), only=_is_urgent)


def _is_urgent(grant: Grant) -> bool:
    level = grant.level
    is_emergency = grant.source == "emergency"
    return is_emergency or flapping.waits_for_nothing(level.profile, catalogue.confidentiality_of(level))


def employment_ended(event: EmploymentEnded) -> None:
    """The employment has ended: the removal of every right is ordered (W6, seed rule 1; a reaction)."""
    services.end_all(event.person_id, reason=leaving.reason_of(event.why), actor=event.actor, now=event.at)


def assignment_moved(event: AssignmentMoved) -> None:
    """Rights without an employment rest on the assignment: they follow it, rest and end with it (rules.md C1)."""
    person = directory.person(event.person_id)
    if person is None or person.employment_status in EMPLOYED:
        return  # who has been employed meanwhile holds them by that
    if event.what == "ended":
        services.end_all(event.person_id, reason="assignment_ended", actor=event.actor, now=event.at)
    elif event.what == "extended":
        services.follow_end(event.person_id, event.ends_on)
    elif event.what in ("suspended", "sponsor_named", "sponsor_back"):
        change = suspending.suspend if event.what == "suspended" else suspending.resume
        for grant in queries.held_by(event.person_id):
            change(grant, reason=SPONSOR_LEFT, actor=event.actor, now=event.at)
