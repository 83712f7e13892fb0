"""Privileged access: who hears of each right, each quarter's list, and who sees whose."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.access import tasks
from app.access.models import PrivilegedList
from app.audit.models import AuditEvent
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.directory.models import Person
from app.grants import services as grants
from app.grants.models import Grant
from app.notifications.models import OutboxMail
from tests import people
from tests.people import Town, appoint, level, system
from workflows.events import TIME

LogIn = Callable[[Person], FlaskClient]
WEDNESDAY = datetime(2026, 9, 30, 8, 0, tzinfo=UTC)  # the last day of a quarter
THURSDAY = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)  # 08:00 of the first working day of the next


@pytest.fixture
def admin(app: Flask, town: Town, frozen_time: time_machine.Traveller) -> AccessLevel:
    """MicroMarc's administrator; it is WEDNESDAY."""
    frozen_time.move_to(WEDNESDAY)
    with transaction() as session:
        return level(session, town.mic, "ADM", "Systemadministratör", profile="privileged")


def issue(who: Person, given: AccessLevel, **more: object) -> Grant:
    """A right that is granted now."""
    now = clock.now()
    with transaction():
        values = {"subject_id": who.id, "level_id": given.id, "valid_from": now.date(), "source": "request", **more}
        return grants.issue(values, actor=TIME, now=now, receipt={})


def mails(template: str) -> list[OutboxMail]:
    """The mails of one kind, in order."""
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMail).where(OutboxMail.template == template).order_by(OutboxMail.id)))


def test_coordinator_hears_of_the_day_in_one_mail(
    town: Town, admin: AccessLevel, frozen_time: time_machine.Traveller
) -> None:
    first, second = issue(town.alice, admin), issue(town.dan, admin)
    issue(town.alice, town.disk)
    tasks.follow()
    assert mails("privileged_granted") == []  # the day is not over
    frozen_time.move_to(THURSDAY)
    assert tasks.follow() >= 1
    tasks.follow()
    told = mails("privileged_granted")
    assert [mail.recipient_id for mail in told] == [town.coordinator.id]
    assert [right["grant_id"] for right in told[0].data["rights"]] == [first.id, second.id]
    assert "Alice" not in str(told[0].data)
    heard = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "privileged.told")).all()
    assert {event.object_id for event in heard} == {first.id, second.id}


def test_nobody_is_told_of_their_own_alone(town: Town, admin: AccessLevel, frozen_time: time_machine.Traveller) -> None:
    with transaction() as session:
        appoint(session, "it_manager", town.eva)
    issue(town.coordinator, admin)
    frozen_time.move_to(THURSDAY)
    tasks.follow()
    assert [mail.recipient_id for mail in mails("privileged_granted")] == [town.eva.id]


def test_it_waits_until_somebody_coordinates(
    town: Town, admin: AccessLevel, frozen_time: time_machine.Traveller
) -> None:
    issue(town.alice, admin)
    with transaction():
        db.session.merge(town.coordinator).employment_status = "ended"
    frozen_time.move_to(THURSDAY)
    tasks.follow()
    assert mails("privileged_granted") == []
    with transaction() as session:
        appoint(session, "infosec_coordinator", town.dan)
    tasks.follow()
    assert [mail.recipient_id for mail in mails("privileged_granted")] == [town.dan.id]


def test_emergency_and_what_was_there_before_are_told_otherwise(
    town: Town, admin: AccessLevel, frozen_time: time_machine.Traveller
) -> None:
    issue(town.alice, admin, source="legacy")
    frozen_time.move_to(THURSDAY)
    tasks.follow()
    assert mails("privileged_granted") == []


def test_quarterly_list_goes_once_to_coordinator_and_owner(
    town: Town, admin: AccessLevel, frozen_time: time_machine.Traveller
) -> None:
    issue(town.alice, admin)
    with transaction() as session:  # owned by nobody at work: the head of the administration hears
        bygg = system(session, "BYG", "Bygglov", board="MBN")
        build = level(session, bygg, "ADM", "Administratör", profile="privileged")
        appoint(session, "board_manager", town.eva, board="MBN")
    issue(town.dan, build)
    frozen_time.move_to(THURSDAY)
    issue(town.sam, admin)  # of the next quarter
    tasks.follow()
    tasks.follow()
    frozen_time.shift(timedelta(days=40))
    tasks.follow()
    told = {mail.recipient_id: mail.data["systems"] for mail in mails("privileged_list")}
    mic, byg = {"name": "MicroMarc", "count": 1}, {"name": "Bygglov", "count": 1}
    assert told == {town.coordinator.id: [byg, mic], town.olga.id: [mic], town.eva.id: [byg]}
    assert mails("privileged_list")[0].data["url_path"] == "/access/privileged?on=2026-09-30"
    kept = db.session.scalars(select(PrivilegedList)).one()
    assert (kept.day, kept.rights) == (date(2026, 9, 30), 2)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "privileged.listed")).one()
    assert event.data["told"] == sorted(told)


