"""Before the last day and after it: mails, tasks, roles, and what somebody who comes back has (rules.md C6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app import clock
from app.arrivals import queries as arrivals
from app.arrivals import tasks as coming
from app.catalogue import queries as catalogue
from app.catalogue.models import Appointment
from app.db import db, transaction
from app.directory import damping, preceding, staging
from app.directory.models import Employment, Person
from app.events import publish
from app.grants.models import Grant
from app.leavers import queries, services, tasks
from app.leavers.models import Leaver
from tests.appointments.conftest import logged, mails
from tests.auth.conftest import LogIn
from tests.leavers.conftest import Held, by, the_one
from tests.people import Town, appoint, deputise, left
from tests.requests.conftest import Life
from workflows.directory_events import EmploymentEnded
from workflows.events import DIRECTORY

pytestmark = pytest.mark.usefixtures("frozen_time")
_STAGED = text("""
INSERT INTO staged_person (employee_number, status, reason, form, starts_on, named, search, sort_key, protected)
VALUES (:number, :status, 'test', 'permanent', :starts_on, false, '', '', false)
""")
_STATUS = text("SELECT status FROM staged_person")


def told(town: Town, who: Person, last_day: date) -> Leaver:
    with transaction():
        return services.notice(who, last_day, actor=by(town.eva), now=clock.now())


def holders(town: Town, role: str) -> set[str]:
    found = catalogue.role_holders(town.mic.id, clock.today())[role]
    return {p.given_name for p in found}


class TestTold:
    def test_the_manager_twice_and_never_the_leaver(self, town: Town, frozen_time: Any) -> None:
        told(town, town.alice, date(2026, 3, 27))
        for day in range(2, 28):
            frozen_time.move_to(f"2026-03-{day:02}T08:00:00Z")
            tasks.follow()
            tasks.follow()
        assert [m.data["near"] for m in mails(town.bob, "leavers_planned")] == [False, True]
        assert not mails(town.alice, "leavers_planned")

    def test_nobody_is_told_at_night_or_named_who_is_protected(self, town: Town, frozen_time: Any) -> None:
        with transaction() as session:
            session.get_one(Person, town.alice.id).protected_identity = True
        told(town, town.alice, date(2026, 3, 27))
        frozen_time.move_to("2026-03-03T02:00:00Z")
        tasks.follow()
        assert not mails(town.bob, "leavers_planned")
        frozen_time.move_to("2026-03-03T08:00:00Z")
        tasks.follow()
        (mail,) = mails(town.bob, "leavers_planned")
        assert mail.data["people"] == [["2026-03-27", ""]]

    def test_the_coordinator_of_a_system_that_loses_its_owner(self, town: Town, frozen_time: Any) -> None:
        told(town, town.olga, date(2026, 3, 9))
        tasks.follow()
        frozen_time.move_to("2026-03-03T08:00:00Z")
        tasks.follow()
        (mail,) = mails(town.coordinator, "leavers_successors")
        assert [name for _day, name in mail.data["systems"]] == ["Grundbehörighet", "MicroMarc"]

    def test_nobody_where_another_owns_it_too(self, town: Town, frozen_time: Any) -> None:
        with transaction() as session:
            for owned in (town.ad, town.mic):
                appoint(session, "system_owner", town.eva, owned)
        told(town, town.olga, date(2026, 3, 9))
        tasks.follow()
        frozen_time.move_to("2026-03-03T08:00:00Z")
        tasks.follow()
        assert not mails(town.coordinator, "leavers_successors")


class TestTasks:
    def test_what_the_leaver_is_asked_goes_to_others_five_working_days_before(
        self, town: Town, life: Life, frozen_time: Any
    ) -> None:
        order = life.order(town.alice)
        assert life.asked(order) == {"Bob"}
        told(town, town.bob, date(2026, 3, 10))
        tasks.follow()
        assert life.asked(order) == {"Bob"}
        frozen_time.move_to("2026-03-03T08:00:00Z")
        tasks.follow()
        assert life.asked(order) == {"Eva"}
        assert len(logged("task.reassigned")) == 1

    def test_and_at_once_when_it_is_over(self, town: Town, life: Life) -> None:
        order = life.order(town.alice)
        with transaction() as session:
            session.get_one(Person, town.bob.id).employment_status = "ended"
            publish(left(town.bob.id))
        assert "Bob" not in life.asked(order) and life.asked(order)


class TestRoles:
    def test_none_is_left_and_none_comes_back(self, town: Town, as_person: LogIn) -> None:
        with transaction() as session:
            deputise(session, town.eva, town.olga)
            publish(left(town.olga.id))
        assert holders(town, "system_owner") == set()
        lasting = Appointment.person_id == town.olga.id, Appointment.valid_to.is_(None)
        assert not db.session.scalars(select(Appointment).where(*lasting)).all()
        assert [(r.place, r.vacant) for r in queries.roles(the_one(town.olga))] == [
            ("Grundbehörighet", True), ("MicroMarc", True)
        ]  # fmt: skip
        page = as_person(town.eva).get(f"/leavers/{the_one(town.olga).id}").text
        assert "Ingen har rollen" in page

    def test_a_manager_among_several(self, town: Town) -> None:
        with transaction():
            publish(left(town.sam.id))
        assert holders(town, "system_manager") == {"Carol"}
        assert {r.vacant for r in queries.roles(the_one(town.sam))} == {False}


class TestBack:
    def test_nothing_comes_back_and_what_was_held_is_suggested(self, town: Town, held: Held, as_person: LogIn) -> None:
        coming.follow()
        with transaction() as session:
            session.get_one(Person, town.alice.id).employment_status = "ended"
            publish(left(town.alice.id))
        coming.follow()
        with transaction() as session:
            session.get_one(Person, town.alice.id).employment_status = "active"
        coming.follow()
        statuses = db.session.scalars(select(Grant.status).where(Grant.subject_id == town.alice.id))
        assert set(statuses) == {"revocation_pending"}
        assert [level.id for level in arrivals.earlier_of([town.alice.id])[town.alice.id]] == [
            held.desk.level_id, held.secret.level_id
        ]  # fmt: skip
        page = as_person(town.bob).get("/arrivals/").text
        assert f"/requests/new/{held.desk.level_id}?subject={town.alice.id}" in page

    def test_what_was_taken_at_once_is_not_suggested(self, town: Town, held: Held) -> None:
        with transaction():
            publish(EmploymentEnded(town.alice.id, "immediate", DIRECTORY, clock.now()))
        assert not arrivals.earlier_of([town.alice.id])

    @pytest.mark.parametrize(
        ("status", "starts_on", "after", "is_marked"),
        [
            ("active", None, "ended", True),
            ("active", date(2020, 1, 1), "ended", True),
            ("ended", date(2020, 1, 1), "ended", False),  # the directory says so itself now
            ("active", date(2026, 3, 16), "active", False),  # a new employment
        ],
    )
    def test_an_end_here_lasts_until_the_directory_says_so_or_there_is_a_new_employment(
        self, town: Town, status: str, starts_on: date | None, after: str, is_marked: bool
    ) -> None:
        with transaction():
            damping.end_here(town.alice.id, why="immediate", actor=by(town.bob), now=clock.now())
        later = clock.now() + timedelta(days=20)
        with transaction() as session:
            staging.begin()
            one = {"number": town.alice.employee_number, "status": status, "starts_on": starts_on}
            session.execute(_STAGED, one)
            preceding.lay_over()
            session.execute(text(staging.SAYS_SO_ITSELF), {"read_at": later})
            said = session.execute(_STATUS).scalar_one()
        alice = db.session.get_one(Person, town.alice.id, populate_existing=True)
        assert (said, alice.ended_here_at is not None) == (after, is_marked)


class TestSeveralEmployments:
    def test_scenario_16_one_of_two_ends_and_what_the_other_supports_stays(
        self, town: Town, held: Held, frozen_time: Any
    ) -> None:
        """The person is employed as long as one is: HR's file says so, and so the directory's answer does."""
        with transaction() as session:
            alice = session.get_one(Person, town.alice.id)
            first = session.scalar(select(Employment).where(Employment.person_id == alice.id))
            first.ends_on = date(2026, 3, 6)
            session.add(second := Employment(person_id=alice.id, key="second", unit_id=alice.unit_id, is_main=False))
            session.flush()
            session.get_one(Grant, held.secret.id).employment_id = second.id
        for day in ("06", "07", "09"):
            frozen_time.move_to(f"2026-03-{day}T12:00:00Z")
            tasks.follow()
        db.session.expire_all()
        assert not db.session.scalars(select(Leaver)).all()
        assert {held.base.status, held.desk.status, held.secret.status} == {"active"}
