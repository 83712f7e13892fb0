"""From events to rows of the log: one function for each kind."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

from app import clock
from app.audit.services import record
from workflows import events, grant_events, process_events, role_events, system_events
from workflows.conflict_events import ToxicExemptionChanged
from workflows.events import DIRECTORY, TIME, Actor


class _Acted(Protocol):
    """What events that somebody brought about have in common."""

    @property
    def actor(self) -> Actor: ...

    @property
    def at(self) -> datetime: ...


def _told(name: str, event: _Acted, object_type: str, object_id: int | None, **more: Any) -> None:
    record(name, actor=event.actor, at=event.at, object_type=object_type, object_id=object_id, **more)


def request_moved(event: events.RequestMoved) -> None:
    """A move with its guards and the employment evidence that it rests on."""
    _told(
        f"request.{event.trigger}",
        event,
        "request",
        event.request_id,
        request_id=event.request_id,
        state_from=event.state_from,
        state_to=event.state_to,
        reason=event.reason,
        round=event.round,
        guards=list(event.guards),
        evidence=dict(event.evidence),
        data=dict(event.data),
    )


def move_refused(event: events.MoveRefused) -> None:
    """A try that the rules refused."""
    _told(
        f"request.{event.trigger}.refused",
        event,
        "request",
        event.request_id,
        request_id=event.request_id,
        reason=event.reason,
        guards=list(event.guards),
        evidence=dict(event.evidence),
    )


def task_asked(event: events.TaskAsked) -> None:
    """Who was asked, and in what capacity."""
    asked = [{"person": a.party.id, "role": a.role} for a in event.asked]
    about = {"object_id": event.task_id, "request_id": event.request_id}
    data = {"kind": event.kind, "asked": asked}
    record("task.asked", actor=TIME, at=event.at, object_type="task", data=data, **about)


def task_escalated(event: events.TaskEscalated) -> None:
    """Time has asked more people."""
    data = {"act": event.act, "asked": list(event.asked)}
    record("task.escalated", actor=TIME, at=event.at, object_type="task", object_id=event.task_id, data=data)


def task_reassigned(event: events.TaskReassigned) -> None:
    """A task went from one person to another."""
    data = {"from": event.from_id, "to": event.to_id}
    _told("task.reassigned", event, "task", event.task_id, request_id=event.request_id, reason=event.reason, data=data)


def _grant(name: str, event: grant_events.GrantIssued | grant_events.GrantRevoked) -> None:
    _told(name, event, "grant", event.grant_id, request_id=event.request_id, data=dict(event.data))


def grant_issued(event: grant_events.GrantIssued) -> None:
    """A right began; the receipt is kept."""
    _grant("grant.issued", event)


def grant_revoked(event: grant_events.GrantRevoked) -> None:
    """A right is gone; the receipt is kept."""
    _grant("grant.revoked", event)


def grant_extended(event: grant_events.GrantExtended) -> None:
    """A right got a new end date."""
    data = {"valid_to": event.valid_to.isoformat() if event.valid_to else None}
    _told("grant.extended", event, "grant", event.grant_id, request_id=event.request_id, data=data)


def grant_revocation_ordered(event: grant_events.GrantRevocationOrdered) -> None:
    """The removal was ordered, by whom and why."""
    _told("grant.revocation_ordered", event, "grant", event.grant_id, request_id=event.request_id, reason=event.reason)


def grant_replaced(event: grant_events.GrantReplaced) -> None:
    """A right gave way to another level: on record under both orders, each with the other's right."""
    sides = (
        ("grant.replaced", event.grant_id, event.request_id, {"by_grant": event.by_grant_id}),
        ("grant.replaces", event.by_grant_id, event.by_request_id, {"grant": event.grant_id}),
    )
    for name, grant_id, request_id, other in sides:
        _told(
            name,
            event,
            "grant",
            grant_id,
            request_id=request_id,
            reason=event.data["level"],
            data={**event.data, **other},
        )


