"""A tag is lost at any hour, blocked the same day, and replaced or found (rules.md C4, scenario 18 of C16)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.grants import suspending
from app.grants.models import Grant
from app.notifications.models import OutboxMail
from app.premises import handing_back, handing_out, losing, programming, queries
from app.premises.models import Credential
from app.requests.tasks import run_clocks
from tests.people import Town
from tests.premises.conftest import MAILBOX, Desk, Doors, anew, asked, logged, names, told
from tests.premises.test_life import status
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")
SATURDAY_NIGHT = datetime.fromisoformat("2026-03-07T22:30:00+00:00")  # 23:30 in Sweden


@pytest.fixture
def right(desk: Desk, town: Town) -> Grant:
    """Alice may pass."""
    return desk.right(town.alice)


@pytest.fixture
def tag(desk: Desk, town: Town, right: Grant) -> Credential:
    """Alice has her tag."""
    return desk.out(town.alice, right=right)


def test_scenario_18_tag_lost_at_night_is_blocked_the_same_day(
    desk: Desk, town: Town, tag: Credential, right: Grant, frozen_time: Any
) -> None:
    frozen_time.move_to(SATURDAY_NIGHT)
    desk.do(losing.report, tag, town.alice, "Tappad på bussen hem.")
    task = asked(tag)
    assert task is not None and (task.kind, names(task)) == ("block", {"Carol", "Sam"})
    assert task.due_on == date(2026, 3, 7), "the same day, though it is a Saturday"
    assert (status(right), suspending.reasons(right.id)) == ("suspended", ["credential_lost"])
    asking = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "task_block")).all()
    assert {(mail.recipient_id, mail.mailbox) for mail in asking} == {
        (town.carol.id, ""), (town.sam.id, ""), (None, MAILBOX),
    }  # fmt: skip
    assert all(mail.next_attempt_at <= clock.now() for mail in asking), "nothing waits for the morning"
    assert told()[1:] == [("lost", town.bob.id)], "the manager hears; Alice knows"
    desk.do(losing.confirm_blocked, tag, town.carol)
    tag = anew(tag)
    assert tag.blocked_at is not None and tag.lost_at is not None
    assert clock.local(tag.blocked_at).date() == clock.local(tag.lost_at).date()
    assert asked(tag) is None
    assert logged()[2:] == ["credential.lost", "credential.block_ordered", "credential.blocked"]


def test_anybody_may_report_it_and_the_holder_hears(desk: Desk, town: Town, tag: Credential) -> None:
    desk.do(losing.report, tag, town.dan, "")
    assert told()[1:] == [("lost", town.alice.id), ("lost", town.bob.id)]
    assert anew(tag).lost_by_id == town.dan.id


def test_new_tag_is_a_new_hand_over_of_the_same_right(desk: Desk, town: Town, tag: Credential, right: Grant) -> None:
    desk.do(losing.report, tag, town.alice, "")
    with pytest.raises(NotAllowed, match="serial_taken"):
        desk.do(programming.replace, tag, town.carol, "A-1", "tag")
    new = desk.do(programming.replace, tag, town.carol, "A-2", "tag")
    assert status(right) == "suspended"
    desk.hand_over(new)
    assert status(right) == "suspended", "not before the receipt"
    desk.do(handing_out.sign, new, town.alice)
    assert (status(right), suspending.reasons(right.id)) == ("active", [])
    assert anew(tag).status == "lost", "the old one stays blocked"
    with pytest.raises(Conflict):
        desk.do(programming.replace, tag, town.carol, "A-3", "tag")
    with pytest.raises(Conflict):
        desk.do(losing.unblock, tag, town.carol)
    desk.do(handing_back.hand_back, tag, town.carol)
    assert status(right) == "active", "the old one is found and handed back: nothing rests"


def test_found_again_opens_again(desk: Desk, town: Town, tag: Credential, right: Grant) -> None:
    desk.do(losing.report, tag, town.alice, "")
    desk.do(losing.confirm_blocked, tag, town.carol)
    desk.do(losing.unblock, tag, town.sam)
    tag = anew(tag)
    assert (tag.status, tag.block_ordered_at, tag.blocked_at, tag.lost_at) == ("handed_out", None, None, None)
    assert status(right) == "active" and told()[-1] == ("found", town.alice.id)


def test_found_before_it_is_blocked_closes_the_task(desk: Desk, town: Town, tag: Credential) -> None:
    desk.do(losing.report, tag, town.alice, "")
    desk.do(losing.unblock, tag, town.carol)
    assert asked(tag) is None
    with pytest.raises(Conflict):
        desk.do(losing.confirm_blocked, tag, town.carol)


@pytest.mark.parametrize("act", [losing.confirm_blocked, losing.unblock])
def test_nobody_blocks_or_unblocks_their_own(desk: Desk, town: Town, act: Callable[..., None]) -> None:
    tag = desk.out(town.carol, "C-1")
    desk.do(losing.report, tag, town.carol, "")
    assert names(asked(tag)) == {"Sam"}
    with pytest.raises(NotAllowed, match="not_self"):
        desk.do(act, tag, town.carol)
    with pytest.raises(NotAllowed, match="not_self"):
        desk.do(programming.replace, tag, town.carol, "C-2", "tag")


def test_right_that_rests_for_a_leave_rests_when_the_tag_is_found(
    desk: Desk, town: Town, tag: Credential, right: Grant
) -> None:
    with transaction():
        suspending.suspend(right, reason="leave", actor=desk.actor(town.bob), now=clock.now())
    desk.do(losing.report, tag, town.alice, "")
    desk.do(losing.unblock, tag, town.carol)
    assert status(right) == "suspended"


def test_lost_on_the_way_to_its_holder_leaves_the_right_waiting(desk: Desk, town: Town, right: Grant) -> None:
    tag = desk.programmed(town.alice, right=right)
    desk.do(losing.report, tag, town.carol, "")
    assert status(right) == "pending_activation"
    new = desk.do(programming.replace, tag, town.carol, "A-2", "tag")
    desk.hand_over(new, receipt="paper", receipt_note="Pärm 3")
    assert status(right) == "active"


def test_owner_is_asked_when_nobody_has_blocked_it(desk: Desk, town: Town, tag: Credential, frozen_time: Any) -> None:
    frozen_time.move_to(SATURDAY_NIGHT)
    desk.do(losing.report, tag, town.alice, "")
    frozen_time.move_to(datetime.fromisoformat("2026-03-09T08:00:00+00:00"))
    run_clocks()
    assert "Olga" in names(asked(tag))


def test_note_is_kept_short_and_without_personnummer(desk: Desk, town: Town, tag: Credential) -> None:
    with pytest.raises(NotAllowed, match="personnummer"):
        desk.do(losing.report, tag, town.alice, "Hör med 19121212-1212.")
    desk.do(losing.report, tag, town.alice, "  Bussen.  " + "x" * 600)
    assert len(anew(tag).lost_note) == losing.LONGEST_NOTE


def together(app: Flask, tag: Credential, *acts: tuple[Person, Callable[..., None], tuple[Any, ...]]) -> list[str]:
    """Everybody does it at once; what became of each."""
    start, outcomes = threading.Barrier(len(acts)), [""] * len(acts)

    def go(n: int, who: int, act: Callable[..., None], said: tuple[Any, ...]) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    act(queries.credential(tag.id), *said, actor=Actor(who, "test"), now=clock.now())
                outcomes[n] = "done"
            except Conflict:
                outcomes[n] = "late"

    threads = [threading.Thread(target=go, args=(n, who.id, act, said)) for n, (who, act, said) in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_lost_twice_at_once_is_once(app: Flask, desk: Desk, town: Town, tag: Credential, right: Grant) -> None:
    report = losing.report
    outcomes = together(app, tag, (town.alice, report, ("",)), (town.bob, report, ("",)), (town.dan, report, ("",)))
    assert sorted(outcomes) == ["done", "late", "late"]
    assert logged()[2:] == ["credential.lost", "credential.block_ordered"]
    assert status(right) == "suspended"


def test_hand_over_while_it_is_reported_lost(app: Flask, desk: Desk, town: Town, doors: Doors, right: Grant) -> None:
    """Whoever is first, the tag ends as lost and nothing passes."""
    tag = desk.programmed(town.alice, right=right)
    said = handing_out.HandOver("A-1", "id_card", "paper", "Pärm 3")
    outcomes = together(app, tag, (doors.hugo, handing_out.hand_over, (said,)), (town.carol, losing.report, ("",)))
    assert outcomes[1] == "done"
    tag = anew(tag)
    assert tag.status == "lost" and names(asked(tag)) == {"Carol", "Sam"}
    assert status(right) == ("suspended" if outcomes[0] == "done" else "pending_activation")


def test_two_replacements_at_once_are_one(app: Flask, desk: Desk, town: Town, tag: Credential) -> None:
    desk.do(losing.report, tag, town.alice, "")
    outcomes = together(
        app, tag, (town.carol, programming.replace, ("N-1", "tag")), (town.sam, programming.replace, ("N-2", "tag"))
    )
    assert sorted(outcomes) == ["done", "late"]
