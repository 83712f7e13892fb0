"""W15: a role changes hands on a day, its open tasks follow, and no system is left without its people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import clock
from app.appointments import handover_queries, handovers
from app.appointments.handovers import NewHandover
from app.appointments.models import RoleHandover
from app.appointments.tasks import follow_handovers
from app.catalogue import queries as catalogue
from app.catalogue import services
from app.db import db, transaction
from app.directory.models import Person
from app.errors import Forbidden, NotAllowed
from app.grants import services as grants
from app.links.models import DecisionLink
from app.tasks import queries as tasks
from tests.appointments.conftest import Post, logged, mails
from tests.auth.conftest import LogIn
from tests.people import Town, deputise, grant
from tests.requests.conftest import Life
from workflows.events import Actor

WEDNESDAY = date(2026, 3, 4)
pytestmark = pytest.mark.usefixtures("frozen_time")


def proposed(town: Town, who: Person, to: Person, **more: Any) -> RoleHandover:
    """Olga lets ``to`` take over as MicroMarc's manager on Wednesday, unless ``more`` says otherwise."""
    place = {"role": "system_manager", "system_id": town.mic.id, "on_date": WEDNESDAY, **more}
    by = place.pop("by", town.olga)
    with transaction():
        new = NewHandover(from_id=who.id, to_id=to.id, **place)
        return handovers.propose(new, actor=Actor(by.id, "proposer"), now=clock.now())


def say(what: str, one: RoleHandover, who: Person) -> None:
    """An answer of ``who``."""
    with transaction():
        getattr(handovers, what)(one, actor=Actor(who.id, "test"), now=clock.now())


def at(frozen_time: Any, day: int, month: int = 3, year: int = 2026, hour: int = 9) -> None:
    frozen_time.move_to(datetime(year, month, day, hour, 0, tzinfo=UTC))


def managers(town: Town) -> set[str]:
    return {p.given_name for p in catalogue.role_holders(town.mic.id, clock.today())["system_manager"]}


class TestTheWay:
    def test_changes_the_role_on_the_day_and_not_before(self, town: Town, frozen_time: Any) -> None:
        one = proposed(town, town.carol, town.dan)
        say("accept", one, town.dan)
        assert follow_handovers() == 0
        assert managers(town) == {"Carol", "Sam"}
        at(frozen_time, 4, hour=0)
        assert follow_handovers() == 1
        assert follow_handovers() == 0
        assert (one.state, managers(town)) == ("completed", {"Dan", "Sam"})
        assert [m.data["outcome"] for m in mails(town.carol, "handover_told")] == ["accepted", "completed"]
        assert [e.state_to for e in logged("handover.complete")] == ["completed"]

    def test_takes_the_day_that_is_left_when_the_answer_is_late(self, town: Town, frozen_time: Any) -> None:
        one = proposed(town, town.carol, town.dan)
        at(frozen_time, 6)
        say("accept", one, town.dan)
        assert follow_handovers() == 1
        (row,) = handover_queries.role_rows("system_manager", town.mic.id, "", town.dan.id, clock.today())
        assert row.valid_from == date(2026, 3, 6)

    def test_reminds_and_lapses_across_christmas(self, town: Town, frozen_time: Any) -> None:
        at(frozen_time, 21, 12)
        one = proposed(town, town.carol, town.dan, on_date=date(2027, 1, 4))
        assert one.due_on == date(2026, 12, 30)
        at(frozen_time, 28, 12)
        assert follow_handovers() == 1
        assert follow_handovers() == 0
        at(frozen_time, 30, 12)
        assert follow_handovers() == 1
        assert [m.data["is_reminder"] for m in mails(town.dan, "handover_asked")] == [False, True, True]
        at(frozen_time, 31, 12)
        assert follow_handovers() == 0, "a closed day"
        at(frozen_time, 4, 1, 2027)
        assert follow_handovers() == 1
        assert (one.state, managers(town)) == ("lapsed", {"Carol", "Sam"})

    def test_stops_at_a_no_and_when_it_is_taken_back(self, town: Town, frozen_time: Any) -> None:
        declined, taken = proposed(town, town.carol, town.dan), proposed(town, town.sam, town.dan)
        say("decline", declined, town.dan)
        say("accept", taken, town.dan)
        say("withdraw", taken, town.olga)
        at(frozen_time, 5)
        assert follow_handovers() == 0
        assert managers(town) == {"Carol", "Sam"}
        with pytest.raises(NotAllowed, match="no_such_move"):
            say("accept", declined, town.dan)

    def test_is_answered_by_the_successor_alone(self, town: Town) -> None:
        one = proposed(town, town.carol, town.dan)
        for other in (town.olga, town.carol):
            with pytest.raises(Forbidden):
                say("accept", one, other)

    def test_does_not_complete_for_a_successor_who_has_left(self, town: Town, frozen_time: Any) -> None:
        one = proposed(town, town.carol, town.dan)
        say("accept", one, town.dan)
        with transaction():
            town.dan.employment_status = "ended"
        at(frozen_time, 4)
        assert follow_handovers() == 0
        assert (one.state, managers(town)) == ("accepted", {"Carol", "Sam"})

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"to": "carol"}, "same_person"),
            ({"to": "olga"}, "not_self"),
            ({"to": "vera"}, "not_employed"),
            ({"who": "dan"}, "not_holder"),
            ({"on_date": date(2026, 3, 1)}, "handover_past"),
        ],
    )
    def test_does_not_begin_wrong(self, town: Town, changed: dict[str, Any], reason: str) -> None:
        given = {"who": "carol", "to": "bob", **changed}
        who, to = (getattr(town, given.pop(name)) for name in ("who", "to"))
        with pytest.raises(NotAllowed, match=reason):
            proposed(town, who, to, **given)

    def test_does_not_begin_twice(self, town: Town) -> None:
        proposed(town, town.carol, town.dan)
        with pytest.raises(NotAllowed, match="handover_under_way"):
            proposed(town, town.carol, town.bob)


