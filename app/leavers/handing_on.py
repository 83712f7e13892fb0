"""What somebody who leaves soon is asked goes to others in time (rules.md C6, five working days before)."""

from __future__ import annotations

from datetime import datetime

from app import clock
from app.decisions import reassigning
from app.events import publish
from app.leavers import queries, services
from app.leavers.models import Leaver
from app.requests import lives
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import leaving, life
from workflows.events import TIME, TaskReassigned

REASON = "leaves_soon"


def when_near(leaver_id: int, now: datetime) -> bool:
    """Hand on what the leaver is asked, when the last day is near; what nobody else may answer stays till the end."""
    one = services.hold(leaver_id)
    days = life.of(lives.following(lives.LEAVER, one.definition_version)).days["reminded_before"]
    if not leaving.comes_near(one.last_day, clock.local(now).date(), clock.calendar(), days):
        return False
    return sum(_hand_on(one, task, now) for task in queries.tasks_of(one.person_id)) > 0


def _hand_on(one: Leaver, task: Task, now: datetime) -> bool:
    found = [a for a in reassigning.receivers(task, now) if a.party.id != one.person_id]
    if not found:
        return False
    tasks.stop_asking(task.id, one.person_id, now)
    publish(TaskReassigned(task.id, one.person_id, found[0].party.id, TIME, now, REASON, task.request_id))
    tasks.hand_over(task, found[0], TIME, reason="", now=now)
    return True
