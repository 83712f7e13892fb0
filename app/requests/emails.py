"""Who is told what about an order or a right. Each function queues; nothing is sent here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from app import clock
from app.db import db
from app.directory import queries as directory
from app.directory.models import Person
from app.grants import activating, emergencies
from app.grants import queries as grants
from app.grants.models import Grant
from app.grants.services import is_written
from app.notifications import letters, services
from app.notifications.letter import About, Asked, Letter, To
from app.requests import batch_emails, queries
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from app.tasks.models import Task
from workflows import authority, events, grant_events
from workflows.emergency import KIND as EMERGENCY
from workflows.leaving import TERMINATED

DISCREET = ("sensitive", "privileged", "physical")
ASKED_OF_ORDERER = ("complete_request", "level_answer")  # the mail says why
TOLD_AT_ONCE = ("block",)  # tasks that the functional mailbox hears of from the start, not when they are late
CAUSE_OF_WAIT = {"employment_future": "employment_missing", "employment_ambiguous": "employment_missing"}


def about_order(order: AccessRequest) -> About:
    """What the mails say an order is about."""
    return About(
        thing=f"request:{order.id}:{order.round}",
        case_number=order.case_number,
        system=order.level.system.name,
        level=order.level.label,
        url_path=f"/requests/{order.case_number}",
        subject_name=order.subject.display_name,
        orderer_name=order.orderer.display_name,
        replaces=order.replaces,
        offered=order.proposed_level.label if order.proposed_level else "",
        unit=order.receiving_unit.name if order.receiving_unit else "",
        sensitive=order.level.profile in DISCREET,
        protected=order.subject.protected_identity or order.orderer.protected_identity,
        emergency=order.kind == EMERGENCY,
    )


def about_grant(grant: Grant) -> About:
    """What the mails say a right is about; a right from before the product has no case number."""
    order = queries.by_id(grant.request_id) if grant.request_id else None
    return About(
        thing=f"grant:{grant.id}",
        case_number=order.case_number if order else "",
        system=grant.level.system.name,
        level=grant.level.label,
        url_path="/grants",
        subject_name=grant.subject.display_name,
        sensitive=grant.level.profile in DISCREET,
        protected=grant.subject.protected_identity,
    )


def _parties(order: AccessRequest) -> list[To]:
    told = [To(person_id=order.subject_id, role="subject")]
    if order.orderer_id != order.subject_id:
        told.append(To(person_id=order.orderer_id, role="orderer"))
    return told


def _queue(found: list[Letter], now: datetime) -> None:
    services.queue_all(found, now=now)


def task_asked(event: events.TaskAsked) -> None:
    """Each person who is asked gets a mail at once; with a deputy during absence, the deputy gets it instead."""
    about, version, question = _asked_about(event)
    stood_in_for = {a.on_behalf_of for a in event.asked if a.role == "deputy"}
    if event.request_id is not None and batch_emails.is_being_sent(queries.by_id(event.request_id), event.at):
        told = [a for a in event.asked if a.party.id not in stood_in_for]
        batch_emails.task_asked(queries.by_id(event.request_id), told, about, event.at)
        return
    terms = _Terms(event, version, question, _waited_for(event))
    found = [letters.task_asked(terms.asks(a), about) for a in event.asked if a.party.id not in stood_in_for]
    if event.mailbox:
        found.append(letters.task_asked(_mailbox(event), about))
    _queue(found, event.at)


def _asked_about(event: events.TaskAsked) -> tuple[About, int, str]:
    """What the question is about, the order's version that a link is bound to, and what shall be completed."""
    about = about_task(event.task_id, event.kind, event.request_id, event.grant_id)
    order = queries.by_id(event.request_id) if event.request_id is not None else None
    question = order.question if order and event.kind in ASKED_OF_ORDERER else ""
    return about, order.version if order else 1, question


