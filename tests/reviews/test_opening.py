"""Opening: whom it asks, what is frozen, and when it does not open (rules.md C8, design/peers.md 12-14)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.grants import services as grants
from app.reviews import opening, queries, services
from app.reviews import tasks as jobs
from app.reviews.models import ReviewItem
from app.reviews.opening import Scope
from tests import people
from tests.reviews.conftest import NOW, REASON, Desk, log, mails, read
from workflows.events import TIME, Actor


def asked(scope: Scope) -> dict[str | None, int]:
    return {row.name: row.items for row in opening.dry_run(scope, clock.today())}


def test_the_nearest_manager_is_asked_and_nobody_about_themselves(desk: Desk) -> None:
    assert asked(Scope("system", desk.town.mic.id)) == {"Bob Ek": 3, "Eva Lind": 1}
    campaign = desk.open()
    assert campaign.item_count == 4
    assert desk.item(campaign, "bob").reviewer_id == desk.town.eva.id
    assert all(i.reviewer_id != i.subject_id for i in db.session.scalars(select(ReviewItem)))


def test_a_vacancy_goes_up_and_last_to_owner_and_coordinator(desk: Desk) -> None:
    town = desk.town
    with transaction() as session:
        session.merge(town.bob).employment_status = "ended"
        desk.rights["dan"] = people.grant(session, town.dan, town.disk)
        desk.rights["olga"] = people.grant(session, town.olga, town.disk)
        session.merge(town.olga).manager_id = None
    found = asked(Scope("system", town.mic.id))
    assert found == {"Eva Lind": 3, "Olga Åberg": 1, "Inga Säker": 1}, "Bob's own right ends with him"


def test_a_manager_on_leave_with_a_deputy_is_not_passed_by(desk: Desk) -> None:
    with transaction() as session:
        session.merge(desk.town.bob).employment_status = "on_leave"
    assert set(asked(Scope("system", desk.town.mic.id))) == {"Eva Lind"}
    with transaction() as session:
        people.deputise(session, desk.town.bob, desk.town.sam)
    assert set(asked(Scope("system", desk.town.mic.id))) == {"Eva Lind", "Bob Ek"}


def test_two_managers_in_a_circle_do_not_answer_for_each_other_for_ever(desk: Desk) -> None:
    with transaction() as session:
        session.merge(desk.town.eva).manager_id = desk.town.eva.id
        people.grant(session, desk.town.eva, desk.town.disk)
    assert asked(Scope("system", desk.town.mic.id))["Olga Åberg"] == 1


def test_of_a_unit_with_those_below_and_of_a_person(desk: Desk) -> None:
    town = desk.town
    with transaction() as session:
        below = people.unit(session, "KTF-BIB-1", "Filialen", parent_id=town.library.id)
        page = people.person(session, "Pia Blad", below, manager=town.bob)
        people.grant(session, page, town.disk)
    assert "Bob Ek" in asked(Scope("unit", town.library.id))
    assert asked(Scope("unit", below.id)) == {"Bob Ek": 1}
    assert asked(Scope("person", town.alice.id)) == {"Bob Ek": 2}, "her account, and MicroMarc"


def test_days_to_answer_are_fewer_where_something_is_sensitive(desk: Desk) -> None:
    assert desk.open().due_on == date(2026, 11, 17)
    assert desk.open("person", desk.town.alice.id).due_on == date(2026, 11, 24)


def test_everybody_who_is_asked_gets_one_mail_and_it_is_on_record(desk: Desk) -> None:
    desk.open()
    told = {who: data["items"] for who, data in mails("asked")}
    assert told == {desk.town.bob.id: 3, desk.town.eva.id: 1}
    (event,) = log("review.opened")
    assert event.data["items"] == 4 and event.reason == REASON


@pytest.mark.parametrize("days", [3, 40])
def test_what_is_known_is_too_old(desk: Desk, at_work: time_machine.Traveller, days: int) -> None:
    at_work.move_to(NOW + timedelta(days=days))
    with pytest.raises(NotAllowed) as refused:
        desk.open()
    assert refused.value.details["hindrances"] == ("directory_old",)
    db.session.rollback()
    assert desk.open(in_spite=True).hindrances == ["directory_old"], "somebody took it on themselves"


def test_a_planned_one_does_not_open_on_old_data_and_says_so_once(desk: Desk, at_work: time_machine.Traveller) -> None:
    with transaction():
        on = date(2026, 11, 10)
        planned = opening.plan(Scope("system", desk.town.mic.id), reason="", on=on, actor=TIME, now=clock.now()).id
    jobs.follow()
    assert queries.campaign(planned).state == "planned", "not before its day"
    at_work.move_to(datetime(2026, 11, 10, 8, 0, tzinfo=UTC))
    jobs.follow()
    jobs.follow()
    db.session.expire_all()
    assert (queries.campaign(planned).state, queries.campaign(planned).hindrances) == ("planned", ["directory_old"])
    assert [who for who, _data in mails("not_opened")] == [desk.town.coordinator.id]
    with transaction() as session:
        read(session, clock.now())
    jobs.follow()
    db.session.expire_all()
    assert queries.campaign(planned).state == "open"


def test_no_empty_review_and_none_twice(desk: Desk) -> None:
    with pytest.raises(NotAllowed) as refused:
        desk.open("person", desk.town.newcomer.id)
    assert refused.value.reason == "nothing_to_review"
    db.session.rollback()
    desk.open()
    with pytest.raises(Conflict):
        desk.open()


@pytest.mark.parametrize("reason", ["kort", "Gällde 19850709-9805 förra året."])
def test_a_reason_is_needed_and_names_nobody(desk: Desk, reason: str) -> None:
    actor = Actor(desk.town.coordinator.id, "infosec_coordinator")
    with pytest.raises(NotAllowed), transaction():
        opening.plan(Scope("system", desk.town.mic.id), reason=reason, on=clock.today(), actor=actor, now=clock.now())


def test_what_comes_later_is_not_in_it_and_what_ends_needs_no_answer(desk: Desk) -> None:
    campaign = desk.open()
    with transaction() as session:
        people.grant(session, desk.town.newcomer, desk.town.disk)
        grants.order_revocation(desk.right("alice"), reason="moved", actor=TIME, now=clock.now())
    assert queries.progress(campaign.id).items == 4
    assert desk.item(campaign, "alice").outcome == "ended"
    assert queries.progress(campaign.id).waiting == 3


def test_a_leaver_needs_no_answer(desk: Desk) -> None:
    campaign = desk.open()
    with transaction():
        publish(people.left(desk.town.alice.id))
    assert desk.item(campaign, "alice").outcome == "ended"


def test_cancelled_nothing_comes_of_it(desk: Desk) -> None:
    campaign_id = desk.open().id
    actor = Actor(desk.town.coordinator.id, "infosec_coordinator")
    with transaction():
        services.cancel(campaign_id, "Fel system valdes.", actor=actor, now=clock.now())
    assert queries.campaign(campaign_id).state == "cancelled"
    with pytest.raises(Conflict), transaction():
        services.cancel(campaign_id, "Fel system valdes.", actor=actor, now=clock.now())


@pytest.mark.parametrize(
    "wrong", [{"state": "closed"}, {"state": "lost"}, {"kind": "unit"}, {"due_on": None}], ids=lambda w: str(w)
)
def test_the_database_refuses_what_cannot_be(desk: Desk, wrong: dict[str, Any]) -> None:
    campaign = desk.open()
    with pytest.raises(IntegrityError), transaction():
        for name, value in wrong.items():
            setattr(campaign, name, value)
        db.session.flush()


def test_the_database_refuses_an_answer_about_oneself(desk: Desk) -> None:
    item = desk.item(desk.open(), "alice")
    with pytest.raises(IntegrityError), transaction():
        item.verdict, item.decided_by_id = "keep", desk.town.alice.id
        db.session.flush()
