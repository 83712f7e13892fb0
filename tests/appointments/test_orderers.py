"""W9: an authorised orderer from nomination to end, and what one may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.appointments import duties, orderer_queries, orderers
from app.appointments.models import OrdererAppointment
from app.appointments.orderer_course import COURSE
from app.appointments.orderer_tasks import follow_orderers
from app.appointments.orderers import Nomination
from app.catalogue import queries as catalogue
from app.catalogue.models import Appointment, Course
from app.db import db, transaction
from app.directory.models import Person, Unit
from app.errors import Forbidden, NotAllowed
from app.events import publish
from app.requests import facts
from app.requests import services as ordering
from app.requests.models import AccessRequest
from app.requests.services import Push
from tests.appointments.conftest import Post, logged, mails
from tests.auth.conftest import LogIn
from tests.people import Town, appoint, deputise, left, level, person, system
from tests.requests.conftest import Life, employed
from tests.training.conftest import completed
from workflows.case import OrdererAuthority
from workflows.events import Actor

FIRST, LAST = date(2026, 3, 2), date(2027, 12, 31)
pytestmark = pytest.mark.usefixtures("frozen_time")


def nominated(town: Town, who: Person | None = None, **more: Any) -> OrdererAppointment:
    """Bob nominates Nina for the library, for all up to K2, unless ``more`` says otherwise."""
    given = {"unit_ids": (town.library.id,), "system_ids": (), "valid_from": FIRST, "valid_to": LAST, **more}
    by = given.pop("by", town.bob)
    with transaction():
        new = Nomination((who or town.newcomer).id, **given)
        return orderers.nominate(new, actor=Actor(by.id, "nominator"), now=clock.now())


def act(name: str, one: OrdererAppointment, by: Person, **more: Any) -> None:
    """One act of the way, in a transaction of its own."""
    with transaction():
        getattr(orderers, name)(one, actor=Actor(by.id, "test"), now=clock.now(), **more)


def active(town: Town, who: Person | None = None, **more: Any) -> OrdererAppointment:
    """A nomination that was accepted and registered."""
    one = nominated(town, who, **more)
    act("accept", one, one.person, version=duties.VERSION)
    act("register", one, town.coordinator)
    return one


def may_order(who: Person, subject: Person, town: Town, **more: Any) -> OrdererAuthority | None:
    """By what right ``who`` may order MicroMarc's desk for ``subject`` today."""
    wanted = more.get("level", town.disk)
    return facts.authority_to_order(who, subject, wanted, clock.today(), ())


def at(frozen_time: Any, year: int, month: int, day: int, hour: int = 9) -> None:
    frozen_time.move_to(datetime(year, month, day, hour, 0, tzinfo=UTC))


