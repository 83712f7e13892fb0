"""Who is told what about emergencies, at any hour (rules.md C0.4). Each function queues; nothing is sent here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app import clock
from app.catalogue import queries as catalogue
from app.grants import emergency_queries as queries
from app.grants.models import Emergency
from app.notifications import emergency_letters, letters, services
from app.notifications.letter import Asked, To
from app.requests.emails import about_grant, about_task
from app.tasks.models import Task
from workflows.emergency_events import EmergencyBegan, EmergencyExtended, EmergencyJudged, EmergencyMoved, EmergencyOver


def began(event: EmergencyBegan) -> None:
    """Holder, requester and coordinators hear that it holds, and until when."""
    _tell("began", event, ("subject", "orderer", "coordinator"))


def extended(event: EmergencyExtended) -> None:
    """Holder and requester hear its new moment."""
    _tell("extended", event, ("subject", "orderer"))


def over(event: EmergencyOver) -> None:
    """Holder and requester hear that it has ended."""
    _tell("over", event, ("subject", "orderer"))


def judged(event: EmergencyJudged) -> None:
    """Requester and coordinators hear of a no."""
    if not event.data["approved"]:
        _tell("disapproved", event, ("orderer", "coordinator"))


def reminded(task: Task, now: datetime) -> None:
    """Whoever is asked about an emergency is reminded in a mail of its own, the morning after."""
    about = about_task(task.id, task.kind, task.request_id, task.grant_id)
    same_day = task.due_on <= clock.local(now).date()
    once_more = Asked(task_id=task.id, kind=task.kind, due_on=task.due_on, role="reminder", same_day=same_day)
    asked = [a.person_id for a in task.addressees if a.removed_at is None]
    services.queue_all([letters.task_asked(replace(once_more, person_id=person), about) for person in asked], now=now)


def _tell(what: str, event: EmergencyMoved, roles: tuple[str, ...]) -> None:
    found = queries.emergency(event.emergency_id)
    about = replace(about_grant(found.grant), url_path=f"/emergencies/{found.id}")
    told = {(to.person_id): to for role in reversed(roles) for to in _in_role(role, found, event.at)}
    until = clock.local(found.expires_at)
    services.queue_all([emergency_letters.told(what, to, about, until=until) for to in told.values()], now=event.at)


def _in_role(role: str, found: Emergency, now: datetime) -> list[To]:
    """Nobody twice: who is both hears it as what comes first."""
    if role == "coordinator":
        people = catalogue.coordinators(clock.local(now).date())
        return [To(person_id=p.id, role=role) for p in people if p.employment_status == "active"]
    return [To(person_id=found.subject_id if role == "subject" else found.orderer_id, role=role)]
