"""The municipality at work: a clock, a directory, the product's jobs, and a story of what has happened.

Every act happens in an application context of its own, as a request or a job does, and is judged afterwards by
``stored``. What the product refuses is part of the story; any other error is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from celery.schedules import crontab
from flask import Flask

from app.db import db
from app.directory.holding import MassLeave
from app.directory.models import Person
from app.errors import BehorigError, DirectoryUnavailable
from app.notifications.services import SEND_TASK
from app.worker import JOBS, Job
from tests.servers.postgres import TestDatabase
from tests.servers.smtp import MailServer
from tests.stateful import town
from tests.stateful.register import GRANTABLE, Register
from tests.stateful.stored import Ledger

ZONE = ZoneInfo("Europe/Stockholm")
STATIONS = (time(2, 30), time(7, 5), time(12, 5))  # when the worker's jobs are run, local time
LONG = timedelta(days=2)  # from here on the noons between are left out
SELDOM = timedelta(hours=1)  # a job that runs no oftener than this runs in the morning
GRANTED = """
SELECT p.employee_number, r.case_number FROM audit_event e JOIN access_request r ON r.id = e.request_id
JOIN person p ON p.id = r.subject_id
WHERE e.event = 'request.grant' AND e.state_to = 'granted' AND e.at >= %(since)s
"""
HEARD = "SELECT count(*) FROM audit_event WHERE event = 'employment.changed' AND at >= %(since)s"


class Broken(AssertionError):
    """An invariant does not hold; the text is the story, and what it led to."""


class World:
    """One municipality of one example. ``people`` are given names; what they do is in ``acts``."""

    def __init__(self, app: Flask, database: TestDatabase, smtp: MailServer, ledger: Ledger) -> None:
        self.app, self.database, self.smtp, self.ledger = app, database, smtp, ledger
        self.register = Register()
        self.clock: time_machine.Traveller | None = None
        self.now = datetime.min.replace(tzinfo=UTC)
        self.story: list[str] = []
        self.posts_at_once = False  # whether mails are sent after each act, or first when the jobs run

    def begin(self, start: datetime, clock: time_machine.Traveller) -> None:
        """An empty database, and then the town as it is on ``start``."""
        self.clock, self.register, self.story = clock, Register(), []
        self.database.empty()
        self.smtp.clear()
        self.app.extensions["directory"] = self.register
        self._move_to(start)
        with self.app.app_context():
            town.settle(self.register, self.now)
        self.ledger.begin()
        self.judge(self.now)

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(ZONE).date()

    def does(self, what: str, act: Callable[[], object]) -> bool:
        """Somebody acts, a moment later; False when the product refuses. Then everything stored is judged."""
        self._move_to(self.now + timedelta(seconds=7))
        since = self.now
        outcome = ""
        try:
            with self.app.app_context():
                act()
        except BehorigError as refusal:
            outcome = f" -> refused: {refusal.reason}"
        except Exception as fault:
            self.tell(what)
            raise Broken(self.told([f"{type(fault).__name__}: {fault}"])) from fault
        self.tell(what + outcome)
        if self.posts_at_once:
            self._run(SEND_TASK, JOBS[SEND_TASK])
        self.judge(since)
        return not outcome

    def waits(self, days: int, *, asleep: bool = False) -> None:
        """Time passes to a morning so many days on; the worker runs its jobs on the way, or first when it wakes."""
        self.tell(f"... {days} days pass{', the worker asleep' if asleep else ''}")
        goal = datetime.combine(self.today + timedelta(days=days), STATIONS[1], ZONE).astimezone(UTC)
        for moment in self._stations(goal):
            self._move_to(moment)
            if not asleep or moment >= goal:
                self.works()

    def waits_until(self, hour: int) -> None:
        """Time passes to an hour of the same day, and the jobs run."""
        goal = datetime.combine(self.today, time(hour, 5), ZONE).astimezone(UTC)
        if goal > self.now:
            self.tell(f"... it is {hour} o'clock")
            self._move_to(goal)
            self.works()

    def reads_directory(self) -> None:
        """The nightly reading, at once: somebody runs it by hand."""
        self.tell("the directory is read")
        self._move_to(self.now + timedelta(seconds=7))
        since = self.now
        self._run("behorig.directory_sync", JOBS["behorig.directory_sync"])
        self.judge(since)

    def works(self) -> None:
        """The jobs of the worker's table that are due at this hour, each judged."""
        since = self.now
        for name, job in JOBS.items():
            if self._is_due(job):
                self._run(name, job)
        self._run(SEND_TASK, JOBS[SEND_TASK])  # nudged by what the others have queued
        self.judge(since)

    def judge(self, since: datetime) -> None:
        """Raise Broken, with the story, when something stored is not as it must be."""
        found = self.ledger.broken(since, self.today)
        for number, case_number in self.ledger.rows(GRANTED, since=since):
            if self.register.is_away or self.register.truth[number] not in GRANTABLE:
                found.append(f"{case_number} was granted to somebody who is {self.register.truth[number]}")
        if self.register.is_away and self.ledger.rows(HEARD, since=since) != [(0,)]:
            found.append("an employment changed while the directory did not answer")
        sent = [str(mail["Message-ID"]) for mail in self.smtp.messages]
        if len(sent) != len(set(sent)):
            found.append("a mail was sent twice")
        if found:
            raise Broken(self.told(found))

    def tell(self, line: str) -> None:
        """One more line of the story."""
        self.story.append(f"{self.now.astimezone(ZONE):%a %d %b %H:%M:%S}  {line}")

    def told(self, found: list[str]) -> str:
        """The story so far, and what is wrong."""
        return "\n".join(["", *self.story, "", *(f"  BROKEN {text}" for text in dict.fromkeys(found))])

    @contextmanager
    def person(self, name: str) -> Iterator[Person]:
        """The person in a context of its own, to be looked at."""
        with self.app.app_context():
            yield town.by_number(town.NUMBERS[name])

    def _run(self, name: str, job: Job) -> None:
        try:
            with self.app.app_context():
                job.run()
        except (DirectoryUnavailable, MassLeave) as refusal:
            self.tell(f"{name} -> {refusal.reason}")
        except Exception as fault:
            raise Broken(self.told([f"{name}: {type(fault).__name__}: {fault}"])) from fault

    def _is_due(self, job: Job) -> bool:
        """By the clock at its hour; what runs every so often in the morning, and the most frequent at noon too."""
        local = self.now.astimezone(ZONE)
        if isinstance(job.when, crontab):
            return local.hour in job.when.hour or (local.hour == STATIONS[1].hour and 6 in job.when.hour)
        morning = local.hour == STATIONS[1].hour
        return morning or (job.when < SELDOM and local.hour != STATIONS[0].hour)

    def _stations(self, goal: datetime) -> Iterator[datetime]:
        day, is_long = self.today, goal - self.now > LONG
        while True:
            for at in STATIONS[:2] if is_long else STATIONS:
                moment = datetime.combine(day, at, ZONE).astimezone(UTC)
                if moment > goal:
                    return
                if moment > self.now:
                    yield moment
            day += timedelta(days=1)

    def _move_to(self, moment: datetime) -> None:
        assert self.clock is not None
        self.now = moment
        self.clock.move_to(moment)


def given(table: Any, id_: int) -> Any:
    """The row, in the act's own session."""
    return db.session.get_one(table, id_)