class TestTheWay:
    def test_waits_for_the_course_where_the_municipality_gives_it(self, town: Town) -> None:
        with transaction() as session:
            session.add(Course(code=COURSE, name="Introduktion för behöriga beställare", valid_months=24))
        one = nominated(town)
        with pytest.raises(NotAllowed, match="course_missing"):
            act("accept", one, town.newcomer, version=duties.VERSION)
        completed(town.newcomer, COURSE)
        act("accept", one, town.newcomer, version=duties.VERSION)
        assert one.state == "accepted"

    def test_goes_from_nomination_by_acceptance_to_registration(self, town: Town) -> None:
        one = nominated(town)
        assert (one.state, one.due_on, one.lapses_on) == ("nominated", date(2026, 3, 9), date(2026, 3, 23))
        act("accept", one, town.newcomer, version=duties.VERSION)
        assert (one.state, one.due_on, one.lapses_on) == ("accepted", date(2026, 3, 5), None)
        assert may_order(town.newcomer, town.alice, town) is None, "not before somebody has registered"
        act("register", one, town.coordinator)
        assert (one.state, one.due_on, one.registrar_id) == ("active", None, town.coordinator.id)
        assert may_order(town.newcomer, town.alice, town) is OrdererAuthority.AUTHORISED_ORDERER
        assert one.duties_version == duties.VERSION
        assert [e.event for e in (*logged("orderer.nominate"), *logged("orderer.accept"))] == [
            "orderer.nominate",
            "orderer.accept",
        ]
        assert logged("orderer.register")[0].state_to == "active"

    def test_asks_each_one_by_mail(self, town: Town) -> None:
        one = nominated(town)
        act("accept", one, town.newcomer, version=duties.VERSION)
        act("register", one, town.coordinator)
        assert [m.data["question"] for m in mails(town.newcomer, "orderer_asked")] == ["accept"]
        assert [m.data["question"] for m in mails(town.coordinator, "orderer_asked")] == ["register"]
        assert [m.data["outcome"] for m in mails(town.bob, "orderer_told")] == ["active"]
        assert [m.data["outcome"] for m in mails(town.newcomer, "orderer_told")] == ["active"]

    def test_stops_when_the_nominee_says_no(self, town: Town) -> None:
        one = nominated(town)
        act("decline", one, town.newcomer)
        assert (one.state, one.due_on) == ("declined", None)
        with pytest.raises(NotAllowed, match="no_such_move"):
            act("accept", one, town.newcomer, version=duties.VERSION)

    def test_is_answered_by_the_nominee_alone_and_on_the_text_of_today(self, town: Town) -> None:
        one = nominated(town)
        with pytest.raises(Forbidden, match="not_your_nomination"):
            act("accept", one, town.bob, version=duties.VERSION)
        with pytest.raises(NotAllowed, match="duties_changed"):
            act("accept", one, town.newcomer, version="0.9")

    def test_is_registered_by_a_third_person(self, town: Town) -> None:
        with transaction() as session:
            appoint(session, "infosec_coordinator", town.bob)
            appoint(session, "it_manager", town.newcomer)
        one = nominated(town)
        act("accept", one, town.newcomer, version=duties.VERSION)
        assert [p.given_name for p in orderer_queries.asked_about(one, clock.today())] == ["Inga"]
        for party in (town.bob, town.newcomer):
            with pytest.raises(NotAllowed, match="four_eyes"):
                act("register", one, party)
        assert one.state == "accepted"

    def test_begins_in_a_unit_that_the_nominator_leads(self, town: Town) -> None:
        with pytest.raises(Forbidden, match="not_your_unit"):
            nominated(town, unit_ids=(town.school.id,))
        with pytest.raises(Forbidden, match="not_your_unit"):
            nominated(town, by=town.carol)
        with transaction() as session:
            appoint(session, "board_manager", town.eva, board="BUN")
        assert nominated(town, by=town.eva, unit_ids=(town.school.id, town.library.id)).state == "nominated"

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"valid_to": date(2028, 3, 3)}, "orderer_period"),
            ({"valid_to": date(2026, 3, 1)}, "period"),
            ({"unit_ids": ()}, "unit_needed"),
        ],
    )
    def test_does_not_begin_by_half(self, town: Town, changed: dict[str, Any], reason: str) -> None:
        with pytest.raises(NotAllowed, match=reason):
            nominated(town, **changed)

    def test_does_not_begin_for_oneself_who_has_left_or_who_is_on_it(self, town: Town) -> None:
        with pytest.raises(NotAllowed, match="not_self"):
            nominated(town, town.bob)
        with pytest.raises(NotAllowed, match="not_employed"):
            nominated(town, town.vera)
        nominated(town)
        with pytest.raises(NotAllowed, match="already_nominated"):
            nominated(town)


class TestMayNot:
    def test_order_for_oneself_as_an_orderer(self, town: Town, life: Life) -> None:
        active(town, town.alice)
        assert may_order(town.alice, town.alice, town) is OrdererAuthority.SELF
        order = life.order(town.alice)
        assert life.asked(order) == {"Bob"}, "the manager decides as for anybody"

    def test_approve_what_they_ordered(self, town: Town, life: Life) -> None:
        active(town, town.dan)
        with transaction() as session:
            deputise(session, town.bob, town.dan)
        order = life.order(town.alice, by=town.dan)
        assert life.asked(order) == {"Bob"}
        with pytest.raises(NotAllowed, match="not_self"):
            life.answer(order, town.dan, "approve")

    def test_order_for_another_unit_or_in_another_system(self, town: Town, life: Life) -> None:
        active(town, system_ids=(town.ad.id,))
        assert may_order(town.newcomer, town.alice, town) is None
        assert may_order(town.newcomer, town.dan, town, level=town.base) is None
        with pytest.raises(NotAllowed) as caught:
            life.order(town.alice, by=town.newcomer)
        assert [g.guard for g in caught.value.guards if not g.passed] == ["G5"]

    def test_order_what_is_above_the_class(self, town: Town) -> None:
        active(town)
        with transaction() as session:
            secret = system(session, "PRO", "Procapita", confidentiality=3)
            whole = level(session, secret, "HAN", "Handläggare")
            part = level(session, town.mic, "HEM", "Hemliga lån", details={"k": 3})
        assert may_order(town.newcomer, town.alice, town, level=whole) is None
        assert may_order(town.newcomer, town.alice, town, level=part) is None, "the level's own class counts"
        assert may_order(town.newcomer, town.alice, town) is OrdererAuthority.AUTHORISED_ORDERER

    def test_delegate(self, town: Town) -> None:
        active(town)
        with transaction() as session:
            deputise(session, town.newcomer, town.dan)
        assert may_order(town.dan, town.alice, town) is None


