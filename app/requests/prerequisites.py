"""What the subject of an order must do: courses to complete, an agreement to sign (rules.md C0.4, G8, G9).

It is asked beside the managers' answers (C0.6), closes by itself, and lets the order go on by itself.
"""

from __future__ import annotations

from datetime import datetime

from app import clock
from app.directory import queries as directory
from app.events import publish
from app.notifications import letters
from app.notifications import services as outbox
from app.notifications.letter import Letter, To
from app.requests import emails, facts, queries, reacting, services
from app.requests.models import AccessRequest
from app.requests.services import Push
from app.tasks import queries as task_queries
from app.tasks import services as tasks
from app.tasks.models import Task
from app.training import queries as training
from workflows import emergency, events
from workflows.authority import Asked
from workflows.case import Case
from workflows.definition import Clock, Escalation
from workflows.events import TIME, Actor, TaskEscalated
from workflows.training_events import AgreementSigned, TrainingImported

NOT_WAITING = ("base_order", emergency.PROCESS)
KIND = task_queries.BESIDE
REASONS = ("training_missing", "confidentiality_missing")
CLOCK = Clock(due=10, reminders=(3, 7), escalations=(Escalation("line_manager", 8),), lapse=30)


def missing(order: AccessRequest) -> list[str]:
    """The names of the courses and the agreement that the order's subject lacks today; at most three statements."""
    if order.process in NOT_WAITING:
        return []  # whoever gets the base has no account to train with yet; an emergency cannot wait (C7)
    today = clock.today()
    lacks = training.lacking(order.level, order.kind, training.has(order.subject_id, today))
    names = training.course_names(lacks.courses)
    agreement = training.in_force(lacks.agreement, today) if lacks.agreement else None
    return [*names, agreement.name if agreement else lacks.agreement] if lacks.agreement else names


def ask(event: events.RequestMoved) -> None:
    """Ask the subject at once, while the managers answer (a reaction). Once: what is asked already stays asked.

    Not while the order waits for something else: somebody without an employment can neither train nor sign.
    """
    if event.case is not None and (event.state_to != queries.WAITING or are_waited_for(event.request_id)):
        _ask(event.request_id, event.case, event.at)


def are_waited_for(request_id: int) -> bool:
    """True while the order waits for its subject to train or sign."""
    return queries.by_id(request_id).wait_reason in REASONS


def refused(event: events.MoveRefused) -> None:
    """A course ran out before the grant: the subject is asked then (a reaction)."""
    if event.reason in REASONS and event.request_id is not None:
        order = queries.by_id(event.request_id)
        _ask(order.id, facts.case_for(order, now=event.at, actor_id=None, evidence=None), event.at)


def _ask(request_id: int, case: Case, now: datetime) -> None:
    lacks = bool(case.courses_missing or case.agreement_missing) and case.kind != emergency.KIND
    if not lacks or task_queries.open_beside(request_id) is not None:
        return
    about = {"request_id": request_id, "step": KIND, "round": case.round}
    tasks.ask(KIND, (Asked(case.subject, "addressee", "subject"),), CLOCK, now=now, about=about)


def tell(event: events.TaskAsked) -> None:
    """The subject hears what is missing, and so does the orderer, once; their manager when time is out (a reaction)."""
    assert event.request_id is not None
    order = queries.by_id(event.request_id)
    lacks, about = missing(order), emails.about_order(order)
    asked = [To(person_id=a.party.id, role="manager" if a.role == "escalation" else "subject") for a in event.asked]
    told: list[Letter] = [letters.prerequisite(to, about, missing=lacks, asked=event) for to in asked]
    if order.orderer_id != order.subject_id and any(to.role == "subject" for to in asked):
        orderer = To(person_id=order.orderer_id, role="orderer")
        told.append(letters.prerequisite(orderer, about, missing=lacks, asked=event))
    outbox.queue_all(told, now=event.at)


def ring(task: Task, act: str, now: datetime) -> None:
    """What time does to the subject's task: the line manager is told, and at last the order lapses with it."""
    assert task.request_id is not None
    order = queries.by_id(task.request_id)
    if act != "lapse":
        manager = directory.nearest_manager(order.subject_id)
        asked = (Asked(facts.party(manager), "escalation", "line_manager"),) if manager else ()
        tasks.ask_also(task, asked, now)
        publish(TaskEscalated(task.id, act, tuple(a.party.id for a in asked), now))
    elif order.state == queries.WAITING:
        services.move(order, "lapse", Push(TIME, now, reason="still_waiting"))
    else:
        tasks.end(task.id, "lapsed", now)


def came(event: TrainingImported | AgreementSigned) -> None:
    """Somebody has trained or signed: what they were asked closes, and their orders go on (a reaction)."""
    people = event.people if isinstance(event, TrainingImported) else (event.person_id,)
    for task_id, order in queries.asked_beside(people):
        if not training.lacking(order.level, order.kind, training.has(order.subject_id, clock.local(event.at).date())):
            tasks.answer(task_id, "fulfilled", Actor(order.subject_id, "subject", "system"), reason="", now=event.at)
    reacting.resume_waiting(queries.waiting_for(people, REASONS), event.at)
