"""What time does to appointments. Each job may run twice or late: what is done is not found again."""

from __future__ import annotations

from functools import partial

from app import clock
from app.appointments import queries, standing_in
from app.db import transaction
from app.requests.tasks import alone, is_sending_time


def follow_absence() -> int:
    """Ask deputies while an absence lasts, and no longer; returns how much was done.

    Nobody is asked before 07:00 of a working day. Whose time is out stops being asked at any hour.
    """
    now, today = clock.now(), clock.today()
    with transaction():
        ended = queries.asked_too_long(today)
        begun = queries.unattended(today) if is_sending_time(now) else []
    done = sum(alone(partial(standing_in.take_back, *one, now), task=one[0], deputy=one[1]) for one in ended)
    return done + sum(alone(partial(standing_in.ask_stand_ins, id_, now), task=id_) for id_ in begun)
