"""What time does about leavers: see who is to leave, tell the manager, end on the day, verify and close."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from app import clock
from app.db import db, transaction
from app.directory import services as lookups
from app.directory.evidence import Evidence
from app.directory.models import Person
from app.leavers import handing_on, queries, services, telling, verifying
from app.leavers.models import Leaver
from workflows import leaving
from workflows.case import EmploymentStatus as Status
from workflows.events import DIRECTORY, TIME

log = structlog.get_logger(__name__)


def follow() -> int:
    """All of it; returns how many were ended or closed. Each person in a transaction of their own; safe to repeat."""
    now = clock.now()
    with transaction():
        _plan(now)
    done = sum(_each("planned", "prepared", act=_end_when_over))
    _each("removing", "verifying", act=verifying.look)
    _each("planned", "prepared", act=handing_on.when_near)
    if clock.is_sending_time(now):
        with transaction():
            telling.tell(now)
    return done


def _each(*states: str, act: Callable[[int, datetime], bool | None]) -> list[bool]:
    """Do it for everybody there; one that fails is told of and holds nobody else up."""
    done = []
    for leaver_id in queries.in_states(*states):
        try:
            with transaction():
                done.append(bool(act(leaver_id, clock.now())))
        except Exception:
            log.exception("leaver_failed", leaver=leaver_id)
    return done


def _plan(now: datetime) -> None:
    """Whose last day the directory knows, and is near; one whose day it has moved or taken away follows."""
    today = clock.local(now).date()
    horizon = clock.calendar().add(today, telling.days_of()[0])
    for row in db.session.execute(queries.PLANNED, {"today": today, "horizon": horizon}).all():
        one = services.of_person(row.person_id)
        if (one.id if one else None) != row.leaver_id or (one and one.ended_at):
            continue  # somebody was first
        if one is None:
            person = db.session.get_one(Person, row.person_id)
            services.open_one(person, "date", row.ends_on, actor=DIRECTORY, now=now)
        elif row.ends_on is None or row.ends_on > horizon:
            services.forget(one, now)
        else:
            services.move_day(one, row.ends_on, actor=DIRECTORY, now=now)


def _end_when_over(leaver_id: int, now: datetime) -> bool:
    """The last day has passed at 24:00. What only the directory has said is asked of it once more."""
    one = services.hold(leaver_id)
    today = clock.local(now).date()
    if not leaving.is_over(one.last_day, today) or one.ended_at is not None:
        return False
    if one.source != "date":
        services.end(one, "end", why="notice", actor=TIME, now=now)
        return True
    answer = lookups.lookup(one.person, now)
    lookups.record(answer)
    return end_as_said(one, answer, now)


def end_as_said(one: Leaver, answer: Evidence, now: datetime) -> bool:
    """What the directory says of somebody whose day it gave has passed; True when it ended. Unknown waits."""
    if answer.status is Status.UNKNOWN or one.ended_at is not None:
        return False
    if answer.status is not Status.ENDED and (answer.ends_on is None or answer.ends_on >= clock.local(now).date()):
        services.forget(one, now)
        return False
    services.end(one, "end", why="date", actor=TIME, now=now)
    return True
