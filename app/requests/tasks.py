"""What time does: reminders, escalations, lapses, and asking again for what orders wait for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from functools import partial

import structlog
from sqlalchemy import text

from app import clock
from app.db import db, transaction
from app.errors import BehorigError
from app.events import publish
from app.grants import services as grants
from app.notifications import letters
from app.notifications import queries as outbox_queries
from app.notifications import services as outbox
from app.notifications.letter import Waiting
from app.requests import prerequisites, queries, reacting, services
from app.requests.emails import about_task
from app.requests.services import Push
from app.tasks import queries as task_queries
from app.tasks import services as tasks
from app.tasks.models import Task, TaskClock
from workflows import log_check
from workflows.clocks import NOON
from workflows.events import TIME, TaskEscalated
from workflows.log_check_events import LogCheckTaskRang
from workflows.matter_events import MatterTaskRang

log = structlog.get_logger(__name__)

CLOCKS_LOCK = 7_000_001


def run_clocks() -> int:
    """Everything that time was to do up to today; returns how much was done.

    Repeating it does nothing twice: each clock is claimed by a conditional UPDATE in the transaction of its
    effect. After days of standstill every clock still rings, once, and each person gets one digest.
    """
    now = clock.now()
    if not clock.is_sending_time(now):
        return 0
    done = _lapse_waiting(now)
    with transaction():
        rows = [(ring.id, ring.act, ring.ask, task.id) for ring, task in task_queries.due_clocks(clock.today())]
    for clock_id, act, ask, task_id in rows:
        if act.startswith("remind"):
            continue
        done += alone(partial(_claim_and_ring, clock_id, task_id, act, ask, now), clock=clock_id)
    return done + _send_digests(now)


def alone(act: Callable[[], object], **about: int) -> int:
    """Do one thing in a transaction of its own; 1 when it was done.

    One that is refused is logged and left for the next run: it must not silence what comes after it.
    """
    try:
        with transaction():
            return 1 if act() else 0
    except BehorigError as fault:
        log.error("periodic_act_refused", reason=fault.reason, **about)
        return 0


def _claim_and_ring(clock_id: int, task_id: int, act: str, ask: str, now: datetime) -> bool:
    if not tasks.claim(clock_id, now):
        return False
    _ring(task_id, act, ask, now)
    return True


def _ring(task_id: int, act: str, ask: str, now: datetime) -> None:
    task = task_queries.task(task_id)
    if task is None or task.status != "open":
        return
    if task.matter_id is not None:
        publish(MatterTaskRang(task_id, task.matter_id, act, ask, now))
        return
    if task.log_check_id is not None:
        publish(LogCheckTaskRang(task_id, act, ask, now))
        return
    if task.kind == prerequisites.KIND:
        prerequisites.ring(task, act, now)
        return
    if act == "lapse":
        assert task.request_id is not None
        services.move(queries.by_id(task.request_id), "lapse", Push(TIME, now, reason="no_answer"))
        return
    room = grants if task.grant_id is not None else services
    asked = _tell_mailbox(task, now) if ask == "functional_mailbox" else room.escalate(task, ask, now)
    publish(TaskEscalated(task_id, act, asked, now))


def _tell_mailbox(task: Task, now: datetime) -> tuple[int, ...]:
    """The system's functional mailbox hears of the task; it can decide nothing."""
    assert task.request_id is not None
    mailbox = queries.by_id(task.request_id).level.system.functional_mailbox
    if mailbox:
        publish(tasks.asked_also(task, (), now, mailbox))
    return ()


def _lapse_waiting(now: datetime) -> int:
    with transaction():
        due = queries.lapsing(clock.local(now).date())
    return sum(alone(partial(_lapse, request_id, now), request=request_id) for request_id in due)


def _lapse(request_id: int, now: datetime) -> bool:
    services.move(queries.by_id(request_id), "lapse", Push(TIME, now, reason="still_waiting"))
    return True


def _send_digests(now: datetime) -> int:
    """One mail a person and day with every reminder; the day's digest is made once, whoever runs the job."""
    day = clock.local(now).date()
    with transaction():
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CLOCKS_LOCK})
        had_theirs = outbox_queries.digest_receivers(day)
        reminded: dict[int, Task] = {}
        for ring, task in task_queries.due_clocks(day):
            if _may_remind(ring, task, day, had_theirs) and tasks.claim(ring.id, now):
                reminded[task.id] = task
        collected: dict[int, list[Waiting]] = defaultdict(list)
        for task in reminded.values():
            line = Waiting(
                task_id=task.id,
                case_number=_case_number(task),
                kind=task.kind,
                due_on=task.due_on,
                days_late=tasks.days_late(task, day),
            )
            current = task_queries.task(task.id)
            for addressee in current.addressees if current else ():
                if addressee.removed_at is None:
                    collected[addressee.person_id].append(line)
        found = [letters.digest(person_id, day, lines) for person_id, lines in collected.items()]
        outbox.queue_all(found, now=now)
    return len(found)


def _case_number(task: Task) -> str:
    if task.matter_id is not None:
        return task_queries.matters([task.matter_id])[task.matter_id].case_number
    if task.log_check_id is not None:
        check = task_queries.log_checks([task.log_check_id])[task.log_check_id]
        return log_check.reference(check.code, check.month)
    return about_task(task.id, task.kind, task.request_id, task.grant_id).case_number


def _may_remind(ring: TaskClock, task: Task, day: date, had_theirs: frozenset[int]) -> bool:
    """Not on the day when the task's own mail went, and not to somebody who has had the day's digest: tomorrow.

    A reminder of noon is a mail of its own (``same_day``); one that could not go on its day joins the next digest.
    """
    if ring.act == NOON and ring.fires_on == day:
        return False
    fresh = clock.local(task.created_at).date() == day
    asked = {a.person_id for a in task.addressees if a.removed_at is None}
    return ring.act.startswith("remind") and not fresh and not asked & had_theirs


def recheck_waiting() -> int:
    """Ask the directory again for every waiting order; returns how many went on. One order, one transaction."""
    now, resumed = clock.now(), 0
    with transaction():
        waiting = queries.waiting()
    for request_id in waiting:
        resumed += alone(partial(_resume, request_id, now), request=request_id)
    return resumed


def _resume(request_id: int, now: datetime) -> int:
    return reacting.resume_waiting([queries.by_id(request_id)], now)
