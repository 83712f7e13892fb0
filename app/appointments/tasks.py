"""What time does to appointments. Each job may run twice or late: what is done is not found again."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from app import clock
from app.appointments import handover_emails, handover_queries, handovers, queries, role_ends, standing_in
from app.db import transaction
from app.requests.tasks import alone
from workflows import life


def follow_absence() -> int:
    """Ask deputies while an absence lasts, and no longer; returns how much was done.

    Nobody is asked before 07:00 of a working day. Whose time is out stops being asked at any hour.
    """
    now, today = clock.now(), clock.today()
    with transaction():
        ended = queries.asked_too_long(today)
        begun = queries.unattended(today) if clock.is_sending_time(now) else []
    done = sum(alone(partial(standing_in.take_back, *one, now), task=one[0], deputy=one[1]) for one in ended)
    return done + sum(alone(partial(standing_in.ask_stand_ins, id_, now), task=id_) for id_ in begun)


def follow_handovers() -> int:
    """Complete what has had its day, lapse what nobody answered, remind; returns how much was done.

    A role changes hands, or ends, at any hour of its day; the rest is done from 07:00 of a working day.
    """
    now = clock.now()
    with transaction():
        ids = handover_queries.open_ids()
    done = sum(alone(partial(_follow_handover, id_, now), handover=id_) for id_ in ids)
    with transaction():
        ended = role_ends.asked_without_role(clock.today())
    return done + sum(alone(partial(role_ends.leave, *one, now), task=one[0], person=one[1]) for one in ended)


def _follow_handover(handover_id: int, now: datetime) -> bool:
    one, today = handover_queries.handover(handover_id), clock.local(now).date()
    if one.ended_at is not None:
        return False
    step = life.asked_in(handovers.workflow_of(one), one.state)
    if step is None:
        return one.on_date <= today and handovers.complete(one, now=now)
    if not clock.is_sending_time(now):
        return False
    lapses_on = life.lapses_on(step.clock, one.asked_on, clock.calendar())
    if lapses_on is not None and lapses_on <= today:
        handovers.fall_silent(one, now=now)
        return True
    number = life.reminders_due(step.clock, one.asked_on, today, clock.calendar())
    if number <= one.reminded:
        return False
    one.reminded = number
    handover_emails.asked(one, now)
    return True
