"""What happens to orders when something happens elsewhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app import clock
from app.db import db, savepoint
from app.directory import services as directory
from app.errors import NotAllowed
from app.events import publish
from app.grants import services as grants
from app.grants.models import Grant
from app.links import services as links
from app.requests import definitions, facts, queries, services
from app.requests.models import AccessRequest
from app.requests.services import Push
from app.tasks import queries as task_queries
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import authority, events, grant_events, leaving, process_events
from workflows.assignment_events import AssignmentMoved
from workflows.case import EmploymentStatus
from workflows.directory_events import EmploymentEnded
from workflows.events import DIRECTORY
from workflows.log_check_events import LogCheckTaskLeft
from workflows.matter_events import MatterTaskLeft
from workflows.paper_events import FindingMoved


def base_grant_came(event: grant_events.GrantIssued) -> None:
    """Orders that waited for the base grant go on (gate two)."""
    grant = db.session.get_one(Grant, event.grant_id)
    if grant.level.is_base:
        resume_waiting(queries.waiting_of(grant.subject_id), event.at)


def employment_changed(event: events.EmploymentChanged) -> None:
    """An employment that came lets orders go on (a reaction)."""
    if event.after in (EmploymentStatus.ACTIVE, EmploymentStatus.FUTURE):
        resume_waiting(queries.waiting_of(event.person_id), clock.now())


def employment_ended(event: EmploymentEnded) -> None:
    """An employment that has ended cancels orders, and others decide instead (a reaction)."""
    for order in queries.open_of(event.person_id):
        services.move(order, "cancel", Push(event.actor, event.at, reason=leaving.reason_of(event.why)))
    replace_in_tasks(event.person_id, event.at)


def assignment_moved(event: AssignmentMoved) -> None:
    """An assignment that came, or has a sponsor again, lets orders go on; one that ended cancels them."""
    if event.what == "ended":
        for order in queries.open_of(event.person_id):
            if order.subject.employment_status == EmploymentStatus.NOT_FOUND:
                services.move(order, "cancel", Push(event.actor, event.at, reason="assignment_over"))
    elif event.what in ("registered", "extended", "sponsor_named", "sponsor_back"):
        resume_waiting(queries.waiting_of(event.person_id), event.at)


def finding_moved(event: FindingMoved) -> None:
    """A grave finding that is settled, or that an order is to put right, lets orders go on (a reaction; G16)."""
    if event.state_to != event.state_from and event.state_to not in ("open", "reopened"):
        resume_waiting(queries.waiting_for_finding(event.finding_id), event.at)


def resume_waiting(orders: list[AccessRequest], now: datetime) -> int:
    """Try to go on with waiting orders; returns how many did. One that must not go on is left waiting."""
    resumed = 0
    for order in orders:
        evidence = directory.lookup(order.subject, now)
        try:
            # A savepoint: what is refused half-way (nobody to ask) must not be stored with the rest.
            with savepoint():
                resumed += services.resume(order, Push(DIRECTORY, now, evidence, reason="satisfied"))
        except NotAllowed:
            db.session.expire(order)
    return resumed


def replace_in_tasks(person_id: int, now: datetime) -> None:
    """Somebody who left is asked nothing more: whoever the rules name next is asked instead."""
    links.revoke_for_person(person_id, now=now)
    for task in task_queries.asked_of(person_id):
        tasks.stop_asking(task.id, person_id, now)
        ask_again(task, now)


def ask_again(task: Task, now: datetime) -> None:
    """Ask those whom the rules name today and who are not asked yet."""
    current = task_queries.task(task.id)
    if current is None or current.kind == task_queries.BESIDE:
        return  # what the subject must do, nobody can do instead
    if current.matter_id is not None:
        publish(MatterTaskLeft(current.id, current.matter_id, now))
        return
    if current.log_check_id is not None:
        publish(LogCheckTaskLeft(current.id, now))
        return
    if current.request_id is None:
        grants.ask_again(current, now)
        return
    order = db.session.get_one(AccessRequest, current.request_id)
    case = facts.case_for(order, now=now, actor_id=None, evidence=None)
    step = definitions.of(order).step_in(order.state, case.traits, current.step)
    if step is None:
        return
    known = tasks.spared(current)
    asked = tuple(a for a in authority.addressees(step, case) if a.party.id not in known)
    if asked:
        tasks.ask_also(current, asked, now)


def grant_is_gone(event: grant_events.GrantRevoked) -> None:
    """The order that led to the right ends as revoked."""
    if event.request_id is None:
        return
    order = queries.by_id(event.request_id)
    if order.state == "granted":
        services.move(order, "revoke", Push(event.actor, event.at))


def process_changed(event: process_events.WorkflowActivated) -> None:
    """The links of mails about the process's orders die: what a link may decide is for the new version to say.

    The orders keep their version and the tasks stay as they are (email-decisions.md, point 4).
    """
    about = select(Task.id).join(AccessRequest, AccessRequest.id == Task.request_id)
    links.revoke_for_tasks(about.where(AccessRequest.process == event.process), now=event.at)