class TestTime:
    def test_reminds_and_lapses_across_christmas(self, town: Town, frozen_time: Any) -> None:
        at(frozen_time, 2026, 12, 21)
        one = nominated(town, valid_from=date(2026, 12, 21))
        assert (one.due_on, one.lapses_on) == (date(2026, 12, 30), date(2027, 1, 18))
        for day, number in ((22, 0), (28, 1), (30, 2)):  # 24 to 27 and 31 are closed
            at(frozen_time, 2026, 12, day)
            follow_orderers()
            assert follow_orderers() == 0, "a second run finds nothing to do"
            assert len(mails(town.newcomer, "orderer_asked")) == 1 + number, day
        at(frozen_time, 2027, 1, 18, hour=5)
        assert follow_orderers() == 0, "not before seven"
        at(frozen_time, 2027, 1, 18)
        assert follow_orderers() == 1
        assert one.state == "lapsed"
        assert [m.data["outcome"] for m in mails(town.bob, "orderer_told")] == ["lapsed"]

    def test_does_not_register_and_never_lapses_then(self, town: Town, frozen_time: Any) -> None:
        one = nominated(town)
        act("accept", one, town.newcomer, version=duties.VERSION)
        at(frozen_time, 2026, 6, 1)
        assert follow_orderers() == 1
        assert follow_orderers() == 0
        assert one.state == "accepted"
        reminders = [m.data["is_reminder"] for m in mails(town.coordinator, "orderer_asked")]
        assert reminders == [False, True], "of three that were missed only the newest goes"

    def test_asks_in_september_and_suspends_after_fifteen_working_days(self, town: Town, frozen_time: Any) -> None:
        one = active(town)
        at(frozen_time, 2026, 8, 31)
        assert follow_orderers() == 0
        at(frozen_time, 2026, 9, 1)
        assert follow_orderers() == 1
        assert (one.state, one.due_on) == ("active", date(2026, 9, 22))
        assert [m.data["question"] for m in mails(town.bob, "orderer_asked")] == ["confirm"]
        at(frozen_time, 2026, 9, 22)
        follow_orderers()
        assert one.state == "active", "the last day counts"
        at(frozen_time, 2026, 9, 23)
        assert follow_orderers() == 1
        assert one.state == "suspended"
        assert may_order(town.newcomer, town.alice, town) is None
        act("confirm", one, town.bob)
        assert one.state == "active"
        assert may_order(town.newcomer, town.alice, town) is OrdererAuthority.AUTHORISED_ORDERER
        at(frozen_time, 2026, 10, 1)
        assert follow_orderers() == 0, "once a year"

    def test_keeps_one_who_is_confirmed(self, town: Town, frozen_time: Any) -> None:
        one = active(town)
        at(frozen_time, 2026, 9, 1)
        follow_orderers()
        with pytest.raises(Forbidden, match="not_your_unit"):
            act("confirm", one, town.newcomer)
        with pytest.raises(Forbidden, match="not_your_unit"):
            act("confirm", one, town.olga)
        act("confirm", one, town.eva)
        at(frozen_time, 2026, 12, 1)
        assert follow_orderers() == 0
        assert (one.state, one.confirmed_on) == ("active", date(2026, 9, 1))

    def test_asks_the_new_head_when_the_nominator_has_left(self, town: Town, frozen_time: Any) -> None:
        active(town)
        with transaction():
            town.bob.employment_status = "ended"
        at(frozen_time, 2026, 9, 1)
        follow_orderers()
        assert [m.data["question"] for m in mails(town.eva, "orderer_asked")] == ["confirm"]

    def test_ends_it_with_the_last_day(self, town: Town, frozen_time: Any) -> None:
        one = active(town, valid_to=date(2026, 6, 30))
        at(frozen_time, 2026, 6, 30, hour=20)
        assert follow_orderers() == 0
        at(frozen_time, 2026, 6, 30, hour=22)  # midnight has passed here
        assert follow_orderers() == 1
        assert follow_orderers() == 0
        assert (one.state, one.end_reason) == ("ended", "expired")
        assert logged("orderer.end")[0].reason == "expired"

    def test_ends_it_for_who_has_moved(self, town: Town) -> None:
        one = active(town)
        with transaction():
            town.newcomer.unit_id = town.school.id
        assert follow_orderers() == 1
        assert (one.state, one.end_reason) == ("ended", "moved")
        assert may_order(town.newcomer, town.alice, town) is None