def employment_changed(event: events.EmploymentChanged) -> None:
    """The directory says something new about a person."""
    record(
        "employment.changed",
        actor=DIRECTORY,
        at=clock.now(),
        object_type="person",
        object_id=event.person_id,
        state_from=event.before,
        state_to=event.after,
        evidence=dict(event.evidence),
    )


def catalogue_loaded(event: events.CatalogueLoaded) -> None:
    """Which systems a file added and changed."""
    data: dict[str, Any] = {"file": event.file, "added": list(event.added), "changed": list(event.changed)}
    data |= {"packages": list(event.packages), "toxic_pairs": event.pairs}
    record("catalogue.loaded", actor=event.actor, at=event.at, object_type="catalogue", object_id=None, data=data)


def toxic_exemption_changed(event: ToxicExemptionChanged) -> None:
    """An exemption from a toxic pair was asked for, approved by one, rejected or ended."""
    _told(
        f"toxic_exemption.{event.what}",
        event,
        "toxic_exemption",
        event.exemption_id,
        reason=event.reason,
        data={"pair": event.pair_id, "person": event.subject_id, **event.data},
    )


def workflow_changed(event: process_events.WorkflowChanged) -> None:
    """A version of a process was proposed, activated or withdrawn: workflow.proposed and so on."""
    data = {"process": event.process, "version": event.version, "digest": event.digest, "instead_of": event.instead_of}
    _told(
        f"workflow.{type(event).__name__.removeprefix('Workflow').lower()}",
        event,
        "workflow_version",
        event.version_id,
        reason=event.reason,
        data=data,
    )


def appointment_changed(event: events.AppointmentChanged) -> None:
    """A role was given or ended."""
    data = {"person": event.person_id, **event.data}
    _told(f"appointment.{event.what}", event, "appointment", event.appointment_id, data=data)


def deputy_changed(event: role_events.DeputyNamed) -> None:
    """A deputy was named, or is one no more."""
    data = {
        "person": event.person_id,
        "deputy_id": event.deputy_id,
        "absence": event.absence,
        "valid_from": event.valid_from.isoformat(),
        "valid_to": event.valid_to.isoformat(),
    }
    _told(
        "deputy.ended" if isinstance(event, role_events.DeputyEnded) else "deputy.named",
        event,
        "deputyship",
        event.deputyship_id,
        reason=event.reason,
        data=data,
    )


def orderer_moved(event: role_events.OrdererMoved) -> None:
    """An authorised orderer was nominated, accepted, registered, confirmed, suspended, or ended."""
    _told(
        f"orderer.{event.trigger}",
        event,
        "orderer",
        event.orderer_id,
        state_from=event.state_from,
        state_to=event.state_to,
        reason=event.reason,
        data={"person": event.person_id, **event.data},
    )


def handover_moved(event: role_events.HandoverMoved) -> None:
    """A handover of a role was proposed, answered, completed or taken back."""
    _told(
        f"handover.{event.trigger}",
        event,
        "handover",
        event.handover_id,
        state_from=event.state_from,
        state_to=event.state_to,
        data=dict(event.data),
    )


def freeze_changed(event: system_events.FreezeChanged) -> None:
    """A system's freeze windows were planned from its file, or one was added or ended, by whom and why."""
    _told(f"freeze.{event.what}", event, "system", event.system_id, reason=event.reason, data=dict(event.data))


def task_due_moved(event: system_events.TaskDueMoved) -> None:
    """A freeze window has moved a due date."""
    data = {"before": event.due_before.isoformat(), "due_on": event.due_on.isoformat()}
    about = {"object_id": event.task_id, "request_id": event.request_id}
    record("task.due_moved", actor=TIME, at=event.at, object_type="task", data=data, **about)


def logged_in(event: events.LoggedIn) -> None:
    """A login, or a try; the typed name is kept only for people we know."""
    details = asdict(event)
    actor = Actor(event.person_id, "employee", "web", details=details["details"])
    record(
        "login.succeeded" if event.succeeded else "login.refused",
        actor=actor,
        at=event.at,
        object_type="person",
        object_id=event.person_id,
        reason=event.reason,
        data={"method": event.method},
    )
