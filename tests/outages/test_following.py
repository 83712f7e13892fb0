"""Who is asked after an outage, and the clocks of registering, closing and findings (rules.md C0.4, C12)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.errors import NotAllowed
from app.notifications.models import OutboxMail
from app.outages import accounting, drills, tasks
from app.outages.paper_models import ContinuityTest, PaperRegistration
from tests.outages.paperwork import FIRST, act, day, ended, printed, register, verify
from tests.people import Town
from workflows.case import EmploymentStatus
from workflows.paper import Counted

pytestmark = pytest.mark.usefixtures("frozen_time")
NIGHT = timedelta(days=1)


def told(template: str) -> list[tuple[str, int]]:
    """Act and receiver of each mail of a kind, in order."""
    mails = db.session.scalars(select(OutboxMail).where(OutboxMail.template == template).order_by(OutboxMail.id))
    return [(mail.key.split(":")[2], mail.recipient_id or 0) for mail in mails]


def asked() -> PaperRegistration:
    """The one that there is."""
    db.session.expire_all()
    return db.session.scalars(select(PaperRegistration)).one()


def test_managers_are_asked_at_the_end_and_have_two_working_days(town: Town) -> None:
    printed(town)
    ended(town, Counted(1, 0))
    assert asked().due_on == day("2026-03-04")
    assert told("paper_registration") == [("ask", town.carol.id), ("ask", town.sam.id)]


def test_outage_longer_than_five_working_days_gives_five(town: Town, frozen_time: Any) -> None:
    printed(town)
    frozen_time.shift(timedelta(days=8))  # Tuesday 10 March, six working days on
    ended(town, Counted(1, 0), began=timedelta(days=8))
    assert asked().due_on == day("2026-03-17")


def test_only_manager_has_the_owner_beside_for_it_takes_two(town: Town) -> None:
    with transaction():
        town.sam.employment_status = "ended"
    printed(town)
    ended(town, Counted(1, 0))
    assert told("paper_registration") == [("ask", town.carol.id), ("ask", town.olga.id)]


def test_registration_is_reminded_of_escalated_and_never_lapses(town: Town, frozen_time: Any) -> None:
    printed(town)
    ended(town, Counted(1, 0))
    for _ in range(20):
        frozen_time.shift(NIGHT)
        tasks.follow()
        tasks.follow()
    assert told("paper_registration")[2:] == [
        ("remind_1", town.carol.id),  # Thursday 5 March
        ("remind_1", town.sam.id),
        ("escalate_1", town.olga.id),
        ("escalate_2", town.coordinator.id),
    ]
    assert asked().done_at is None


def test_worker_that_stood_still_tells_of_each_once(town: Town, frozen_time: Any) -> None:
    printed(town)
    ended(town, Counted(1, 0))
    frozen_time.shift(timedelta(days=30))
    tasks.follow()
    tasks.follow()
    assert [act_ for act_, _ in told("paper_registration")[2:]] == ["remind_1", "remind_1", "escalate_1", "escalate_2"]


def test_what_is_registered_and_verified_is_not_reminded_of(town: Town, frozen_time: Any) -> None:
    printed(town, 1)
    outage = ended(town, Counted(1, 0))
    verify(town, register(town, outage))
    frozen_time.shift(timedelta(days=10))
    tasks.follow()
    assert asked().done_at is not None
    assert {act_ for act_, _ in told("paper_registration")} == {"ask", "verify"}


def test_owner_is_reminded_to_close_on_day_10_and_the_coordinator_hears(town: Town, frozen_time: Any) -> None:
    printed(town, 1)
    ended(town, Counted(1, 0))
    for expected in ([], [("remind_1", town.olga.id)]):
        frozen_time.move_to(f"2026-03-{13 if not expected else 16}T08:00:00+00:00")
        tasks.follow()
        assert told("paper_closing") == expected
    frozen_time.shift(timedelta(days=2))
    tasks.follow()
    assert told("paper_closing")[1:] == [("escalate_1", town.coordinator.id)]


def test_finding_is_reminded_of_and_goes_to_owner_and_coordinator(town: Town, frozen_time: Any) -> None:
    printed(town, 1)
    outage = ended(town, Counted(1, 0))
    verify(town, register(town, outage), status=EmploymentStatus.NOT_FOUND)
    for _ in range(20):
        frozen_time.shift(NIGHT)
        tasks.follow()
    both = [town.carol.id, town.sam.id]
    assert told("paper_finding") == [
        *[(act_, who) for act_ in ("ask", "remind_1", "remind_2") for who in both],
        ("escalate_1", town.olga.id),
        ("escalate_2", town.coordinator.id),
    ]


def test_no_mail_of_a_finding_goes_to_whom_it_is_about(town: Town) -> None:
    printed(town, 1)
    outage = ended(town, Counted(1, 0))
    about_sam = register(town, outage, subject_id=town.sam.id, orderer_id=town.sam.id)
    verify(town, about_sam, by=town.olga, status=EmploymentStatus.NOT_FOUND)
    assert told("paper_finding") == [("ask", town.carol.id)]


def test_nothing_taken_out_asks_nobody(town: Town, frozen_time: Any) -> None:
    printed(town)
    ended(town, Counted(0, 0))
    frozen_time.shift(timedelta(days=30))
    tasks.follow()
    assert told("paper_registration") == told("paper_closing") == []


def test_serial_that_is_found_after_all_keeps_the_clock(town: Town, frozen_time: Any) -> None:
    printed(town, 1)
    outage = ended(town, Counted(1, 0))
    with transaction():
        accounting.report_missing(outage, FIRST, "Inte i pärmen.", actor=act(town.carol), now=clock.now())
    with transaction():
        accounting.undo(outage, FIRST, actor=act(town.carol), now=clock.now())
    frozen_time.shift(timedelta(days=3))
    tasks.follow()
    assert ("remind_1", town.carol.id) in told("paper_registration")


def drill(town: Town, held_on: str, result: str = "worked", notes: str = "") -> None:
    """Carol writes down a drill."""
    with transaction():
        drills.record(town.mic, day(held_on), result, notes, actor=act(town.carol), now=clock.now())


def test_next_drill_is_reminded_of_after_twelve_months_once(town: Town, frozen_time: Any) -> None:
    drill(town, "2025-03-02")
    assert tasks.follow() == 1
    assert tasks.follow() == 0
    people = [town.carol.id, town.sam.id, town.olga.id]
    assert told("paper_drill") == [("ask", who) for who in people]


def test_drill_that_was_followed_by_another_is_not_reminded_of(town: Town, frozen_time: Any) -> None:
    drill(town, "2025-02-10")
    drill(town, "2025-09-01")
    assert tasks.follow() == 0
    frozen_time.move_to("2026-09-01T08:00:00+00:00")
    assert tasks.follow() == 1


@pytest.mark.parametrize(
    ("held_on", "result", "notes", "reason"),
    [
        ("2026-03-03", "worked", "", "drill_later"),
        ("2023-03-03", "worked", "", "drill_too_old"),
        ("2026-03-01", "failed", "", "notes_needed"),
        ("2026-03-01", "worked", "Ring 19121212-1212.", "personnummer"),
    ],
)
def test_drill_that_cannot_be(town: Town, held_on: str, result: str, notes: str, reason: str) -> None:
    with pytest.raises(NotAllowed, match=reason):
        drill(town, held_on, result, notes)
    assert db.session.scalar(select(ContinuityTest.id)) is None
