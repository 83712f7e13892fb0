"""W16: deputies in absence and standing ones, on the page, in the tasks and in the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.appointments.tasks import follow_absence
from app.catalogue import services
from app.catalogue.models import Deputyship
from app.catalogue.services import NewDeputy
from app.db import db, transaction
from app.decisions import reassigning
from app.directory.models import Person
from app.errors import Forbidden, NotAllowed
from app.events import publish
from app.grants import services as grants
from app.links.models import DecisionLink
from app.requests.tasks import run_clocks
from app.tasks import queries as tasks
from tests.appointments.conftest import Post, logged, mails
from tests.auth.conftest import LogIn
from tests.people import Town, appoint, deputise, grant, left
from tests.requests.conftest import Life
from workflows.events import Actor

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)
ME = {"kind": "absence", "valid_from": "2026-03-02", "valid_to": "2026-03-20"}
pytestmark = pytest.mark.usefixtures("frozen_time")


def name(who: Person, deputy: Person, first: date = MONDAY, last: date = FRIDAY, *, absence: bool = True) -> Deputyship:
    """``who`` names a deputy."""
    with transaction():
        new = NewDeputy(who.id, deputy.id, first, last, absence)
        return services.set_deputy(new, actor=Actor(who.id, "principal"), now=clock.now())


def end(given: Deputyship) -> None:
    """Whoever has the deputy ends it from today on."""
    with transaction():
        actor, yesterday = Actor(given.person_id, "principal"), clock.today() - timedelta(days=1)
        services.end_deputy(given, last_day=yesterday, reason="withdrawn", actor=actor, now=clock.now())


class TestOpenTasks:
    def test_are_asked_of_the_deputy_too_when_the_absence_has_begun(self, life: Life, town: Town) -> None:
        order = life.order(town.alice)
        name(town.bob, town.eva)
        assert life.asked(order) == {"Bob", "Eva"}
        (mail,) = mails(town.eva, "task_deputy")
        assert mail.data["on_behalf_of_name"] == "Bob Ek"
        life.answer(order, town.eva, "approve")

    def test_wait_for_the_first_day_of_an_absence_to_come(self, life: Life, town: Town, frozen_time: Any) -> None:
        order = life.order(town.alice)
        name(town.bob, town.eva, date(2026, 3, 4))
        assert follow_absence() == 0
        frozen_time.move_to(datetime(2026, 3, 4, 5, 59, tzinfo=UTC))
        assert follow_absence() == 0, "nobody is asked before seven"
        frozen_time.move_to(datetime(2026, 3, 4, 6, 0, tzinfo=UTC))
        assert follow_absence() == 1
        assert follow_absence() == 0, "a second run finds nothing to do"
        assert life.asked(order) == {"Bob", "Eva"}
        assert len(mails(town.eva, "task_deputy")) == 1

    def test_of_an_absence_that_begins_at_christmas_are_asked_after_it(
        self, life: Life, town: Town, frozen_time: Any
    ) -> None:
        frozen_time.move_to(datetime(2026, 12, 22, 9, 0, tzinfo=UTC))
        order = life.order(town.alice)
        name(town.bob, town.eva, date(2026, 12, 24), date(2027, 1, 8))
        for day in (24, 25, 26, 27):
            frozen_time.move_to(datetime(2026, 12, day, 9, 0, tzinfo=UTC))
            assert follow_absence() == 0, day
        frozen_time.move_to(datetime(2026, 12, 28, 6, 30, tzinfo=UTC))
        assert follow_absence() == 1
        assert life.asked(order) == {"Bob", "Eva"}

    def test_of_a_removal_are_asked_of_the_deputy_but_never_of_the_subject(self, life: Life, town: Town) -> None:
        with transaction() as session:
            held = grant(session, town.alice, town.disk)
            his = grant(session, town.dan, town.disk)
        with transaction():
            for one in (held, his):
                grants.order_revocation(one, reason="", actor=Actor(town.bob.id, "line_manager"), now=clock.now())
        name(town.carol, town.dan)

        def asked(grant_id: int) -> set[str]:
            task = tasks.open_about(grant_id=grant_id)
            assert task is not None
            return {a.person.given_name for a in task.addressees if a.removed_at is None}

        assert asked(held.id) == {"Carol", "Sam", "Dan"}
        assert asked(his.id) == {"Carol", "Sam"}

    def test_are_not_asked_of_the_subject_or_the_orderer(self, life: Life, town: Town) -> None:
        order = life.order(town.alice, valid_to=date(2026, 12, 31))
        name(town.bob, town.alice)
        assert life.asked(order) == {"Bob"}
        assert follow_absence() == 0

    def test_a_standing_deputy_is_not_asked_before_the_escalation(self, life: Life, town: Town) -> None:
        order = life.order(town.alice)
        name(town.bob, town.eva, absence=False)
        assert life.asked(order) == {"Bob"}
        assert follow_absence() == 0

    def test_a_deputy_who_was_asked_and_passed_it_on_is_not_asked_again(self, life: Life, town: Town) -> None:
        order = life.order(town.alice)
        name(town.bob, town.coordinator)
        task = life.open_task(order)
        assert task is not None
        actor = Actor(town.coordinator.id, "deputy", on_behalf_of_id=town.bob.id)
        reassigning.pass_on(task, town.eva.id, actor, reason="Jag känner inte enheten.", now=clock.now())
        assert follow_absence() == 0
        assert life.asked(order) == {"Bob", "Eva"}


class TestTheEnd:
    def test_takes_the_tasks_back_and_kills_the_link(self, life: Life, town: Town) -> None:
        order = life.order(town.alice)
        given = name(town.bob, town.eva)
        task = life.open_task(order)
        assert task is not None
        with transaction() as session:
            link = DecisionLink(
                token_hash=b"x" * 32, task_id=task.id, person_id=town.eva.id, round=1, request_version=2,
                created_at=clock.now(), expires_at=clock.now() + timedelta(days=5),
            )  # fmt: skip
            session.add(link)
        end(given)
        assert life.asked(order) == {"Bob"}
        assert link.revoked_at == clock.now()
        with pytest.raises(Forbidden):
            life.answer(order, town.eva, "approve")

    def test_comes_with_the_last_day_whatever_hour_it_is(self, life: Life, town: Town, frozen_time: Any) -> None:
        order = life.order(town.alice)
        name(town.bob, town.eva, last=date(2026, 3, 3))
        frozen_time.move_to(datetime(2026, 3, 3, 22, 0, tzinfo=UTC))
        assert follow_absence() == 0, "the last day counts"
        frozen_time.move_to(datetime(2026, 3, 3, 23, 10, tzinfo=UTC))  # ten past midnight here
        assert follow_absence() == 1
        assert follow_absence() == 0
        assert life.asked(order) == {"Bob"}

    def test_of_one_that_never_began_leaves_no_row_and_two_events(self, town: Town) -> None:
        given = name(town.bob, town.eva, date(2026, 3, 10), date(2026, 3, 12))
        end(given)
        assert db.session.scalars(select(Deputyship)).all() == []
        assert [e.data["deputy_id"] for e in (*logged("deputy.named"), *logged("deputy.ended"))] == [town.eva.id] * 2

    def test_of_one_that_has_been_keeps_the_days_that_it_was(self, town: Town, frozen_time: Any) -> None:
        given = name(town.bob, town.eva)
        frozen_time.shift(timedelta(days=2))
        end(given)
        assert given.valid_to == date(2026, 3, 3)
        with pytest.raises(NotAllowed, match="already_ended"):
            end(given)

    def test_comes_when_the_deputy_leaves_and_the_principal_hears_it(self, life: Life, town: Town) -> None:
        order = life.order(town.alice)
        name(town.bob, town.eva)
        with transaction():
            town.eva.employment_status = "ended"
            publish(left(town.eva.id))
        assert life.asked(order) == {"Bob"}
        (mail,) = mails(town.bob, "deputy_ended")
        assert (mail.data["role"], mail.data["reason"]) == ("principal", "employment_ended")

    def test_somebody_on_leave_without_a_deputy_is_passed_by(self, life: Life, town: Town) -> None:
        with transaction():
            town.bob.employment_status = "on_leave"
        given = name(town.bob, town.dan)
        order = life.order(town.alice)
        assert life.asked(order) == {"Bob", "Dan"}
        end(given)
        assert "Dan" not in life.asked(order)


class TestNaming:
    def test_tells_the_deputy_and_the_log(self, town: Town) -> None:
        name(town.bob, town.eva)
        (mail,) = mails(town.eva, "deputy_named")
        assert (mail.data["person_name"], mail.data["valid_to"]) == ("Bob Ek", "2026-03-06")
        (event,) = logged("deputy.named")
        assert (event.actor_id, event.object_type, event.data["person"]) == (town.bob.id, "deputyship", town.bob.id)

    def test_of_somebody_with_protected_identity_names_nobody_in_the_mail(self, town: Town) -> None:
        with transaction():
            town.bob.protected_identity = True
        name(town.bob, town.eva)
        assert mails(town.eva, "deputy_named")[0].data["person_name"] == ""

    def test_twice_for_overlapping_days_says_which(self, town: Town) -> None:
        first = name(town.bob, town.eva)
        with pytest.raises(NotAllowed, match="deputy_already") as caught:
            name(town.bob, town.eva, FRIDAY, date(2026, 3, 9))
        assert caught.value.details["deputyship"].id == first.id
        name(town.bob, town.eva, date(2026, 3, 7), date(2026, 3, 9))

    def test_two_people_at_once_cannot_make_a_chain(self, town: Town, app: Any) -> None:
        """Bob names Eva while Eva names Dan: the second sees the first, or waits for it."""
        town_ids = town.bob.id, town.eva.id, town.dan.id
        db.session.commit()
        at_once, refused = Barrier(2), []

        def act(who: int, deputy: int) -> None:
            with app.app_context():
                at_once.wait()
                try:
                    with transaction():
                        new = NewDeputy(who, deputy, MONDAY, FRIDAY)
                        services.set_deputy(new, actor=Actor(who, "principal"), now=clock.now())
                except NotAllowed as refusal:
                    refused.append(refusal.reason)

        bob, eva, dan = town_ids
        threads = [Thread(target=act, args=pair) for pair in ((bob, eva), (eva, dan))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert refused == ["deputy_chain"]


class TestPage:
    def test_names_somebody_and_shows_it_to_both(self, town: Town, as_person: LogIn, post: Post) -> None:
        bob = as_person(town.bob)
        answered = post(bob, "/deputies/new", deputy=town.eva.id, **ME)
        assert answered.status_code == 302
        shown = bob.get("/deputies/").text
        assert "Eva Lind" in shown and "har fått ett mail" in shown
        assert "Bob Ek" in as_person(town.eva).get("/deputies/").text

    def test_finds_people_by_a_search_and_never_oneself_or_who_has_left(self, town: Town, as_person: LogIn) -> None:
        bob = as_person(town.bob)
        near = bob.get("/deputies/new").text
        assert "Eva Lind" in near and "Alice Åkesson" in near and "Dan Öberg" not in near
        assert "Vera Slut" not in near
        assert "Dan Öberg" in bob.get("/deputies/new?q=dan").text
        assert "Vera Slut" not in bob.get("/deputies/new?q=vera").text
        assert f'value="{town.bob.id}"' not in bob.get("/deputies/new?q=bob").text

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"valid_to": "2026-03-01"}, "Dagen har redan varit"),
            ({"valid_from": "2026-03-10", "valid_to": "2026-03-09"}, "Sista dagen ligger före första dagen"),
            ({"valid_to": "2027-03-03"}, "högst 12 månader"),
            ({"kind": ""}, "Välj när ersättaren ska få frågorna"),
            ({"valid_to": ""}, "Ange sista dagen"),
        ],
    )
    def test_says_beside_the_field_what_to_change(
        self, town: Town, as_person: LogIn, post: Post, changed: dict[str, str], said: str
    ) -> None:
        answered = post(as_person(town.bob), "/deputies/new", deputy=town.eva.id, **{**ME, **changed})
        assert answered.status_code == 422
        assert said in answered.text
        assert db.session.scalars(select(Deputyship)).all() == []

    def test_names_who_is_in_the_way_of_a_chain_and_when(self, town: Town, as_person: LogIn, post: Post) -> None:
        name(town.eva, town.dan)
        answered = post(as_person(town.bob), "/deputies/new", deputy=town.eva.id, **ME)
        assert answered.status_code == 422
        assert "Dan Öberg ersätter Eva Lind (2 mars 2026 till 6 mars 2026)" in answered.text

    def test_explains_how_two_deputies_at_once_work(self, town: Town, as_person: LogIn, post: Post) -> None:
        name(town.bob, town.carol)
        bob = as_person(town.bob)
        post(bob, "/deputies/new", deputy=town.eva.id, **ME)
        assert "Carol Dahl är det också under en del av tiden" in bob.get("/deputies/").text

    def test_ends_it_by_whoever_has_one_by_the_deputy_and_by_the_coordinator(
        self, town: Town, as_person: LogIn, post: Post
    ) -> None:
        for who in (town.bob, town.eva, town.coordinator):
            given = name(town.bob, town.eva)
            of = "/deputies/all" if who is town.coordinator else "/deputies/"
            answered = post(as_person(who), f"/deputies/{given.id}/end", of=of)
            assert answered.status_code == 302, who.display_name
        assert [e.actor_role for e in logged("deputy.ended")] == ["principal", "deputy", "infosec_coordinator"]

    def test_cannot_be_ended_by_a_stranger_and_says_when_it_is_gone(
        self, town: Town, as_person: LogIn, post: Post
    ) -> None:
        given = name(town.bob, town.eva)
        assert post(as_person(town.dan), f"/deputies/{given.id}/end", of="/deputies/").status_code == 403
        end(given)
        assert post(as_person(town.bob), f"/deputies/{given.id}/end", of="/deputies/").status_code == 404

    def test_of_all_is_for_the_coordinator_and_the_auditor(self, town: Town, as_person: LogIn) -> None:
        with transaction() as session:
            appoint(session, "auditor", town.newcomer)
            deputise(session, town.bob, town.eva)
        assert "Bob Ek" in as_person(town.coordinator).get("/deputies/all?q=ek").text
        assert "Bob Ek" not in as_person(town.coordinator).get("/deputies/all?q=dahl").text
        auditor = as_person(town.newcomer).get("/deputies/all").text
        assert "Bob Ek" in auditor and "/end" not in auditor
        assert as_person(town.bob).get("/deputies/all").status_code == 403

    def test_offers_naming_to_those_who_answer_something(self, town: Town, as_person: LogIn, life: Life) -> None:
        assert "/deputies/new" in as_person(town.carol).get("/deputies/").text
        assert "/deputies/new" not in as_person(town.alice).get("/deputies/").text
        assert as_person(town.alice).get("/deputies/new").status_code == 403

    @pytest.mark.parametrize("how_many", [1, 6])
    def test_takes_the_same_few_statements_however_many_there_are(
        self, town: Town, as_person: LogIn, statements: Callable[[], int], how_many: int
    ) -> None:
        with transaction() as session:
            for who in (town.eva, town.carol, town.sam, town.olga, town.dan, town.coordinator)[:how_many]:
                deputise(session, town.bob, who)
        bob = as_person(town.bob)
        db.session.commit()
        before = statements()
        assert bob.get("/deputies/").status_code == 200
        assert statements() - before <= 4


def test_a_deputy_who_ordered_is_not_asked(life: Life, town: Town) -> None:
    """W16: not to the subject or the orderer, whoever named whom."""
    order = life.order(town.alice, by=town.eva)
    name(town.bob, town.eva)
    assert life.asked(order) == {"Bob"}
    answer = name(town.bob, town.dan)
    assert answer.absence and life.asked(order) == {"Bob", "Dan"}
    task = life.answer(order, town.dan, "approve")
    assert task.status == "done"


def test_a_deputys_own_standing_deputy_is_not_asked_for_the_absent_one(
    life: Life, town: Town, frozen_time: Any
) -> None:
    """No chains, though the two kinds of deputies may stand beside each other (W16)."""
    order = life.order(town.alice)
    name(town.bob, town.coordinator, last=date(2026, 3, 31))
    name(town.coordinator, town.dan, last=date(2026, 3, 31), absence=False)
    name(town.bob, town.sam, last=date(2026, 3, 31), absence=False)
    frozen_time.move_to(datetime(2026, 3, 9, 9, 0, tzinfo=UTC))  # five working days: the deputies are asked as well
    run_clocks()
    assert life.asked(order) == {"Bob", "Inga", "Sam"}
