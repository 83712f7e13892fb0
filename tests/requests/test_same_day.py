"""What must be removed the same day is reminded of at noon, once, apart from the digest (rules.md C0.4)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.grants import services as grants
from app.grants.models import Grant
from app.notifications import queries as outbox
from app.notifications.models import OutboxMail
from app.requests import same_day
from app.requests import tasks as jobs
from app.tasks import queries as tasks
from app.tasks.models import Task
from tests import people
from tests.people import Town
from workflows.events import Actor

FRIDAY, SATURDAY, MONDAY, TUESDAY = 6, 7, 2, 3  # of March 2026


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A local time of March 2026, before the clocks are put forward."""
    return datetime(2026, 3, day, hour - 1, minute, tzinfo=UTC)


@pytest.fixture
def right(town: Town) -> Grant:
    """Alice's right to a level that must be gone the same day."""
    with transaction() as session:
        root = people.level(session, town.mic, "ADM", "Administratör", profile="privileged")
        return people.grant(session, town.alice, root)


class Removal:
    """The removal of a right, with the clock in hand."""

    def __init__(self, right: Grant, frozen_time: Any) -> None:
        self.right, self.frozen_time = right, frozen_time

    def order(self, when: datetime) -> Task:
        """The removal is ordered."""
        self.frozen_time.move_to(when)
        with transaction():
            grants.order_revocation(self.right, reason="slut", actor=Actor(None, "time"), now=clock.now())
        found = tasks.open_about(grant_id=self.right.id)
        assert found is not None
        return found

    def run(self, when: datetime) -> int:
        """Both jobs run, twice each; gives how many tasks they reminded of at noon."""
        self.frozen_time.move_to(when)
        done = same_day.remind() + same_day.remind()
        jobs.run_clocks()
        jobs.run_clocks()
        return done

    @staticmethod
    def mails(template: str) -> list[int | None]:
        """Who has got mails of a template, in order."""
        found = select(OutboxMail.recipient_id).where(OutboxMail.template == template)
        return sorted(db.session.scalars(found), key=str)


@pytest.fixture
def removal(right: Grant, frozen_time: Any) -> Removal:
    """The right's removal."""
    return Removal(right, frozen_time)


def test_reminder_goes_once_at_noon_to_everybody_who_is_asked(removal: Removal, town: Town) -> None:
    removal.order(at(MONDAY, 9))
    assert removal.run(at(MONDAY, 11, 59)) == 0
    assert removal.run(at(MONDAY, 12)) == 1
    assert removal.run(at(MONDAY, 12, 5)) == 0
    assert removal.mails("task_reminder") == sorted((town.carol.id, town.sam.id), key=str)
    assert removal.mails("digest") == []


def test_it_is_a_mail_beside_the_days_digest(removal: Removal, town: Town) -> None:
    removal.order(at(MONDAY, 9))
    with transaction() as session:
        key = f"digest:2026-03-02:{town.carol.id}"
        session.add(OutboxMail(key=key, template="digest", recipient_id=town.carol.id, queued_at=clock.now(),
                               next_attempt_at=clock.now()))  # fmt: skip
    assert town.carol.id in outbox.digest_receivers(clock.today())
    removal.run(at(MONDAY, 12))
    assert town.carol.id in removal.mails("task_reminder")


def test_nothing_is_said_of_what_was_done_at_11_59(removal: Removal, town: Town) -> None:
    task = removal.order(at(MONDAY, 9))
    removal.frozen_time.move_to(at(MONDAY, 11, 59))
    with transaction():
        grants.confirm_removed(task, actor=Actor(town.carol.id, "system_manager"), now=clock.now(), receipt={})
    assert removal.run(at(MONDAY, 12)) == 0
    assert removal.mails("task_reminder") == []


def test_job_that_was_down_over_noon_reminds_when_it_is_back(removal: Removal) -> None:
    removal.order(at(MONDAY, 9))
    assert removal.run(at(MONDAY, 14, 30)) == 1


def test_job_that_was_down_all_day_leaves_it_to_the_next_morning(removal: Removal, town: Town) -> None:
    removal.order(at(MONDAY, 9))
    assert removal.run(at(MONDAY, 16)) == 0
    assert removal.mails("digest") == []
    assert removal.run(at(TUESDAY, 7)) == 0
    assert removal.run(at(TUESDAY, 12)) == 0
    assert removal.mails("task_reminder") == []
    assert set(removal.mails("digest")) >= {town.carol.id, town.sam.id}


@pytest.mark.parametrize(
    ("ordered", "too_early", "reminded"),
    [
        pytest.param(at(MONDAY, 11), at(MONDAY, 12, 55), at(MONDAY, 13), id="an hour before noon"),
        pytest.param(at(MONDAY, 13), at(MONDAY, 14, 55), at(MONDAY, 15), id="after noon"),
        pytest.param(at(MONDAY, 13, 55), at(MONDAY, 15, 50), at(MONDAY, 15, 55), id="the last moment"),
        pytest.param(at(SATURDAY, 10), at(SATURDAY, 13), at(9, 12), id="on a Saturday, due on Monday"),
    ],
)
def test_who_has_just_been_asked_gets_two_hours(
    removal: Removal, ordered: datetime, too_early: datetime, reminded: datetime
) -> None:
    removal.order(ordered)
    assert removal.run(too_early) == 0
    assert removal.run(reminded) == 1


def test_ordered_late_in_the_day_it_is_in_the_next_working_days_digest(removal: Removal, town: Town) -> None:
    removal.order(at(FRIDAY, 15))
    assert removal.run(at(FRIDAY, 17)) == removal.run(at(SATURDAY, 12)) == 0
    assert removal.mails("digest") == []
    assert removal.run(at(9, 7)) == 0
    assert set(removal.mails("digest")) >= {town.carol.id, town.sam.id}
    assert removal.run(at(9, 12)) == 0
    assert removal.mails("task_reminder") == []


def test_right_that_need_not_be_gone_today_has_no_reminder_at_noon(
    town: Town, frozen_time: Any, removal: Removal
) -> None:
    with transaction() as session:
        removal.right = people.grant(session, town.alice, town.disk)
    task = removal.order(at(MONDAY, 9))
    assert "remind_noon" not in {c.act for c in tasks.clocks_ahead(task.id)}


def test_mail_names_nobody_and_says_today(removal: Removal) -> None:
    removal.order(at(MONDAY, 9))
    removal.run(at(MONDAY, 12))
    mail = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "task_reminder")).first()
    assert mail is not None
    assert (mail.data["same_day"], mail.data["subject_name"], mail.data["kind"]) == (True, "", "revoke")