class TestTheEnd:
    def test_comes_at_once_for_who_leaves(self, town: Town, frozen_time: Any) -> None:
        one = active(town)
        frozen_time.shift(timedelta(days=1))
        with transaction():
            town.newcomer.employment_status = "ended"
            publish(left(town.newcomer.id))
        assert (one.state, one.end_reason) == ("ended", "employment_ended")
        assert may_order(town.newcomer, town.alice, town) is None

    def test_on_the_first_day_leaves_no_right_behind(self, town: Town) -> None:
        one = active(town)
        act("end", one, town.bob, reason="withdrawn")
        assert db.session.scalars(select(Appointment).where(Appointment.role == "authorised_orderer")).all() == []
        with pytest.raises(NotAllowed, match="no_such_move"):
            act("end", one, town.bob, reason="withdrawn")

    def test_scenario_35_after_24_months_drafts_pass_to_the_line_manager(
        self, town: Town, life: Life, frozen_time: Any
    ) -> None:
        one = active(town, town.dan, valid_to=date(2028, 3, 2))
        at(frozen_time, 2028, 3, 1)
        order = life.order(town.alice, by=town.dan)
        life.answer(order, town.bob, "return", reason="Vilken filial gäller det?")
        assert life.asked(order) == {"Dan"}
        at(frozen_time, 2028, 3, 2, hour=23)
        assert follow_orderers() >= 1
        assert one.state == "ended"
        assert life.asked(order) == {"Bob"}
        assert db.session.get_one(AccessRequest, order.id).orderer_id == town.bob.id
        assert logged("task.reassigned")[-1].data == {"from": town.dan.id, "to": town.bob.id}
        at(frozen_time, 2028, 3, 3)
        with pytest.raises(Forbidden, match="not_your_order"), transaction():
            ordering.submit(order, Push(Actor(town.dan.id, "orderer"), clock.now(), employed(town.alice)))
        with transaction():
            ordering.amend(order, {"valid_from": clock.today()}, actor=Actor(town.bob.id, "orderer"))
            ordering.submit(order, Push(Actor(town.bob.id, "orderer"), clock.now(), employed(town.alice)))
        assert order.orderer_authority == "line_manager"

    def test_what_comes_back_later_passes_on_too(self, town: Town, life: Life) -> None:
        one = active(town, town.dan)
        order = life.order(town.alice, by=town.dan)
        act("end", one, town.bob, reason="withdrawn")
        assert life.asked(order) == {"Bob"}, "what is under way goes on"
        life.answer(order, town.bob, "return", reason="Vilken filial gäller det?")
        assert follow_orderers() == 1
        assert follow_orderers() == 0
        assert life.asked(order) == {"Bob"} and order.orderer_id == town.bob.id

    def test_of_one_of_two_keeps_the_drafts_that_the_other_covers(self, town: Town, life: Life) -> None:
        one = active(town, town.dan, system_ids=(town.mic.id,))
        with transaction() as session:
            appoint(session, "authorised_orderer", town.dan, unit=town.library, valid_to=LAST)
        order = life.order(town.alice, by=town.dan)
        life.answer(order, town.bob, "return", reason="Vilken filial gäller det?")
        act("end", one, town.bob, reason="withdrawn")
        assert life.asked(order) == {"Dan"}


