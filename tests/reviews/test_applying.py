"""What becomes of answers and of silence; the breaker; killed and begun again; undone; signed (rules.md C8)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import func, select

from app import clock
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.grants import services as grants
from app.grants import suspending
from app.reviews import applying, queries, services
from app.reviews import tasks as jobs
from app.reviews.models import ReviewCampaign, ReviewItem
from app.reviews.queries import Progress
from app.tasks import queries as tasks
from tests import people
from tests.reviews.conftest import Desk, log, mails
from workflows.events import Actor

AFTER, GRACE_OVER = (datetime(2026, 11, day, 8, 0, tzinfo=UTC) for day in (18, 25))
STATEMENT = "Två behörigheter har tagits bort. Resten behövs i arbetet."


@pytest.fixture
def campaign(desk: Desk) -> ReviewCampaign:
    """Open since 3 November, to be answered by the 17th."""
    return desk.open()


def test_answers_have_their_effect_the_day_after_the_last(
    desk: Desk, campaign: ReviewCampaign, at_work: time_machine.Traveller
) -> None:
    desk.answer(campaign, desk.town.bob, alice="remove", carol="change", admin="keep")
    desk.answer(campaign, desk.town.eva, bob="keep")
    jobs.follow()
    assert desk.right("alice").status == "active", "not before the last day has passed"
    at_work.move_to(AFTER)
    jobs.follow()
    assert desk.right("alice").status == "revocation_pending"
    assert [t.kind for t in tasks.open_of_grant(desk.rights["alice"].id)] == ["revoke"]
    assert desk.right("bob").source == "legacy_attested" and desk.right("admin").status == "active"
    outcomes = {name: desk.item(campaign, name).outcome for name in desk.rights}
    assert outcomes == {"alice": "removed", "carol": "changing", "bob": "kept", "admin": "kept"}
    at_work.move_to(datetime(2026, 12, 2, 8, 0, tzinfo=UTC))
    jobs.follow()
    assert desk.right("carol").status == "revocation_pending", "no new level was ordered in ten working days"


def test_silence_waits_the_grace_asks_others_and_does_as_the_profile_says(
    desk: Desk, campaign: ReviewCampaign, at_work: time_machine.Traveller
) -> None:
    at_work.move_to(AFTER)
    jobs.follow()
    assert queries.campaign(campaign.id).state == "grace"
    assert {who for who, _data in mails("helper")} == {desk.town.eva.id, desk.town.olga.id}
    assert desk.right("admin").status == "active"
    at_work.move_to(GRACE_OVER)
    jobs.follow()
    assert desk.right("admin").status == "suspended" and suspending.reasons(desk.rights["admin"].id) == ["review"]
    assert desk.right("alice").status == "active", "standard: the holder is told first"
    assert {who for who, _data in mails("notice")} == {desk.town.alice.id, desk.town.carol.id, desk.town.bob.id}
    at_work.move_to(datetime(2026, 12, 2, 8, 0, tzinfo=UTC))
    jobs.follow()
    assert {desk.right(name).status for name in desk.rights} == {"revocation_pending"}
    assert desk.right("alice").revoke_reason == "review_unanswered"


def test_basic_stays_and_is_counted(desk: Desk, at_work: time_machine.Traveller) -> None:
    campaign = desk.open("system", desk.town.ad.id)
    at_work.move_to(datetime(2026, 12, 2, 8, 0, tzinfo=UTC))
    jobs.follow()
    db.session.expire_all()
    outcomes = select(ReviewItem.outcome, func.count()).where(ReviewItem.campaign_id == campaign.id)
    assert db.session.execute(outcomes.group_by(ReviewItem.outcome)).all() == [("undecided", 9)]
    assert queries.campaign(campaign.id).state == "applying"
    assert log("review.stopped") == [], "nothing is removed, so nothing stops"


def test_who_stands_above_may_answer_in_the_grace(
    desk: Desk, campaign: ReviewCampaign, at_work: time_machine.Traveller
) -> None:
    at_work.move_to(AFTER)
    jobs.follow()
    assert desk.answer(campaign, desk.town.bob, by=desk.town.olga, alice="keep") == 1


def test_too_much_at_once_stops_until_somebody_has_looked(desk: Desk, at_work: time_machine.Traveller) -> None:
    with transaction() as session:
        for n in range(8):
            who = people.person(session, f"Ulla{n} Svensson", desk.town.library, manager=desk.town.bob)
            desk.rights[f"u{n}"] = people.grant(session, who, desk.town.disk)
    campaign_id = desk.open().id
    at_work.move_to(GRACE_OVER)
    jobs.follow()
    jobs.follow()
    campaign = queries.campaign(campaign_id)
    assert campaign.state == "applying" and applying.is_held_back(campaign)
    assert {desk.right(name).status for name in desk.rights} == {"active"}
    assert [data["items"] for _who, data in mails("stopped")] == [12]
    with transaction():
        actor = Actor(desk.town.coordinator.id, "infosec_coordinator")
        services.release(campaign_id, "Systemet byter namn, det stämmer.", actor=actor, now=clock.now())
    jobs.follow()
    assert desk.right("admin").status == "suspended"


def test_killed_after_a_chunk_its_holders_have_heard(
    desk: Desk, at_work: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "CHUNK", 1)
    campaign = desk.open()
    at_work.move_to(AFTER)
    with transaction():
        applying.begin(queries.held(campaign.id), clock.now())
    with transaction():
        assert applying.chunk(campaign.id, clock.now()) == 1
    assert len(mails("notice")) == 1


def test_killed_between_two_chunks_it_goes_on_and_does_nothing_twice(
    desk: Desk, at_work: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "CHUNK", 1)
    campaign = desk.open()
    desk.answer(campaign, desk.town.bob, alice="remove", carol="remove", admin="keep")
    desk.answer(campaign, desk.town.eva, bob="remove")
    at_work.move_to(AFTER)
    with transaction():
        applying.begin(queries.held(campaign.id), clock.now())
    with transaction():
        applying.keep(campaign.id)
        applying.chunk(campaign.id, clock.now())
    with pytest.raises(KeyboardInterrupt), transaction():
        applying.chunk(campaign.id, clock.now())
        raise KeyboardInterrupt
    assert sum(desk.right(name).status == "revocation_pending" for name in desk.rights) == 1
    jobs.follow()
    jobs.follow()
    assert sum(desk.right(name).status == "revocation_pending" for name in desk.rights) == 3
    assert len(log("grant.revocation_ordered")) == 3
    assert all(len(tasks.open_of_grant(desk.rights[name].id)) == 1 for name in ("alice", "carol", "bob"))


def test_a_mistake_is_undone_before_the_removal(
    desk: Desk, campaign: ReviewCampaign, at_work: time_machine.Traveller
) -> None:
    at_work.move_to(AFTER)
    jobs.follow()
    at_work.move_to(GRACE_OVER)
    jobs.follow()
    actor = Actor(desk.town.coordinator.id, "infosec_coordinator")
    with transaction():
        services.spare(campaign.id, desk.rights["admin"].id, "Chefen var sjuk.", actor=actor, now=clock.now())
    assert desk.right("admin").status == "active" and desk.item(campaign, "admin").outcome == "kept"
    at_work.move_to(datetime(2026, 12, 2, 8, 0, tzinfo=UTC))
    jobs.follow()
    assert desk.right("admin").status == "active" and desk.right("alice").status == "revocation_pending"
    with pytest.raises(Conflict), transaction():
        services.spare(campaign.id, desk.rights["alice"].id, "Chefen var sjuk.", actor=actor, now=clock.now())


def test_signed_when_all_is_gone_and_not_before(
    desk: Desk, campaign: ReviewCampaign, at_work: time_machine.Traveller
) -> None:
    desk.answer(campaign, desk.town.bob, alice="remove", carol="keep", admin="keep")
    desk.answer(campaign, desk.town.eva, bob="keep")
    at_work.move_to(AFTER)
    jobs.follow()
    owner = Actor(desk.town.olga.id, "system_owner")
    with pytest.raises(NotAllowed) as refused, transaction():
        services.sign(campaign.id, STATEMENT, actor=owner, now=clock.now())
    assert refused.value.reason == "not_gone"
    (task,) = tasks.open_of_grant(desk.rights["alice"].id)
    with transaction():
        grants.confirm_removed(task, actor=Actor(desk.town.carol.id, "system_manager"), now=clock.now(), receipt={})
    with transaction():
        services.sign(campaign.id, STATEMENT, actor=owner, now=clock.now())
    db.session.expire_all()
    closed = queries.campaign(campaign.id)
    assert (closed.state, closed.statement, closed.closed_by_id) == ("closed", STATEMENT, desk.town.olga.id)
    assert queries.progress(campaign.id) == Progress(items=4, kept=3, changed=0, removed=1, waiting=0, ended=0)
    assert log("review.closed")[0].data["systems"] == {str(desk.town.mic.id): {"keep": 3, "remove": 1}}


def test_two_reminders_in_one_mail_each_and_none_to_who_is_ready(
    desk: Desk, campaign: ReviewCampaign, at_work: time_machine.Traveller
) -> None:
    desk.open("person", desk.town.alice.id)
    desk.answer(campaign, desk.town.eva, bob="keep")
    for day in (9, 10, 10, 11, 12, 13, 16):
        at_work.move_to(datetime(2026, 11, day, 8, 0, tzinfo=UTC))
        jobs.follow()
    told = [(who, data["items"]) for who, data in mails("reminder")]
    assert told == [(desk.town.bob.id, 5), (desk.town.bob.id, 5)]


def test_a_reviewer_who_left_is_followed_by_who_stands_above(
    desk: Desk, campaign: ReviewCampaign, at_work: time_machine.Traveller
) -> None:
    with transaction() as session:
        session.merge(desk.town.bob).employment_status = "ended"
    jobs.follow()
    assert desk.part(campaign, desk.town.bob).helper_ids == [desk.town.eva.id, desk.town.olga.id]
    assert desk.answer(campaign, desk.town.bob, by=desk.town.eva, alice="keep") == 1
