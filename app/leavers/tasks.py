"""What time does about leavers: see who is to leave, tell the manager, end on the day, verify and close."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime

import structlog

from app import clock
from app.db import db, transaction
from app.directory import queries as directory
from app.directory import services as lookups
from app.directory.evidence import Evidence
from app.directory.models import Person
from app.leavers import handing_on, queries, services, verifying
from app.leavers.models import Leaver
from app.notifications import leaver_letters as letters
from app.notifications import services as outbox
from app.requests import lives
from workflows import leaving, life
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
            _tell(now)
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


def _days(one: Leaver | None = None) -> tuple[int, int, int]:
    workflow = lives.following(lives.LEAVER, one.definition_version) if one else lives.beginning(lives.LEAVER)
    return leaving.numbers(life.of(workflow).days)


def _plan(now: datetime) -> None:
    """Whose last day the directory knows, and is near; one whose day it has moved or taken away follows."""
    today = clock.local(now).date()
    horizon = clock.calendar().add(today, _days()[0])
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


def _tell(now: datetime) -> None:
    """One mail a manager and day with those that are new to the manager, and one with those that are near."""
    today = clock.local(now).date()
    waiting = [db.session.get_one(Leaver, n) for n in queries.in_states("planned", "prepared")]
    above = directory.managers_above([one.person_id for one in waiting])
    new, near = defaultdict[int, list[Leaver]](list), defaultdict[int, list[Leaver]](list)
    for one in waiting:
        manager = directory.at_work(above.get(one.person_id, ()))
        if manager is None:
            continue
        if one.told_id != manager.id:
            one.told_id, one.told_on = manager.id, today
            new[manager.id].append(one)
        elif _is_near(one, today):
            one.reminded_on = today
            near[manager.id].append(one)
    found = [letters.planned(who, today, _named(those)) for who, those in new.items()]
    found += [letters.planned(who, today, _named(those), near=True) for who, those in near.items()]
    outbox.queue_all(found, now=now)


def _is_near(one: Leaver, today: date) -> bool:
    near = leaving.comes_near(one.last_day, today, clock.calendar(), _days(one)[1])
    return near and one.reminded_on is None and one.told_on != today


def _named(those: list[Leaver]) -> list[tuple[str, str]]:
    """Name and last day of each; nobody with protected personal data is named in a mail."""
    return [
        ("" if one.person.protected_identity else one.person.display_name, one.last_day.isoformat()) for one in those
    ]
