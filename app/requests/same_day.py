"""The reminder at noon of what must be done the same day: a mail of its own (rules.md C0.4)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial

from app import clock
from app.db import transaction
from app.requests import emails
from app.requests.tasks import alone
from app.tasks import queries, services
from app.tasks.models import Task, TaskClock
from workflows.clocks import NOON

FROM, TO = time(12, 0), time(16, 0)  # local; later than this nobody reads it before the next morning's digest
HEAD_START = timedelta(hours=2)  # the mail about the task has just gone: let them


def remind() -> int:
    """Remind those who are asked, once for each task; returns how many tasks. Repeating it reminds of nothing twice.

    What this could not say on its day is said by the next digest (``tasks.run_clocks``).
    """
    now = clock.now()
    if not clock.is_sending_time(now) or not FROM <= clock.local(now).time() < TO:
        return 0
    with transaction():
        due = [(ring.id, task.id) for ring, task in queries.due_clocks(clock.today()) if _is_due(ring, task, now)]
    return sum(alone(partial(_remind, clock_id, task_id, now), clock=clock_id) for clock_id, task_id in due)


def _is_due(ring: TaskClock, task: Task, now: datetime) -> bool:
    is_of_today = ring.act == NOON and ring.fires_on == clock.local(now).date()
    return is_of_today and task.created_at + HEAD_START <= now


def _remind(clock_id: int, task_id: int, now: datetime) -> bool:
    """True when this run took the reminder, and the task still needs somebody."""
    if not services.claim(clock_id, now):
        return False
    task = queries.task(task_id)
    if task is None or task.status != "open":
        return False
    emails.reminded(task, now)
    return True