class TestOpenTasks:
    def test_follow_the_role_their_links_die_and_mails_go(self, town: Town, life: Life, frozen_time: Any) -> None:
        order = life.order(town.alice)
        life.answer(order, town.bob, "approve")
        task = life.open_task(order)
        assert task is not None
        with transaction() as session:
            link = DecisionLink(
                token_hash=b"y" * 32, task_id=task.id, person_id=town.carol.id, round=1, request_version=3,
                created_at=clock.now(), expires_at=clock.now() + timedelta(days=9),
            )  # fmt: skip
            session.add(link)
        say("accept", proposed(town, town.carol, town.dan), town.dan)
        at(frozen_time, 4)
        follow_handovers()
        assert life.asked(order) == {"Dan", "Sam"}
        assert link.revoked_at is not None
        assert len(mails(town.dan, "task_grant")) == 1
        assert logged("task.reassigned")[-1].reason == "role_handover"

    def test_of_a_removal_follow_too(self, town: Town, frozen_time: Any) -> None:
        with transaction() as session:
            held = grant(session, town.alice, town.disk)
            grants.order_revocation(held, reason="", actor=Actor(town.bob.id, "line_manager"), now=clock.now())
        say("accept", proposed(town, town.carol, town.dan), town.dan)
        at(frozen_time, 4)
        follow_handovers()
        task = tasks.open_about(grant_id=held.id)
        assert task is not None
        assert {a.person.given_name for a in task.addressees if a.removed_at is None} == {"Dan", "Sam"}

    def test_do_not_go_to_the_one_whose_order_it_is(self, town: Town, life: Life, frozen_time: Any) -> None:
        order = life.order(town.alice)
        life.answer(order, town.bob, "approve")
        say("accept", proposed(town, town.carol, town.alice), town.alice)
        at(frozen_time, 4)
        follow_handovers()
        assert life.asked(order) == {"Sam"}
        assert managers(town) == {"Alice", "Sam"}

    def test_in_another_system_stay(self, town: Town, life: Life, frozen_time: Any) -> None:
        order = life.order(town.alice)
        life.answer(order, town.bob, "approve")
        other = proposed(town, town.carol, town.dan, system_id=town.ad.id)
        say("accept", other, town.dan)
        at(frozen_time, 4)
        assert follow_handovers() == 1
        assert life.asked(order) == {"Carol", "Sam"}

    def test_leave_the_deputy_of_whoever_had_the_role(self, town: Town, life: Life, frozen_time: Any) -> None:
        with transaction() as session:
            deputise(session, town.carol, town.eva)
        order = life.order(town.alice)
        life.answer(order, town.bob, "approve")
        assert life.asked(order) == {"Carol", "Sam", "Eva"}
        say("accept", proposed(town, town.carol, town.dan), town.dan)
        at(frozen_time, 4)
        follow_handovers()
        assert life.asked(order) == {"Dan", "Sam"}

    def test_of_a_line_manager_wait_for_the_directory(self, town: Town, life: Life, frozen_time: Any) -> None:
        order = life.order(town.alice)
        post = {"role": "line_manager", "system_id": None, "unit_id": town.library.id, "by": town.bob}
        one = proposed(town, town.bob, town.carol, **post)
        say("accept", one, town.carol)
        at(frozen_time, 4)
        assert follow_handovers() == 0
        assert life.asked(order) == {"Bob"}, "the directory says who is manager"
        with transaction():
            for who in (town.alice, town.sam, town.newcomer, town.bob):
                who.manager_id = town.carol.id
            town.carol.manager_id = town.eva.id
        assert follow_handovers() == 1
        assert (one.state, life.asked(order)) == ("completed", {"Carol"})


