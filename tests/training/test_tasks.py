"""Courses that run out, and newcomers without the base courses: who is told, when, and once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from app.catalogue.models import Course
from app.db import db, transaction
from app.directory.models import Person
from app.notifications.models import OutboxMail
from app.training import tasks
from tests.people import Town
from tests.training.conftest import completed

pytestmark = pytest.mark.usefixtures("courses")


def at(day: str) -> int:
    """Run the job on the morning of ``day``."""
    with time_machine.travel(datetime.fromisoformat(f"{day}T08:00:00+00:00"), tick=False):
        return tasks.tell()


def mails(template: str) -> list[tuple[str, dict[str, object]]]:
    """Given name of the receiver and the data of each queued mail."""
    rows = select(Person.given_name, OutboxMail.data).join(Person, Person.id == OutboxMail.recipient_id)
    found = db.session.execute(rows.where(OutboxMail.template == template).order_by(OutboxMail.id))
    return [(name, data) for name, data in found]


@pytest.fixture
def ending(town: Town, courses: dict[str, Course]) -> None:
    """Two courses of 24 months: the last day that they count is 20 March 2026."""
    with time_machine.travel(datetime(2024, 3, 20, 8, 0, tzinfo=UTC), tick=False):
        completed(town.alice, "INFOSEC-BAS", "GDPR-BAS")


@pytest.mark.usefixtures("ending")
def test_one_mail_twenty_working_days_before_and_one_afterwards(town: Town) -> None:
    told = [at(day) for day in ("2026-02-19", "2026-02-20", "2026-02-23", "2026-03-20", "2026-03-23", "2026-03-24")]
    assert told == [0, 1, 0, 0, 1, 0]
    (_, before), (_, after) = mails("courses_ending")
    assert [c["is_over"] for c in before["courses"]] == [False, False]  # type: ignore[index,attr-defined]
    assert [c["is_over"] for c in after["courses"]] == [True, True]  # type: ignore[index,attr-defined]


@pytest.mark.usefixtures("ending")
def test_renewed_course_is_not_told_of(town: Town) -> None:
    with time_machine.travel(datetime(2026, 2, 1, 8, 0, tzinfo=UTC), tick=False):
        completed(town.alice, "INFOSEC-BAS", "GDPR-BAS")
    assert at("2026-03-23") == 0


@pytest.mark.usefixtures("ending")
def test_nothing_is_told_on_a_saturday_nor_of_what_ran_out_long_ago(town: Town) -> None:
    assert at("2026-02-21") == 0
    assert at("2026-06-01") == 0


@pytest.mark.usefixtures("ending")
def test_who_has_left_is_not_told(town: Town) -> None:
    with transaction():
        town.alice.employment_status = "ended"
    assert at("2026-03-23") == 0


def test_newcomer_is_reminded_twice_and_the_manager_hears_after_sixty_working_days(town: Town) -> None:
    with transaction():
        town.newcomer.starts_on = date(2026, 3, 2)
    for day in ("2026-03-13", "2026-03-16", "2026-03-17", "2026-03-30", "2026-05-29", "2026-06-01"):
        at(day)
    assert [name for name, _ in mails("base_courses")] == ["Nina", "Nina", "Nina", "Bob"]
    assert {str(data["due_on"]) for _, data in mails("base_courses")} == {"2026-03-30"}


def test_newcomer_with_the_base_courses_is_left_alone(town: Town) -> None:
    with transaction():
        town.newcomer.starts_on = date(2026, 3, 2)
    with time_machine.travel(datetime(2026, 3, 5, 8, 0, tzinfo=UTC), tick=False):
        completed(town.newcomer, "INFOSEC-BAS", "GDPR-BAS")
    assert at("2026-03-30") == 0
