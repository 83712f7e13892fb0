"""Drawing: which systems, which month, who is asked; once, whatever runs twice, and none is skipped (rules.md C3)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import time_machine
from sqlalchemy import func, select

from app import clock
from app.appointments import role_ends, standing_in
from app.appointments import tasks as appointments
from app.db import db, transaction
from app.decisions import reassigning
from app.directory.models import Person
from app.events import publish
from app.log_checks import queries
from app.log_checks import tasks as jobs
from app.log_checks.models import LogCheck, LogCheckItem
from app.notifications.models import OutboxMail as Outgoing
from app.requests import tasks as clocks
from tests import people
from tests.log_checks.conftest import OCTOBER, Register, log
from workflows import log_check
from workflows.events import Actor


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_last_month_of_a_secret_system_is_drawn_and_asked_of_its_owner(register: Register) -> None:
    check = register.drawn()
    assert (check.system.code, check.month, check.due_on) == ("PRO-SOC", OCTOBER, date(2026, 11, 17))
    assert check.users == [user.id for user in register.users]
    assert {item.person_id for item in check.items} == set(log_check.draw(check.seed, check.users))
    assert len(check.items) == 5
    assert register.asked(check) == {"Olga"}


def test_what_was_drawn_is_on_record_with_its_seed(register: Register) -> None:
    check = register.drawn()
    (event,) = log("log_check.drawn")
    assert event.object_id == check.id
    assert event.data["seed"] == check.seed
    assert tuple(event.data["drawn"]) == log_check.draw(check.seed, check.users)


def test_the_job_may_run_twice(register: Register) -> None:
    assert jobs.draw() == 1
    assert jobs.draw() == 0
    assert (count(LogCheck), count(LogCheckItem)) == (1, 5)


def test_two_seeds_are_never_the_same(register: Register, at_work: time_machine.Traveller) -> None:
    first = register.drawn().seed
    at_work.move_to(datetime(2026, 12, 1, 8, 0, tzinfo=UTC))
    assert register.drawn().seed != first


def test_nothing_is_drawn_at_night_or_on_a_holiday(register: Register, at_work: time_machine.Traveller) -> None:
    for moment in (datetime(2026, 11, 3, 5, 0, tzinfo=UTC), datetime(2026, 11, 1, 9, 0, tzinfo=UTC)):
        at_work.move_to(moment)
        assert jobs.draw() == 0


def test_a_month_that_nobody_drew_is_drawn_later(register: Register, at_work: time_machine.Traveller) -> None:
    register.drawn()
    at_work.move_to(datetime(2027, 1, 11, 8, 0, tzinfo=UTC))  # nothing ran in December
    assert jobs.draw() == 2
    months = db.session.scalars(select(LogCheck.month).order_by(LogCheck.month)).all()
    assert months == [OCTOBER, date(2026, 11, 1), date(2026, 12, 1)]


def test_a_system_without_secrets_or_without_users_is_not_drawn(register: Register) -> None:
    with transaction() as session:
        people.system(session, "TOM", "Tomt register", confidentiality=3)
        other = people.system(session, "ADM", "Diariet", confidentiality=2)
        people.grant(session, register.town.alice, people.level(session, other, "ADM", "Allt", profile="privileged"))
    assert jobs.draw() == 1


def test_a_sensitive_level_of_another_system_is_drawn(register: Register) -> None:
    town = register.town
    with transaction() as session:
        people.grant(session, town.alice, people.level(session, town.mic, "LAN", "Skyddade lån", profile="sensitive"))
        people.grant(session, town.dan, town.disk)
    assert jobs.draw() == 2
    check = db.session.scalars(select(LogCheck).where(LogCheck.system_id == town.mic.id)).one()
    assert check.users == [town.alice.id]


def test_who_had_access_on_some_day_of_the_month(register: Register) -> None:
    def had(name: str, **more: object) -> int:
        with transaction() as session:
            person = people.person(session, name, register.town.library)
            people.grant(session, person, register.level, **more)
        return person.id

    night = datetime(2026, 9, 30, 21, 59, tzinfo=UTC)  # a minute before midnight in Sweden
    inside = {
        had("Ada Sen", granted_at=datetime(2026, 10, 31, 22, 0, tzinfo=UTC), valid_from=date(2026, 10, 31)),
        had("Bo Tidig", status="revoked", revoked_at=datetime(2026, 9, 30, 22, 0, tzinfo=UTC)),
        had("Disa Vilande", status="suspended"),
    }
    outside = {
        had("Cia Borta", status="revoked", revoked_at=night),
        had("Ed Ny", granted_at=datetime(2026, 10, 31, 23, 0, tzinfo=UTC), valid_from=date(2026, 11, 1)),
        had("Fia Aldrig", status="pending_activation"),
        had("Gun Nöd", source="emergency"),
    }
    found = set(queries.users(register.system.id, OCTOBER))
    assert inside <= found
    assert not outside & found


def test_an_owner_who_was_drawn_is_not_asked(register: Register) -> None:
    with transaction() as session:
        for user in register.users:
            session.delete(session.scalars(select(people.Grant).where(people.Grant.subject_id == user.id)).one())
        people.grant(session, register.town.olga, register.level)
    assert register.asked(register.drawn()) == {"Eva"}


def test_without_an_owner_the_head_of_administration_is_asked(register: Register) -> None:
    with transaction() as session:
        owned = select(people.Appointment).where(people.Appointment.system_id == register.system.id)
        session.delete(session.scalars(owned).one())
    assert register.asked(register.drawn()) == {"Eva"}


def test_with_nobody_to_ask_the_month_waits(register: Register) -> None:
    with transaction() as session:
        for appointment in session.scalars(select(people.Appointment)):
            session.delete(appointment)
    assert register.draw() is None
    with transaction() as session:
        people.appoint(session, "system_owner", register.town.olga, register.system)
    assert register.asked(register.drawn()) == {"Olga"}


def test_the_deputy_of_who_is_away_is_asked_too(register: Register) -> None:
    with transaction() as session:
        session.get_one(Person, register.town.olga.id).employment_status = "on_leave"
        people.deputise(session, register.town.olga, register.town.carol)
    assert register.asked(register.drawn()) == {"Olga", "Carol"}


def test_the_mail_names_nobody(register: Register) -> None:
    register.drawn()
    mails = db.session.scalars(select(Outgoing).where(Outgoing.template == "task_log_check")).all()
    (mail,) = mails
    assert mail.recipient_id == register.town.olga.id
    assert (mail.data["month"], mail.data["people"], mail.data["case_number"]) == (
        "2026-10-01", 5, "LOGG-PRO-SOC-2026-10",
    )  # fmt: skip
    assert not any("Svensson" in str(value) for value in mail.data.values())


def test_time_reminds_and_asks_further_up(register: Register, at_work: time_machine.Traveller) -> None:
    with transaction() as session:
        people.deputise(session, register.town.olga, register.town.carol, absence=False)
    check = register.drawn()
    at_work.move_to(datetime(2026, 11, 10, 8, 0, tzinfo=UTC))
    clocks.run_clocks()
    digest = db.session.scalars(select(Outgoing).where(Outgoing.template == "digest")).one()
    assert digest.data["tasks"][0]["case_number"] == "LOGG-PRO-SOC-2026-10"
    at_work.move_to(datetime(2026, 11, 18, 8, 0, tzinfo=UTC))
    clocks.run_clocks()
    assert register.asked(check) == {"Olga", "Carol"}
    at_work.move_to(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    clocks.run_clocks()
    clocks.run_clocks()
    assert register.asked(check) == {"Olga", "Carol", "Eva", "Inga"}
    assert len(log("task.escalated")) == 3


def test_who_leaves_is_asked_no_more(register: Register) -> None:
    check = register.drawn()
    with transaction() as session:
        session.get_one(Person, register.town.olga.id).employment_status = "ended"
        publish(people.left(register.town.olga.id))
    assert register.asked(check) == {"Eva"}


def test_a_role_that_ends_is_followed(register: Register) -> None:
    check = register.drawn()
    with transaction() as session:
        owned = select(people.Appointment).where(people.Appointment.system_id == register.system.id)
        session.scalars(owned).one().valid_to = date(2026, 11, 2)
    assert role_ends.asked_without_role(clock.today()) == [(register.task(check).id, register.town.olga.id)]
    appointments.follow_handovers()
    assert register.asked(check) == {"Eva"}


def test_whoever_takes_the_role_over_takes_the_task_too(register: Register) -> None:
    check, town = register.drawn(), register.town
    with transaction() as session:
        people.appoint(session, "system_owner", town.sam, register.system)
        owned = select(people.Appointment).where(people.Appointment.system_id == register.system.id)
        old = next(a for a in session.scalars(owned) if a.person_id == town.olga.id)
        old.valid_to = date(2026, 11, 2)
    appointments.follow_handovers()
    assert register.asked(check) == {"Sam"}


def test_a_deputy_named_for_now_is_asked_and_let_go(register: Register) -> None:
    check, town = register.drawn(), register.town
    with transaction() as session:
        given = people.deputise(session, town.olga, town.carol, valid_to=date(2026, 11, 4))
        standing_in.ask_stand_ins(register.task(check).id, clock.now())
    assert register.asked(check) == {"Olga", "Carol"}
    assert given.id
    with transaction():
        standing_in.take_back(register.task(check).id, town.carol.id, clock.now())
    assert register.asked(check) == {"Olga"}


def test_it_is_passed_on_to_nobody_who_was_drawn(register: Register) -> None:
    with transaction() as session:
        people.appoint(session, "board_manager", register.users[0], board="SN")
        for user in register.users[5:]:
            held = session.scalars(select(people.Grant).where(people.Grant.subject_id == user.id)).one()
            session.delete(held)
    check = register.drawn()
    found = reassigning.receivers(register.task(check), clock.now())
    assert [asked.party.name for asked in found] == ["Eva Lind", "Inga Säker"]
    town = register.town
    reassigning.pass_on(
        register.task(check), town.eva.id, Actor(town.olga.id, "system_owner"), reason="Jag är borta.", now=clock.now()
    )
    assert register.asked(check) == {"Eva"}
