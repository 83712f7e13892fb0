"""The Celery application, and THE TABLE of what happens by itself, how often and why.

A job's body is a plain function of its room: it finds, claims and does one item per transaction, so that it
may run twice, in several workers, or late. The queue may be lost: every job finds its work in the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from celery import Celery, Task
from celery.schedules import crontab
from flask import Flask

from app import broker
from app.absences import tasks as absences
from app.access import tasks as access
from app.appointments import orderer_tasks
from app.appointments import tasks as appointments
from app.arrivals import tasks as arrivals
from app.assignments import tasks as assignments
from app.config import Settings
from app.control import tasks as control
from app.directory import tasks as directory
from app.directory.services import ReadingIsHeld
from app.emergencies import tasks as emergencies
from app.errors import DirectoryUnavailable
from app.fulfilment import tasks as fulfilment
from app.grants import tasks as grants
from app.hr_feed import tasks as hr_feed
from app.leavers import tasks as leavers
from app.log_checks import tasks as log_checks
from app.matters import tasks as matters
from app.movers import tasks as movers
from app.notifications import tasks as notifications
from app.notifications.services import SEND_TASK
from app.outages import tasks as outages
from app.premises import tasks as premises
from app.processes import checks
from app.reconciliation import tasks as reconciliation
from app.requests import freezing, same_day
from app.requests import tasks as requests
from app.reviews import tasks as reviews
from app.training import tasks as training
from app.userlists import tasks as userlists

log = structlog.get_logger(__name__)

HOURLY = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
RETRIES, FIRST_RETRY_SECONDS = 6, 300


@dataclass(frozen=True, slots=True)
class Job:
    """One periodic job. A run that no worker has taken within ``lasts`` is dropped: the next one does its work."""

    run: Callable[[], Any]
    when: timedelta | crontab
    why: str
    lasts: timedelta


JOBS: Mapping[str, Job] = {
    SEND_TASK: Job(
        notifications.send_due,
        timedelta(seconds=30),
        "sends what waits in the outbox; nudged after each commit, this sweep finds what a lost nudge left",
        timedelta(seconds=30),
    ),
    checks.CHECK_TASK: Job(
        checks.run_waiting,
        timedelta(seconds=30),
        "proves proposed processes and replays orders by them; nudged when asked, this sweep finds what was lost",
        timedelta(seconds=30),
    ),
    "behorig.clocks": Job(
        requests.run_clocks,
        timedelta(minutes=5),
        "reminders, escalations and lapses (rules.md C0.4), from 07:00 on working days",
        timedelta(minutes=5),
    ),
    "behorig.same_day": Job(
        same_day.remind,
        timedelta(minutes=5),
        "reminds at noon of what must be removed the same day (rules.md C0.4), apart from the morning's mail",
        timedelta(minutes=5),
    ),
    "behorig.recheck_waiting": Job(
        requests.recheck_waiting,
        timedelta(minutes=10),
        "asks the directory again about orders that wait for an employment or for an answer from it",
        timedelta(minutes=10),
    ),
    "behorig.emergencies_end": Job(
        emergencies.expire,
        timedelta(minutes=1),
        "ends emergency access when its hours are out, at any hour, also those that ran out while nothing ran (C7)",
        timedelta(minutes=1),
    ),
    "behorig.emergencies": Job(
        emergencies.follow,
        timedelta(minutes=5),
        "notes what is late in the control of emergency access, and reminds the morning after (rules.md C7)",
        timedelta(minutes=5),
    ),
    "behorig.absence": Job(
        appointments.follow_absence,
        timedelta(minutes=15),
        "asks deputies what the absent are asked, while the absence lasts and no longer (rules.md W16)",
        timedelta(minutes=15),
    ),
    "behorig.handovers": Job(
        appointments.follow_handovers,
        timedelta(minutes=15),
        "lets roles change hands or end on their day, with their open tasks (rules.md W15), and reminds successors",
        timedelta(minutes=15),
    ),
    "behorig.arrivals": Job(
        arrivals.follow, HOURLY, "notices newcomers without a base order, and tells managers", HOURLY
    ),
    "behorig.assignments": Job(
        assignments.follow,
        timedelta(hours=1),
        "ends assignments on their day or with their account, and looks after those without a sponsor (rules.md C1)",
        timedelta(hours=1),
    ),
    "behorig.control": Job(
        control.follow, HOURLY, "opens, freezes, drafts and reminds of the yearly reports (C11)", HOURLY
    ),
    "behorig.log_checks": Job(log_checks.draw, HOURLY, "draws whose use of a sensitive log is checked (C3)", HOURLY),
    "behorig.orderers": Job(
        orderer_tasks.follow_orderers,
        timedelta(hours=1),
        "ends, asks, reminds and suspends authorised orderers (rules.md C9), and passes on what they left",
        timedelta(hours=1),
    ),
    "behorig.freezes": Job(
        freezing.follow_windows,
        timedelta(hours=1),
        "plans the freeze windows of the year ahead (G15) and moves the due dates of what one that begins stops",
        timedelta(hours=1),
    ),
    "behorig.grants_daily": Job(
        grants.expire_and_notify,
        timedelta(hours=1),
        "ends what has passed its last day and tells of what is near; hourly, so that no night is missed",
        timedelta(hours=1),
    ),
    "behorig.outages": Job(
        outages.follow,
        timedelta(minutes=15),
        "tells of outages on day 3 and 5, and afterwards of forms, closings, findings and drills that wait (C12)",
        timedelta(minutes=15),
    ),
    "behorig.paper_orders": Job(
        outages.judge_waiting,
        timedelta(minutes=10),
        "puts forms to the rules whose subject's employment the directory could not tell (C12)",
        timedelta(minutes=10),
    ),
    "behorig.matters": Job(
        matters.follow,
        timedelta(hours=1),
        "renews what was approved before it runs out, and tells of conditions and exceptions (rules.md C10, C14)",
        timedelta(hours=1),
    ),
    "behorig.paper_packs": Job(
        outages.renew_packs,
        crontab(hour="6", minute="15"),
        "prints packs of paper forms anew each quarter, and the day after somebody in them has changed role (C12)",
        timedelta(hours=6),
    ),
    "behorig.premises": Job(
        premises.follow,
        timedelta(hours=1),
        "blocks tags that are not fetched in 10 working days or not handed back in 2, and tells the manager (C4)",
        timedelta(hours=1),
    ),
    "behorig.privileged": Job(
        access.follow,
        timedelta(hours=1),
        "tells coordinators of new privileged access, and lists all of it on each quarter's first working day (C3)",
        timedelta(hours=1),
    ),
    "behorig.courses": Job(training.tell, HOURLY, "tells of courses that run out, or are lacking (C1)", HOURLY),
    "behorig.directory_sync": Job(
        directory.nightly_sync,
        crontab(hour="2", minute="30"),
        "the whole directory into our tables (field.md B6), when nobody is at work",
        timedelta(hours=6),
    ),
    "behorig.directory_changes": Job(
        directory.read_changes,
        timedelta(minutes=5),
        "what has changed in the directory since the last time; whole where the server cannot tell",
        timedelta(minutes=5),
    ),
    "behorig.hr_feed": Job(
        hr_feed.take_drop,
        timedelta(minutes=15),
        "takes a new file from HR, and lets each day be judged by the file in force; tells when none comes (B6)",
        timedelta(minutes=15),
    ),
    "behorig.leavers_seen": Job(
        directory.ask_again_of_leavers,
        timedelta(minutes=15),
        "asks the directory again about those whom it said a day ago to have ended, before anything follows (B6)",
        timedelta(minutes=15),
    ),
    "behorig.leavers": Job(
        leavers.follow,
        timedelta(minutes=15),
        "plans, tells of, ends and verifies who leaves (rules.md C6); the last day ends at midnight",
        timedelta(minutes=15),
    ),
    "behorig.long_leaves": Job(absences.follow, QUARTER, "lets what is secret rest in a long leave (C5)", QUARTER),
    "behorig.movers": Job(movers.follow, QUARTER, "opens, removes and tells of changes of work (C5)", QUARTER),
    "behorig.memberships": Job(
        reconciliation.read_memberships,
        crontab(hour="3", minute="30"),
        "who is in the groups that the catalogue names, each night, and findings of it (rules.md C13)",
        timedelta(hours=6),
    ),
    "behorig.directory_writes": Job(
        fulfilment.write_waiting,
        timedelta(seconds=30),
        "puts people into groups and takes them out, at the rate that is set, where BEHORIG_LDAP_WRITE is on",
        timedelta(seconds=30),
    ),
    "behorig.reviews": Job(reviews.follow, HOURLY, "opens reviews, reminds, and applies the answers (C8)", HOURLY),
    "behorig.findings": Job(
        reconciliation.follow,
        timedelta(minutes=15),
        "judges what a lost run left, and tells of findings that are new, near or late, in one mail each (C0.4)",
        timedelta(minutes=15),
    ),
    "behorig.user_lists": Job(
        userlists.follow,
        crontab(hour="4", minute="15"),
        "lays each fresh list of accounts beside the rights of the day, and drops drafts left for a day (C13, F13)",
        timedelta(hours=6),
    ),
}


def init_app(app: Flask) -> None:
    """Make the Celery application and keep it as ``app.extensions["celery"]``."""
    settings: Settings = app.extensions["settings"]

    class InContext(Task):
        """A task with the Flask application around it."""

        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery = Celery("behorig", task_cls=InContext)
    celery.conf.update(broker.configuration(settings, {name: _entry(name, job) for name, job in JOBS.items()}))
    for name, job in JOBS.items():
        # Not shared: another application in the process has other settings.
        celery.task(name=name, bind=True, max_retries=RETRIES, shared=False)(_body(name, job))
    celery.set_default()
    app.extensions["celery"] = celery


def _entry(name: str, job: Job) -> dict[str, Any]:
    return {"task": name, "schedule": job.when, "options": {"expires": job.lasts.total_seconds()}}


def _body(name: str, job: Job) -> Callable[[Any], None]:
    def body(task: Any) -> None:
        try:
            job.run()
        except DirectoryUnavailable as error:
            wait = back_off(task.request.retries)
            log.warning("directory_unavailable", job=name, attempt=task.request.retries + 1, **error.details)
            raise task.retry(exc=error, countdown=wait) from error
        except ReadingIsHeld as error:
            # Trying again would find the same: two people look, on the page that the coordinator's mail leads to.
            log.error(f"{error.reason}_refused", job=name, **error.details)

    body.__doc__ = job.why
    return body


def back_off(retries: int) -> int:
    """Seconds until the next try after so many: 5, 10, 20, 40, then 50 minutes."""
    return int(min(FIRST_RETRY_SECONDS * 2**retries, broker.LONGEST_WAIT_SECONDS))
