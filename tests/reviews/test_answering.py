"""Answering: saved at once, changed until it applies, one at a time for what is sensitive, never about oneself."""

from __future__ import annotations

import pytest

from app import clock
from app.db import transaction
from app.errors import Conflict, Forbidden, NotAllowed
from app.reviews import answering, applying, context, queries
from app.reviews.answering import Said
from tests import people
from tests.reviews.conftest import BECAUSE, Desk, log, mails
from workflows.events import Actor


def test_saved_changed_and_taken_back(desk: Desk) -> None:
    campaign = desk.open()
    assert desk.answer(campaign, desk.town.bob, alice="remove", carol="keep") == 2
    item = desk.item(campaign, "alice")
    assert (item.verdict, item.note, item.decided_by_id, item.seconds) == ("remove", BECAUSE, desk.town.bob.id, 10)
    assert desk.answer(campaign, desk.town.bob, alice="remove") == 0, "the same again is nothing new"
    desk.answer(campaign, desk.town.bob, alice="")
    item = desk.item(campaign, "alice")
    assert (item.verdict, item.note, item.decided_by_id) == ("", "", None)
    assert [len(event.data["answers"]) for event in log("review.answered")] == [2, 1]
    assert desk.right("alice").status == "active", "to decide is not to apply"


def test_ready_when_all_are_answered_and_not_when_one_is_taken_back(desk: Desk) -> None:
    campaign = desk.open()
    desk.answer(campaign, desk.town.bob, alice="keep", carol="keep", admin="keep")
    assert desk.part(campaign, desk.town.bob).done_at is not None
    desk.answer(campaign, desk.town.bob, carol="")
    assert desk.part(campaign, desk.town.bob).done_at is None


@pytest.mark.parametrize(
    ("name", "verdict", "note", "fault"),
    [
        ("admin", "keep", "Behövs.", "reason_to_keep"),
        ("alice", "keep", "Gällde 19850709-9805.", "personnummer"),
        ("alice", "keep", "å" * 1001, "note_too_long"),
        ("alice", "perhaps", "", "answer_needed"),
    ],
)
def test_what_is_wrong_is_said_of_its_row_and_nothing_is_kept(
    desk: Desk, name: str, verdict: str, note: str, fault: str
) -> None:
    campaign, right = desk.open(), desk.rights[name].id
    with pytest.raises(NotAllowed) as refused:
        desk.say(campaign, desk.town.bob, Said({right: (verdict, note), desk.rights["carol"].id: ("keep", "")}))
    assert refused.value.details["faults"] == {right: fault}
    assert desk.item(campaign, "carol").verdict == ""


def test_all_at_once_is_recorded_as_such_and_not_for_what_is_sensitive(desk: Desk) -> None:
    campaign = desk.open()
    both = {desk.rights[name].id: ("keep", "") for name in ("alice", "carol")}
    desk.say(campaign, desk.town.bob, Said(both, 4, is_bulk=True))
    assert desk.item(campaign, "alice").is_bulk and log("review.answered")[0].data["bulk"] is True
    with pytest.raises(NotAllowed) as refused:
        desk.say(campaign, desk.town.bob, Said({desk.rights["admin"].id: ("remove", "")}, is_bulk=True))
    assert refused.value.reason == "one_at_a_time"


def test_nobody_answers_for_themselves_on_any_path(desk: Desk) -> None:
    """Carol stands in for Bob: she sees Alice's right and not her own, and cannot answer for it."""
    campaign, town = desk.open(), desk.town
    with transaction() as session:
        people.deputise(session, town.bob, town.carol)
    assert desk.answer(campaign, town.bob, by=town.carol, alice="keep", carol="keep", admin="keep") == 1
    assert desk.item(campaign, "carol").verdict == ""
    part = desk.part(campaign, town.bob)
    assert {item.subject_id for item, _p, _l in queries.page(part, town.carol.id, show="all", after="")} == {
        town.alice.id
    }


def test_only_who_is_asked_answers_and_only_for_what_is_theirs(desk: Desk) -> None:
    campaign, town = desk.open(), desk.town
    with pytest.raises(Forbidden):
        desk.answer(campaign, town.bob, by=town.dan, alice="keep")
    assert desk.answer(campaign, town.eva, alice="keep") == 0, "Alice's right is not in Eva's part"


def test_no_answer_is_taken_once_it_applies(desk: Desk) -> None:
    campaign = desk.open()
    with transaction():
        applying.begin(queries.held(campaign.id), clock.now())
    with pytest.raises(Conflict):
        desk.answer(campaign, desk.town.bob, alice="keep")


def test_not_mine_goes_to_another_who_is_asked(desk: Desk) -> None:
    campaign, town = desk.open(), desk.town
    desk.answer(campaign, town.bob, alice="keep")
    part = desk.part(campaign, town.bob)
    with transaction():
        answering.pass_on(part, town.alice.id, town.olga, actor=Actor(town.bob.id, "reviewer"), now=clock.now())
    item = desk.item(campaign, "alice")
    assert (item.reviewer_id, item.verdict) == (town.olga.id, ""), "whoever leads answers anew"
    assert (town.olga.id, 1) in [(who, data["items"]) for who, data in mails("asked")]
    assert log("review.passed_on")[0].data["to"] == town.olga.id


@pytest.mark.parametrize(("to", "why"), [("alice", "not_self"), ("bob", "same_person"), ("vera", "nobody_there")])
def test_not_to_just_anybody(desk: Desk, to: str, why: str) -> None:
    campaign, town = desk.open(), desk.town
    part = desk.part(campaign, town.bob)
    with pytest.raises(NotAllowed) as refused, transaction():
        actor = Actor(town.bob.id, "reviewer")
        answering.pass_on(part, town.alice.id, getattr(town, to), actor=actor, now=clock.now())
    assert refused.value.reason == why


def test_what_colleagues_hold_and_what_is_recommended(desk: Desk) -> None:
    campaign, town = desk.open(), desk.town
    with transaction() as session:
        for n in range(3):
            mate = people.person(session, f"Kim{n} Ek", town.library, title=town.alice.title, manager=town.bob)
            if n:
                people.grant(session, mate, town.disk)
    item = desk.item(campaign, "alice")
    known = context.of([item], clock.today())[item.grant_id]
    assert (known.peers, known.colleagues, known.advice, known.why) == (2, 3, "keep", "peers")
