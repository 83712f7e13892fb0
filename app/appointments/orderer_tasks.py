"""What time does to authorised orderers (rules.md C9): lapse, end, September's question, suspension, reminders.

The job may run twice or late. Each orderer is one transaction; what is done is not found again.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from app import clock
from app.appointments import drafts, orderer_emails, orderer_queries, orderers
from app.appointments.models import OrdererAppointment
from app.db import transaction
from app.requests.tasks import alone
from workflows import appointments as rules
from workflows.events import DIRECTORY, TIME


def follow_orderers() -> int:
    """Everything that time was to do up to today; returns how much. Ends come at any hour, the rest from 07:00 on."""
    now = clock.now()
    with transaction():
        ids, late = orderer_queries.under_way(), drafts.unfinished()
    done = sum(alone(partial(_follow, id_, now), orderer=id_) for id_ in ids)
    return done + sum(alone(partial(drafts.pass_on_late, id_, now), order=id_) for id_ in late)


def _follow(orderer_id: int, now: datetime) -> bool:
    one, today = orderer_queries.orderer(orderer_id), clock.local(now).date()
    if one.state in rules.FINAL:
        return False
    if reason := _why_over(one, today):
        orderers.end(one, reason=reason, actor=TIME if reason == "expired" else DIRECTORY, now=now)
        return True
    return clock.is_sending_time(now) and _remind_or_close(one, today, now)


def _why_over(one: OrdererAppointment, today: date) -> str:
    if one.valid_to < today:
        return "expired"
    if one.person.employment_status == "ended":
        return "employment_ended"
    return "moved" if one.person.unit_id != one.home_unit_id else ""


def _remind_or_close(one: OrdererAppointment, today: date, now: datetime) -> bool:
    if one.state == "nominated" and one.lapses_on is not None and one.lapses_on <= today:
        orderers.lapse(one, actor=TIME, now=now)
        return True
    if one.state == "active" and one.due_on is not None and one.due_on < today:
        orderers.suspend(one, actor=TIME, now=now)
        return True
    if one.state == "active" and one.due_on is None and _september(one, today):
        orderers.ask_to_confirm(one, now)
        return True
    return _remind(one, today, now)


def _september(one: OrdererAppointment, today: date) -> bool:
    assert one.registered_on is not None
    asked_on = one.asked_on if one.asked_on > one.registered_on else None
    return rules.must_be_confirmed(one.registered_on, asked_on, today)


def _remind(one: OrdererAppointment, today: date, now: datetime) -> bool:
    """Send the newest reminder that is due, once; of several that were missed only that one."""
    question = orderer_queries.question_of(one)
    if not question or one.state == "suspended":
        return False
    number = rules.reminders_due(rules.ORDERER_TERMS[question], one.asked_on, today, clock.calendar())
    if number <= one.reminded:
        return False
    one.reminded = number
    orderer_emails.orderer_reminded(one, now)
    return True
