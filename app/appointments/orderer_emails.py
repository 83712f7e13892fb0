"""Who is asked and told what about authorised orderers. Each function queues; nothing is sent here."""

from __future__ import annotations

from datetime import datetime

from app import clock
from app.appointments import orderer_queries
from app.appointments.emails import name
from app.appointments.models import OrdererAppointment
from app.db import db
from app.notifications import role_letters, services
from app.notifications.role_letters import Orderer
from workflows.leaving import TERMINATED
from workflows.role_events import OrdererAsked, OrdererMoved

OUTCOMES = {"register": "active", "decline": "declined", "lapse": "lapsed", "suspend": "suspended", "end": "ended"}


def orderer_moved(event: OrdererMoved) -> None:
    """Nominee and nominator hear what became of it, but not whoever did it."""
    outcome = OUTCOMES.get(event.trigger)
    if outcome is None or event.reason == TERMINATED:
        return
    one = orderer_queries.orderer(event.orderer_id)
    about = _about(one)
    both = {one.person_id: True, one.nominator_id: False}
    if outcome == "declined" or event.reason == "employment_ended":
        both.pop(one.person_id)
    told = [
        role_letters.orderer_told(person_id, about, outcome, reason=event.reason, own=own)
        for person_id, own in both.items()
        if person_id != event.actor.person_id
    ]
    services.queue_all(told, now=event.at)


def orderer_asked(event: OrdererAsked) -> None:
    """Whoever can answer gets the question."""
    _ask(orderer_queries.orderer(event.orderer_id), event.at, 0)


def orderer_reminded(one: OrdererAppointment, now: datetime) -> None:
    """Whoever can answer hears that the question is still there."""
    _ask(one, now, one.reminded)


def _ask(one: OrdererAppointment, now: datetime, reminder: int) -> None:
    assert one.due_on is not None
    about, question = _about(one), orderer_queries.question_of(one)
    asked = orderer_queries.asked_about(one, clock.local(now).date())
    found = [role_letters.orderer_asked(p.id, about, question, due_on=one.due_on, reminder=reminder) for p in asked]
    services.queue_all(found, now=now)


def _about(one: OrdererAppointment) -> Orderer:
    db.session.flush()
    return Orderer(
        orderer_id=one.id,
        orderer_name=name(one.person_id),
        nominator_name=name(one.nominator_id),
        units=", ".join(unit.name for unit in one.units),
        valid_to=one.valid_to,
        round=one.asked_on.isoformat(),
    )
