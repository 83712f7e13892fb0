"""Who is asked to check a log, and who hears what it found. Each function queues; nothing is sent here."""

from __future__ import annotations

from app import clock
from app.catalogue import queries as catalogue
from app.db import db
from app.directory.models import Person
from app.log_checks import queries
from app.log_checks.models import LogCheck
from app.notifications import log_check_letters, services
from app.notifications.letter import About, Asked, Letter
from workflows import log_check
from workflows.authority import Asked as Addressed
from workflows.events import TaskAsked
from workflows.log_check_events import LogCheckSigned


def about(check: LogCheck, url_path: str) -> About:
    """What the mails say that a check is about; whom it looks at is read after login."""
    reference = log_check.reference(check.system.code, check.month)
    return About(
        thing=f"log_check:{check.id}", case_number=reference, system=check.system.name, level="", url_path=url_path
    )


def task_asked(event: TaskAsked) -> None:
    """Each person who is asked gets a mail at once; with a deputy during absence, the deputy gets it instead."""
    check = queries.check(event.log_check_id or 0)
    stood_in_for = {asked.on_behalf_of for asked in event.asked if asked.role == "deputy"}
    told = [asked for asked in event.asked if asked.party.id not in stood_in_for]
    services.queue_all([_asked(one, event, check) for one in told], now=event.at)


def _asked(one: Addressed, event: TaskAsked, check: LogCheck) -> Letter:
    asked = Asked(
        task_id=event.task_id,
        kind=event.kind,
        due_on=event.due_on,
        person_id=one.party.id,
        role=one.role,
        on_behalf_of_name=_name(one.on_behalf_of),
        waited_for_name=", ".join(filter(None, map(_name, event.waited_for))) if one.role == "escalation" else "",
        decider_name=_name(event.passed_on_by),
        question=event.reason,
        occasion=event.at.isoformat() if event.is_again else "",
    )
    where = about(check, f"/tasks/{event.task_id}")
    return log_check_letters.asked(asked, where, month=check.month, people=len(check.items))


def signed(event: LogCheckSigned) -> None:
    """The coordinators hear of deviations, but for whoever signed (rules.md C3: withdrawal on misuse)."""
    if not event.data[log_check.DEVIATION]:
        return
    check = queries.check(event.check_id)
    coordinators = catalogue.coordinators(clock.local(event.at).date())
    told = [p.id for p in coordinators if p.employment_status == "active" and p.id != event.actor.person_id]
    said = {"month": check.month, "deviations": event.data[log_check.DEVIATION], "by_name": _name(check.done_by_id)}
    where = about(check, f"/log-checks/{check.id}")
    services.queue_all([log_check_letters.told(one, where, **said) for one in told], now=event.at)


def _name(person_id: int | None) -> str:
    person = db.session.get(Person, person_id) if person_id is not None else None
    return person.display_name if person and not person.protected_identity else ""