@pytest.mark.parametrize("early", [datetime(2026, 10, 1, 4, 0, tzinfo=UTC), datetime(2026, 10, 3, 8, 0, tzinfo=UTC)])
def test_nothing_before_seven_of_a_working_day(
    town: Town, admin: AccessLevel, frozen_time: time_machine.Traveller, early: datetime
) -> None:
    issue(town.alice, admin)
    frozen_time.move_to(early)
    assert tasks.follow() == 0
    assert mails("privileged_list") == []


def test_missed_quarters_are_listed_as_they_were(
    town: Town, admin: AccessLevel, frozen_time: time_machine.Traveller
) -> None:
    issue(town.alice, admin)
    frozen_time.move_to(THURSDAY)
    tasks.follow()
    issue(town.sam, admin)
    frozen_time.move_to(datetime(2027, 4, 1, 8, 0, tzinfo=UTC))
    tasks.follow()
    kept = db.session.execute(select(PrivilegedList.day, PrivilegedList.rights).order_by(PrivilegedList.day)).all()
    assert [tuple(row) for row in kept] == [
        (date(2026, 9, 30), 1), (date(2026, 12, 31), 2), (date(2027, 3, 31), 2),
    ]  # fmt: skip


def test_first_list_of_an_empty_installation_is_mailed_to_nobody(town: Town, admin: AccessLevel) -> None:
    tasks.follow()  # of the second quarter, when nobody had anything
    assert mails("privileged_list") == []
    assert db.session.scalars(select(PrivilegedList)).one().rights == 0


@pytest.mark.parametrize(
    ("who", "status", "sees"),
    [
        ("coordinator", 200, {"Alice Åkesson", "Dan Öberg"}),
        ("olga", 200, {"Alice Åkesson"}),
        ("eva", 200, {"Dan Öberg"}),
        ("carol", 403, set()),
        ("alice", 403, set()),
        ("administrator", 403, set()),
    ],
)
def test_who_sees_whose(
    town: Town, admin: AccessLevel, as_person: LogIn, who: str, status: int, sees: set[str]
) -> None:
    with transaction() as session:
        bygg = system(session, "BYG", "Bygglov", board="MBN")
        appoint(session, "board_manager", town.eva, board="MBN")
        people.grant(session, town.dan, level(session, bygg, "ADM", "Administratör", profile="privileged"))
        people.grant(session, town.alice, admin, target_user_id="adm-alice")
        people.grant(session, town.sam, town.disk)
    browser = as_person(getattr(town, who))
    page, table = browser.get("/access/privileged"), browser.get("/access/privileged.csv")
    assert (page.status_code, table.status_code) == (status, status)
    if status == 200:
        rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig")), delimiter=";"))
        assert {row["Namn"] for row in rows} == sees
        assert all((name in page.text) == (name in sees) for name in ("Alice Åkesson", "Dan Öberg", "Sam Öst"))
    assert browser.post("/access/privileged").status_code == 405


def test_past_day_and_bad_day(town: Town, admin: AccessLevel, as_person: LogIn) -> None:
    issue(town.alice, admin)
    browser = as_person(town.coordinator)
    assert "Ingen hade utökade rättigheter då" in browser.get("/access/privileged?on=2026-06-30").text
    assert "Skriv dagen som år" in browser.get("/access/privileged?on=2026-02-30").text


def test_statements_do_not_grow_with_what_is_held(
    town: Town, admin: AccessLevel, as_person: LogIn, statements: Callable[[], int]
) -> None:
    browser = as_person(town.coordinator)
    issue(town.alice, admin)
    before = statements()
    browser.get("/access/privileged")
    few = statements() - before
    for who in (town.sam, town.dan, town.carol):
        issue(who, admin)
    before = statements()
    browser.get("/access/privileged")
    assert statements() - before == few