class TestPages:
    def test_lead_a_nomination_to_a_published_orderer(self, town: Town, as_person: LogIn, post: Post) -> None:
        bob, nina, inga = as_person(town.bob), as_person(town.newcomer), as_person(town.coordinator)
        fields = {"person": town.newcomer.id, "units": [town.library.id], "reach": "all"}
        days = {"valid_from": "2026-03-02", "valid_to": "2027-12-31"}
        made = post(bob, "/orderers/new", **fields, **days)
        assert made.status_code == 302
        way = made.location
        assert "Du får inte" in nina.get(way).text
        assert post(nina, f"{way}/accept", of=way, version=duties.VERSION).status_code == 422
        assert post(nina, f"{way}/accept", of=way, version=duties.VERSION, read="y").status_code == 302
        assert "Registrera uppdraget" in inga.get(way).text
        assert "Registrera uppdraget" not in bob.get(way).text
        assert post(bob, f"{way}/register", of=way).status_code == 403
        assert post(inga, f"{way}/register", of=way).status_code == 302
        listed = as_person(town.alice).get("/orderers/").text
        assert "Nina Ny" in listed and "alla system till och med K2" in listed
        assert "Saknar 1" in listed and "Saknar 2" in listed

    def test_say_beside_the_field_what_to_change(self, town: Town, as_person: LogIn, post: Post) -> None:
        fields = {"person": town.newcomer.id, "units": [town.library.id], "reach": "chosen"}
        days = {"valid_from": "2026-03-02", "valid_to": "2028-03-03"}
        answered = post(as_person(town.bob), "/orderers/new", **fields, **days)
        assert answered.status_code == 422 and "Välj minst ett system" in answered.text
        answered = post(as_person(town.bob), "/orderers/new", **{**fields, "reach": "all"}, **days)
        assert answered.status_code == 422 and "högst 24 månader" in answered.text

    def test_offer_only_units_that_one_leads(self, town: Town, as_person: LogIn, post: Post) -> None:
        shown = as_person(town.bob).get("/orderers/new").text
        assert "Biblioteket" in shown and "Tallskolan" not in shown
        assert as_person(town.alice).get("/orderers/new").status_code == 403
        fields = {"person": town.newcomer.id, "units": [town.school.id], "reach": "all"}
        days = {"valid_from": "2026-03-02", "valid_to": "2027-12-31"}
        assert post(as_person(town.bob), "/orderers/new", **fields, **days).status_code == 422

    def test_are_closed_to_strangers_and_gone_when_they_never_were(self, town: Town, as_person: LogIn) -> None:
        one = nominated(town)
        assert as_person(town.alice).get(f"/orderers/{one.id}").status_code == 403
        assert as_person(town.bob).get("/orderers/999").status_code == 404

    def test_end_it_by_the_orderer(self, town: Town, as_person: LogIn, post: Post) -> None:
        one = active(town)
        way = f"/orderers/{one.id}"
        assert post(as_person(town.newcomer), f"{way}/end", of=way).status_code == 302
        db.session.refresh(one)
        assert one.state == "ended"
        assert post(as_person(town.newcomer), f"{way}/end", of="/").status_code == 422

    @pytest.mark.parametrize("how_many", [1, 12])
    def test_list_takes_the_same_few_statements_however_many_units(
        self, town: Town, as_person: LogIn, statements: Callable[[], int], how_many: int
    ) -> None:
        with transaction() as session:
            for number in range(how_many):
                unit = Unit(code=f"E{number}", name=f"Enhet {number}", board="KTN", parent_id=town.library.id)
                session.add(unit)
                session.flush()
                appoint(session, "authorised_orderer", person(session, f"Ann {number}", unit), unit=unit, valid_to=LAST)
        browser = as_person(town.alice)
        db.session.commit()
        before = statements()
        assert browser.get("/orderers/").status_code == 200
        assert statements() - before <= 5


def test_orderer_of_a_unit_above_covers_the_unit_below(town: Town) -> None:
    with transaction() as session:
        below = Unit(code="KTF-BIB-N", name="Filial Norr", board="KTN", parent_id=town.library.id)
        session.add(below)
        session.flush()
        person(session, "Nils Norr", below)
    active(town)
    found = {unit.unit: list(unit.orderers) for unit in orderer_queries.covered_units(clock.today())}
    assert found == {"Biblioteket": ["Nina Ny"], "Filial Norr": ["Nina Ny"], "Tallskolan": []}
    assert catalogue.orderer_covers(town.newcomer.id, below.id, town.mic.id, clock.today(), 2)