def about_task(task_id: int, kind: str, request_id: int | None, grant_id: int | None) -> About:
    """What the mails say that a task is about, and where it is answered."""
    if grant_id is not None:
        grant = grants.grant(grant_id)
        assert grant is not None
        return replace(about_grant(grant), url_path=f"/tasks/{task_id}")
    assert request_id is not None
    order = queries.by_id(request_id)
    path = f"/requests/{order.case_number}" if kind == "complete_request" else f"/tasks/{task_id}"
    return replace(about_order(order), url_path=path)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What all mails of one asking have in common."""

    event: events.TaskAsked
    version: int
    question: str
    waited_for: str

    def asks(self, asked: authority.Asked) -> Asked:
        """What one person is asked."""
        return Asked(
            task_id=self.event.task_id,
            kind=self.event.kind,
            due_on=self.event.due_on,
            person_id=asked.party.id,
            role=asked.role,
            round=self.event.round,
            request_version=self.version,
            lapses_on=self.event.lapses_on,
            same_day=self.event.due_on <= clock.today(),
            on_behalf_of_name=_name(asked.on_behalf_of),
            waited_for_name=self.waited_for if asked.role == "escalation" else "",
            decider_name=_name(self.event.passed_on_by),
            question=self.event.reason or self.question,
            occasion=self.event.at.isoformat() if self.event.is_again else "",
        )


def reminded(task: Task, now: datetime) -> None:
    """Whoever is asked is reminded of what must be done today, in a mail of its own."""
    about = about_task(task.id, task.kind, task.request_id, task.grant_id)
    once_more = Asked(task_id=task.id, kind=task.kind, due_on=task.due_on, role="reminder", same_day=True)
    asked = [a.person_id for a in task.addressees if a.removed_at is None]
    _queue([letters.task_asked(replace(once_more, person_id=person), about) for person in asked], now)


def _waited_for(event: events.TaskAsked) -> str:
    escalated = any(a.role == "escalation" for a in event.asked)
    return ", ".join(filter(None, map(_name, event.waited_for))) if escalated else ""


def _mailbox(event: events.TaskAsked) -> Asked:
    """A functional mailbox is told, and never gets a decision link (email-decisions.md, point 9)."""
    role = "addressee" if event.kind in TOLD_AT_ONCE else "escalation"
    return Asked(task_id=event.task_id, kind=event.kind, due_on=event.due_on, mailbox=event.mailbox, role=role)


def delayed(event: events.TaskEscalated) -> None:
    """The orderer hears that more people are asked (rules.md C0.4, escalation 1)."""
    task = tasks.task(event.task_id)
    if task is None or task.request_id is None or not event.asked:
        return
    order = queries.by_id(task.request_id)
    waited_for = ", ".join(filter(None, (_name(a.person_id) for a in task.addressees if a.role == "addressee")))
    letter = letters.order_delayed(
        To(person_id=order.orderer_id, role="orderer"),
        about_order(order),
        task_id=task.id,
        waited_for_name=waited_for,
        lapses_on=task.lapses_on,
    )
    _queue([letter], event.at)


def waiting(event: events.RequestWaiting) -> None:
    """The orderer hears what the order waits for."""
    order = queries.by_id(event.request_id)
    if batch_emails.is_being_sent(order, event.at):
        return  # the page of the batch tells of all that wait
    cause = CAUSE_OF_WAIT.get(order.wait_reason, order.wait_reason)
    to = To(person_id=order.orderer_id, role="orderer")
    _queue([letters.order_waiting(to, about_order(order), cause=cause, lapses_on=order.lapses_on)], event.at)


def granted(event: events.RequestGranted) -> None:
    """Subject and orderer hear that the right is there; of an emergency they hear with its hours, in another mail."""
    order = queries.by_id(event.request_id)
    if order.kind == EMERGENCY:
        return
    about, begins = about_order(order), _begins_with(order)
    told = [letters.order_granted(to, about, valid_to=order.valid_to, begins_with=begins) for to in _parties(order)]
    _queue(told, event.at)


def _begins_with(order: AccessRequest) -> str:
    """What the right waits for before it may be used: introduction, tag, or nothing."""
    if order.kind == "extend":
        return ""
    if activating.needed(order.level):
        return "introduction"
    return "tag" if order.level.profile == "physical" else "directory" if is_written(order.level) else ""


def rejected(event: events.RequestRejected) -> None:
    """Subject and orderer hear who said no, and why."""
    order = queries.by_id(event.request_id)
    about, decider = about_order(order), _name(event.actor.person_id)
    told = [letters.order_rejected(to, about, decider_name=decider, reason=event.reason) for to in _parties(order)]
    _queue(told, event.at)


def withdrawn(event: events.RequestWithdrawn) -> None:
    """The other party, and whoever was asked, hear that there is nothing left to do."""
    order = queries.by_id(event.request_id)
    task = tasks.open_about(request_id=order.id)
    told = [to for to in _parties(order) if to.person_id != event.actor.person_id]
    told += [To(person_id=a.person_id, role="asked") for a in (task.addressees if task else ()) if not a.removed_at]
    unique = {to.person_id: to for to in told if to.person_id != event.actor.person_id}
    about, by_name = about_order(order), _name(event.actor.person_id)
    _queue([letters.order_withdrawn(to, about, by_name=by_name) for to in unique.values()], event.at)


def lapsed(event: events.RequestLapsed) -> None:
    """Subject and orderer hear that nobody answered in time."""
    order = queries.by_id(event.request_id)
    _queue([letters.order_lapsed(to, about_order(order)) for to in _parties(order)], event.at)


def cancelled(event: events.RequestCancelled) -> None:
    """Subject and orderer hear that the product ended the order; not when somebody is ended at once (rules.md C6)."""
    if event.reason == TERMINATED:
        return
    order = queries.by_id(event.request_id)
    _queue([letters.order_cancelled(to, about_order(order), cause=event.reason) for to in _parties(order)], event.at)


def revocation_ordered(event: grant_events.GrantRevocationOrdered) -> None:
    """The subject hears that the right will be removed, unless the subject ordered it.

    Where another level takes its place, the mail about that one says so.
    """
    grant = grants.grant(event.grant_id)
    assert grant is not None
    told_otherwise = event.reason in ("changed", TERMINATED) or grant.source == EMERGENCY
    if grant.subject_id == event.actor.person_id or told_otherwise:
        return
    reason = event.reason if event.actor.person_id is not None else ""
    to = To(person_id=grant.subject_id, role="subject")
    _queue([letters.grant_revocation_ordered(to, about_grant(grant), reason=reason)], event.at)


def grant_revoked(event: grant_events.GrantRevoked) -> None:
    """The subject hears that the right is gone."""
    grant = grants.grant(event.grant_id)
    assert grant is not None
    if grant.revoke_reason == emergencies.ORDINARY:
        return  # the holder keeps the right, which came in the ordinary way meanwhile
    _queue([letters.grant_revoked(To(person_id=grant.subject_id, role="subject"), about_grant(grant))], event.at)


def grant_ending(event: grant_events.GrantEndNear) -> None:
    """Subject and line manager are asked whether to extend (rules.md C0.6)."""
    grant = grants.grant(event.grant_id)
    assert grant is not None and grant.valid_to is not None
    told = [To(person_id=grant.subject_id, role="subject")]
    told += [To(person_id=p.id, role="manager") for p in directory.line_managers(grant.subject_id)[:1]]
    about = about_grant(grant)
    end, left = grant.valid_to, event.working_days
    _queue([letters.grant_ending(to, about, valid_to=end, working_days=left) for to in told], event.at)


def _name(person_id: int | None) -> str:
    """The name for a mail; empty for the product itself and for somebody with protected identity."""
    person = db.session.get(Person, person_id) if person_id is not None else None
    return person.display_name if person and not person.protected_identity else ""
