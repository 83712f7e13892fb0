"""Planned, at once, seen in the directory, back again: what follows, once (rules.md C6; scenarios 15 and 27)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.db import db, transaction
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.leavers import checklist, services, tasks
from app.leavers.models import Leaver
from tests.appointments.conftest import logged, mails
from tests.leavers.conftest import Held, by, due, the_one
from tests.people import Town, left
from tests.requests.conftest import Life, employed
from workflows.case import EmploymentStatus as Status
from workflows.directory_events import EmploymentEnded
from workflows.events import DIRECTORY

pytestmark = pytest.mark.usefixtures("frozen_time")
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


def told(town: Town, last_day: date = FRIDAY, who: Person | None = None) -> Leaver:
    with transaction():
        return services.notice(who or town.alice, last_day, actor=by(town.bob), now=clock.now())


def terminated(town: Town, who: Person | None = None) -> Leaver:
    with transaction():
        return services.terminate(who or town.alice, "security", actor=by(town.bob), now=clock.now())


class TestNotice:
    def test_nothing_ends_before_the_last_day_is_over(self, town: Town, held: Held, frozen_time: Any) -> None:
        told(town)
        frozen_time.move_to("2026-03-06T22:50:00Z")  # 23:50 in Stockholm
        assert tasks.follow() == 0
        assert the_one(town.alice).state == "planned"
        frozen_time.move_to("2026-03-06T23:01:00Z")
        assert tasks.follow() == 1
        assert the_one(town.alice).state == "removing"
        assert {r.status for r in (held.base, held.desk, held.secret)} == {"revocation_pending"}

    def test_what_is_most_dangerous_is_due_first(self, town: Town, held: Held, frozen_time: Any) -> None:
        told(town, MONDAY)
        frozen_time.move_to("2026-03-03T08:00:00Z")
        tasks.follow()
        db.session.expire_all()
        assert (due(held.secret), due(held.base)) == (date(2026, 3, 3), date(2026, 3, 3))
        assert due(held.desk) == date(2026, 3, 4)

    def test_the_job_run_twice_does_it_once(self, town: Town, held: Held, frozen_time: Any) -> None:
        told(town, MONDAY)
        frozen_time.move_to("2026-03-03T08:00:00Z")
        assert [tasks.follow(), tasks.follow()] == [1, 0]
        assert len(logged("employment.ended")) == 1 and len(logged("leaver.end")) == 1
        with transaction():
            publish(left(town.alice.id))  # the directory says so too, later
        assert db.session.scalar(select(func.count()).select_from(Leaver)) == 1

    def test_the_last_day_of_february(self, town: Town, frozen_time: Any) -> None:
        frozen_time.move_to("2028-02-01T09:00:00Z")
        told(town, date(2028, 2, 29))
        frozen_time.move_to("2028-02-29T22:00:00Z")
        assert tasks.follow() == 0
        frozen_time.move_to("2028-02-29T23:00:01Z")
        assert tasks.follow() == 1

    @pytest.mark.parametrize(
        ("last_day", "reason"), [(MONDAY - timedelta(1), "day_has_been"), (date(2027, 3, 4), "day_too_far")]
    )
    def test_a_day_that_makes_no_sense(self, town: Town, last_day: date, reason: str) -> None:
        with pytest.raises(NotAllowed, match=reason):
            told(town, last_day)

    def test_another_day_moves_it_and_taken_back_nothing_ends(self, town: Town, held: Held, frozen_time: Any) -> None:
        one = told(town)
        assert told(town, FRIDAY + timedelta(7)).id == one.id
        with transaction():
            services.withdraw(one, actor=by(town.bob), now=clock.now())
        frozen_time.move_to("2026-03-20T09:00:00Z")
        assert tasks.follow() == 0
        assert (the_one(town.alice).state, held.desk.status) == ("withdrawn", "active")

    def test_nobody_about_oneself(self, town: Town) -> None:
        with pytest.raises(NotAllowed, match="not_self"):
            told(town, FRIDAY, town.bob)
        one = told(town)
        for act in (services.withdraw, services.prepare):
            with pytest.raises(NotAllowed, match="not_self"), transaction():
                act(one, actor=by(town.alice), now=clock.now())

    def test_who_left_yesterday_cannot_leave(self, town: Town) -> None:
        with pytest.raises(NotAllowed, match="not_employed_here"):
            told(town, FRIDAY, town.vera)


class TestAtOnce:
    def test_everything_the_same_day_and_the_account_within_the_hour(self, town: Town, held: Held) -> None:
        terminated(town)
        one = the_one(town.alice)
        assert (one.state, one.account_by) == ("removing", clock.now() + timedelta(hours=1))
        assert {due(r) for r in (held.base, held.desk, held.secret)} == {MONDAY}
        assert (town.alice.employment_status, town.alice.ended_here_at) == ("ended", clock.now())

    def test_only_who_carries_it_out_and_who_asked_are_told(self, town: Town, held: Held, life: Life) -> None:
        order = life.order(town.alice, by=town.bob, level=held.desk.level, scope="annan enhet")
        terminated(town)
        db.session.refresh(order)
        assert order.state == "cancelled"
        assert len(mails(town.carol, "leaver_account")) == len(mails(town.sam, "leaver_account")) == 1
        assert [m.data["rights"] for m in mails(town.bob, "leaver_confirmed")] == [3]
        templates = {"order_cancelled", "grant_revocation_ordered", "right_ends", "grant_ending"}
        for who in (town.alice, town.bob, town.olga, town.eva):
            assert not [t for t in templates if mails(who, t)], who.display_name

    def test_only_a_code_is_kept(self, town: Town) -> None:
        with pytest.raises(NotAllowed, match="unknown_reason"), transaction():
            services.terminate(town.alice, "stal ur kassan", actor=by(town.bob), now=clock.now())
        terminated(town)
        (event,) = logged("leaver.terminate")
        assert (event.data["reason_code"], event.reason) == ("security", "")

    def test_a_notice_becomes_an_end_at_once(self, town: Town, held: Held) -> None:
        one = told(town)
        assert terminated(town).id == one.id
        with pytest.raises(Conflict, match="leaver_ended"):
            terminated(town)
        assert len(logged("employment.ended")) == 1

    def test_two_at_once_make_one_end(self, app: Flask, town: Town, held: Held) -> None:
        def act(role: str) -> str:
            with app.app_context():
                try:
                    with transaction():
                        someone = db.session.get_one(Person, town.alice.id)
                        services.terminate(someone, "breach", actor=by(town.bob, role), now=clock.now())
                    return "done"
                except Conflict as refused:
                    return refused.reason

        town.alice.id, town.bob.id  # noqa: B018  # loaded before the threads share them
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(act, ("hr", "line_manager"))) == ["done", "leaver_ended"]
        assert db.session.scalar(select(func.count()).select_from(Leaver)) == 1
        assert len(logged("grant.revocation_ordered")) == 3

    def test_the_directory_does_not_undo_it(self, town: Town, held: Held) -> None:
        terminated(town)
        from app.directory import services as directory

        assert directory.lookup(town.alice, clock.now()).status in (Status.ENDED, Status.UNKNOWN)


class TestDirectory:
    def test_what_the_directory_is_sure_of_begins_and_ends_it(self, town: Town, held: Held) -> None:
        with transaction():
            publish(left(town.alice.id))
        one = the_one(town.alice)
        assert (one.state, one.source, one.opened_by_id) == ("removing", "ended", None)
        assert {r.status for r in (held.base, held.desk, held.secret)} == {"revocation_pending"}

    def test_the_day_before_is_the_last_day_when_the_directory_knows(self, town: Town) -> None:
        with transaction() as session:
            session.get_one(Person, town.alice.id).ends_on = date(2026, 2, 27)
            publish(EmploymentEnded(town.alice.id, "seen_again", DIRECTORY, clock.now()))
        assert the_one(town.alice).last_day == date(2026, 2, 27)

    def test_a_day_in_the_directory_is_planned_moved_and_forgotten(self, town: Town) -> None:
        def says(day: date | None) -> str:
            with transaction() as session:
                session.get_one(Person, town.alice.id).ends_on = day
            tasks.follow()
            one = the_one(town.alice)
            return f"{one.state} {one.last_day}"

        assert says(date(2026, 3, 27)) == "planned 2026-03-27"
        assert says(date(2026, 3, 20)) == "planned 2026-03-20"
        assert says(date(2026, 6, 30)).startswith("withdrawn")  # an extended substitute is no leaver
        assert says(FRIDAY) == "planned 2026-03-06"
        assert says(None).startswith("withdrawn")

    @pytest.mark.parametrize(
        ("status", "state"),
        [(Status.UNKNOWN, "planned"), (Status.ENDED, "removing"), (Status.ACTIVE, "withdrawn")],
    )
    def test_it_is_asked_once_more_on_the_day(
        self, town: Town, held: Held, frozen_time: Any, status: Status, state: str
    ) -> None:
        with transaction() as session:
            session.get_one(Person, town.alice.id).ends_on = FRIDAY
        tasks.follow()
        frozen_time.move_to("2026-03-07T06:00:00Z")
        with transaction():
            one = services.hold(the_one(town.alice).id)
            tasks.end_as_said(one, employed(town.alice, status), clock.now())
        assert the_one(town.alice).state == state
        assert (held.desk.status == "active") is (state != "removing")

    def test_down_on_the_day_nothing_happens(self, town: Town, held: Held, frozen_time: Any) -> None:
        with transaction() as session:
            session.get_one(Person, town.alice.id).ends_on = FRIDAY
        tasks.follow()
        frozen_time.move_to("2026-03-09T06:00:00Z")
        assert tasks.follow() == 0  # no directory answers here
        assert (the_one(town.alice).state, held.secret.status) == ("planned", "active")


class TestChecklist:
    def test_what_is_written_down_and_handed_back(self, town: Town) -> None:
        one = told(town)
        with transaction():
            item = checklist.add(one, "equipment", " Bärbar dator med å och 'fnutt' ", actor=by(town.bob))
        for _ in range(2):
            with transaction():
                checklist.done(item, actor=by(town.bob), now=clock.now())
        assert (item.what, item.done_by_id) == ("Bärbar dator med å och 'fnutt'", town.bob.id)

    @pytest.mark.parametrize(
        ("kind", "what", "reason"),
        [("car", "Volvo", "item_needs_words"), ("other", "  ", "item_needs_words"),
         ("other", "Nyckel till 811228-9874", "personnummer")],
    )  # fmt: skip
    def test_refused(self, town: Town, kind: str, what: str, reason: str) -> None:
        one = told(town)
        with pytest.raises(NotAllowed, match=reason), transaction():
            checklist.add(one, kind, what, actor=by(town.bob))
