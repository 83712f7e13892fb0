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
from workflows import life
from workflows.definition import Step
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
    if one.ended_at is not None:
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
    step = life.asked_in(orderers.workflow_of(one), one.state)
    if step is None:
        return False
    if one.due_on is None:
        return _ask_this_year(one, step, today, now)
    lapses_on = life.lapses_on(step.clock, one.asked_on, clock.calendar())
    if lapses_on is not None and lapses_on <= today:
        orderers.fall_silent(one, now=now)
        return True
    return _remind(one, step, today, now)


def _ask_this_year(one: OrdererAppointment, step: Step, today: date, now: datetime) -> bool:
    """The question of the year's month, which is September's as delivered."""
    since = one.registered_on or clock.local(one.nominated_at).date()
    asked_on = one.asked_on if one.asked_on > since else None
    if not step.yearly or not life.must_be_asked(step.yearly, since, asked_on, today):
        return False
    orderers.ask(one, now)
    return True


def _remind(one: OrdererAppointment, step: Step, today: date, now: datetime) -> bool:
    """Send the newest reminder that is due, once; of several that were missed only that one."""
    number = life.reminders_due(step.clock, one.asked_on, today, clock.calendar())
    if number <= one.reminded:
        return False
    one.reminded = number
    orderer_emails.orderer_reminded(one, now)
    return True