class TestTheLastOne:
    def test_who_works_here_cannot_be_ended_without_a_successor(self, town: Town) -> None:
        (sam,) = handover_queries.role_rows("system_manager", town.mic.id, "", town.sam.id, clock.today())
        with transaction():
            town.carol.employment_status = "ended"
        with pytest.raises(NotAllowed, match="last_holder"), transaction():
            services.end_appointment(sam.id, last_day=clock.today(), actor=Actor(town.olga.id, "x"), now=clock.now())

    def test_hands_over_all_the_same(self, town: Town, frozen_time: Any) -> None:
        one = proposed(town, town.olga, town.eva, role="system_owner", by=town.coordinator)
        say("accept", one, town.eva)
        at(frozen_time, 4)
        assert follow_handovers() == 1
        assert [p.given_name for p in catalogue.role_holders(town.mic.id, clock.today())["system_owner"]] == ["Eva"]


class TestPages:
    def test_lead_from_the_form_to_the_answer(self, town: Town, as_person: LogIn, post: Post) -> None:
        (row,) = handover_queries.role_rows("system_manager", town.mic.id, "", town.carol.id, clock.today())
        carol, dan = as_person(town.carol), as_person(town.dan)
        assert f"/roles/{row.id}/hand-over" in carol.get("/roles/").text
        path = f"/roles/{row.id}/hand-over"
        answered = post(carol, path, to=town.dan.id, on_date="2026-03-04")
        assert answered.status_code == 302
        assert "Ta över rollen" in dan.get("/roles/").text
        one = handover_queries.concerning(town.dan.id, everybodys=False)[0]
        assert post(carol, f"/roles/handovers/{one.id}/accept", of="/roles/").status_code == 403
        assert post(dan, f"/roles/handovers/{one.id}/accept", of="/roles/").status_code == 302
        db.session.refresh(one)
        assert one.state == "accepted"
        assert post(carol, path, to=town.bob.id, on_date="2026-03-04").status_code == 422

    def test_say_whose_role_ends_and_who_remains_before_it_ends(self, town: Town, as_person: LogIn, post: Post) -> None:
        (row,) = handover_queries.role_rows("system_manager", town.mic.id, "", town.sam.id, clock.today())
        path, olga = f"/roles/{row.id}/end", as_person(town.olga)
        assert path in olga.get("/roles/").text
        shown = olga.get(path).text
        assert "Avsluta Sam Östs roll som systemförvaltare för MicroMarc?" in shown
        assert "Kvar i rollen: Carol Dahl." in shown and "Avsluta Sams roll efter i dag" in shown
        db.session.refresh(row)
        assert row.valid_to is None
        assert post(olga, path, of=path).status_code == 302
        db.session.refresh(row)
        assert row.valid_to == clock.today()
        assert "redan avslutad" in olga.get(path).text
        assert post(olga, path, of="/roles/").status_code == 422

    def test_lead_to_a_handover_where_nobody_remains(self, town: Town, as_person: LogIn) -> None:
        (row,) = handover_queries.role_rows("system_manager", town.mic.id, "", town.sam.id, clock.today())
        with transaction():
            town.carol.employment_status = "ended"
        shown = as_person(town.olga).get(f"/roles/{row.id}/end").text
        assert "Ingen annan har rollen" in shown and f"/roles/{row.id}/hand-over" in shown
        assert "efter i dag" not in shown
        assert as_person(town.dan).get(f"/roles/{row.id}/end").status_code == 403
        assert as_person(town.olga).get("/roles/9999/end").status_code == 404

    def test_refuse_the_last_one_in_plain_words(self, town: Town, as_person: LogIn, post: Post) -> None:
        rows = handover_queries.others_in_charge(town.olga.id, "", clock.today())
        mine = [r for r in rows if r.system_id == town.mic.id]
        olga = as_person(town.olga)
        assert post(olga, f"/roles/{mine[0].id}/end", of="/roles/").status_code == 302
        refused = post(olga, f"/roles/{mine[1].id}/end", of="/roles/")
        assert refused.status_code == 422
        assert "Ett system behöver ägare och förvaltare" in refused.text and "efterträdare" in refused.text

    def test_show_the_coordinator_what_nobody_has(self, town: Town, as_person: LogIn) -> None:
        with transaction():
            town.sam.employment_status = "ended"
            town.olga.employment_status = "ended"
        shown = as_person(town.coordinator).get("/roles/").text
        assert "Roller som saknas" in shown and "MicroMarc" in shown and "1 av 2" in shown and "Saknas" in shown
        assert "Carol Dahl" in as_person(town.coordinator).get("/roles/?system=MIC").text
        assert "Roller som saknas" not in as_person(town.carol).get("/roles/").text

    def test_are_closed_to_strangers(self, town: Town, as_person: LogIn, post: Post) -> None:
        (row,) = handover_queries.role_rows("system_manager", town.mic.id, "", town.carol.id, clock.today())
        assert as_person(town.dan).get(f"/roles/{row.id}/hand-over").status_code == 403
        assert as_person(town.dan).get("/roles/9999/hand-over").status_code == 404
        assert post(as_person(town.carol), f"/roles/{row.id}/end", of="/roles/").status_code == 403
