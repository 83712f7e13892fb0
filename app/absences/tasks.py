"""What time does about leaves: begin, let rest, ask the manager, notice the return, and tell (rules.md C5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

import structlog

from app import clock
from app.absences import queries, services
from app.absences.models import AWAY, Absence
from app.db import db, transaction
from app.directory import queries as people
from app.directory import services as directory
from app.directory.models import Person
from app.notifications import absence_letters as letters
from app.notifications import services as outbox
from app.notifications.absence_letters import Line
from app.requests import lives
from workflows import life
from workflows.case import EmploymentStatus as Status
from workflows.events import TIME

log = structlog.get_logger(__name__)


def follow() -> int:
    """All of it; returns how many leaves went on. Each in a transaction of its own; safe to repeat."""
    for person_id in queries.unfollowed():
        with transaction():
            services.seen_away(person_id, clock.now())
    done = _each("announced", act=_begin) + _each(*AWAY, act=_go_on)
    if clock.is_sending_time(clock.now()):
        with transaction():
            _tell(clock.now())
    return done


def _each(*states: str, act: Callable[[int, datetime], bool]) -> int:
    done = 0
    for absence_id in queries.in_states(*states):
        try:
            with transaction():
                done += act(absence_id, clock.now())
        except Exception:
            log.exception("absence_failed", absence=absence_id)
    return done


def _begin(absence_id: int, now: datetime) -> bool:
    """The first day has come."""
    one = queries.hold(absence_id)
    if one.state != "announced" or one.starts_on > clock.local(now).date():
        return False
    services.step(one, "begin", actor=TIME, now=now)
    _go_on(absence_id, now)
    return True


def _go_on(absence_id: int, now: datetime) -> bool:
    """It has become long, or its last day has passed."""
    today, one = clock.local(now).date(), queries.absence(absence_id)
    if one.ends_on is not None and one.ends_on < today:
        return _is_over(one, now)
    rests_on, listed_on = services.days_of(one)
    held = queries.hold(absence_id)
    if held.state not in AWAY:
        return False
    done = bool(rests_on and rests_on <= today and services.rest(held, now))
    if held.state == "away" and listed_on and listed_on <= today and _has_more(held):
        services.step(held, "list", actor=TIME, now=now)
        done = True
    return done


def _has_more(one: Absence) -> bool:
    return any(not queries.is_secret(grant) for grant in queries.held(one.person_id))


def _is_over(one: Absence, now: datetime) -> bool:
    """The last day has passed: at work the person is back, on leave still it lasts, and unknown says nothing."""
    answer = directory.lookup(db.session.get_one(Person, one.person_id), now)
    directory.record(answer)
    held = queries.hold(one.id)
    if held.state not in AWAY:
        return False
    if answer.status is Status.ACTIVE:
        services.come_back(held, actor=TIME, now=now)
        return True
    if answer.status is Status.ON_LEAVE:
        held.ends_on = None
        db.session.flush()
    return False


def _tell(now: datetime) -> None:
    """One mail a manager and day, about what is asked of the manager: new, or waited for too long."""
    today, told = clock.local(now).date(), defaultdict[int, list[Line]](list)
    waiting = [queries.hold(absence_id) for absence_id in queries.in_states("listed", "returning")]
    above = people.managers_above([one.person_id for one in waiting])
    for one in waiting:
        manager = people.at_work(above.get(one.person_id, ()))
        if manager is not None and _is_due(one, manager.id, now):
            name = "" if one.person.protected_identity else one.person.display_name
            told[manager.id].append(Line(name, one.state))
    outbox.queue_all([letters.managers(who, today, lines) for who, lines in told.items()], now=now)


def _is_due(one: Absence, manager_id: int, now: datetime) -> bool:
    if (one.told_id, one.told_state) != (manager_id, one.state):
        one.told_id, one.told_state, one.reminded = manager_id, one.state, 0
        return True
    step = life.asked_in(lives.following(lives.ABSENCE, one.definition_version), one.state)
    assert step is not None and one.asked_on is not None
    reached = life.reminders_due(step.clock, one.asked_on, clock.local(now).date(), clock.calendar())
    if reached <= one.reminded:
        return False
    one.reminded = reached
    return True
