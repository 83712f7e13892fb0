"""A tag from the programming to the hand-back: by whom, with which receipt, and what its rights do meanwhile (C4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app import clock
from app.db import db, transaction
from app.errors import Conflict, Forbidden, NotAllowed
from app.grants import services as grants
from app.grants import suspending
from app.grants.models import Grant
from app.premises import handing_back, handing_out, losing, programming, queries, tasks
from tests.people import Town, appoint, level, system
from tests.premises.conftest import Desk, Doors, anew, asked, logged, names, told
from workflows.events import Actor
from workflows.grant_events import GrantIssued

pytestmark = pytest.mark.usefixtures("frozen_time")
TEN_WORKING_DAYS_ON = datetime.fromisoformat("2026-03-16T08:00:00+00:00")  # from Monday 2 March


def status(right: Grant) -> str:
    """The right's status in the database."""
    return str(db.session.scalar(text("SELECT status FROM access_grant WHERE id = :id"), {"id": right.id}))


class TestHandingOut:
    def test_managers_and_who_hands_out_are_asked_and_the_holder_is_told_where(self, desk: Desk, town: Town) -> None:
        tag = desk.programmed(town.alice)
        task = asked(tag)
        assert task is not None and (task.kind, names(task)) == ("hand_over", {"Carol", "Sam", "Hugo"})
        assert (task.due_on, tag.due_on) == (TEN_WORKING_DAYS_ON.date(),) * 2
        assert told() == [("to_fetch", town.alice.id)]

    def test_holder_is_not_asked_to_hand_out_to_themselves(self, desk: Desk, town: Town, doors: Doors) -> None:
        assert names(asked(desk.programmed(town.carol, "C"))) == {"Sam", "Hugo"}
        assert names(asked(desk.programmed(doors.hugo, "H"))) == {"Carol", "Sam"}

    def test_paper_receipt_begins_the_right_at_once(self, desk: Desk, town: Town, doors: Doors) -> None:
        right = desk.right(town.alice)
        tag = desk.out(town.alice, right=right)
        assert status(right) == "active" and asked(tag) is None
        tag = anew(tag)
        assert (tag.handed_out_by_id, tag.id_method, tag.receipt_note) == (doors.hugo.id, "id_card", "Pärm 3")
        assert logged() == ["credential.programmed", "credential.handed_out"]

    def test_receipt_on_screen_is_the_holders_own_and_begins_the_right(
        self, desk: Desk, town: Town, doors: Doors
    ) -> None:
        right = desk.right(town.alice)
        tag = desk.programmed(town.alice, right=right)
        desk.hand_over(tag)
        assert (status(right), names(asked(tag))) == ("pending_activation", {"Alice"})
        for other in (town.bob, doors.hugo):
            with pytest.raises(Forbidden):
                desk.do(handing_out.sign, tag, other)
        desk.do(handing_out.sign, tag, town.alice)
        assert (status(right), asked(tag)) == ("active", None)
        with pytest.raises(Conflict):
            desk.do(handing_out.sign, tag, town.alice)

    def test_nobody_hands_out_to_themselves(self, desk: Desk, town: Town) -> None:
        tag = desk.programmed(town.carol)
        with pytest.raises(NotAllowed, match="not_self"):
            desk.hand_over(tag, by=town.carol)

    @pytest.mark.parametrize(
        ("said", "reason", "field"),
        [
            ({"serial": "A-2"}, "serial_differs", "serial"),
            ({"id_method": "199001011234"}, "id_method_needed", "id_method"),
            ({"receipt": "paper"}, "receipt_note_needed", "receipt_note"),
            ({"receipt": "paper", "receipt_note": "19121212-1212"}, "personnummer", "receipt_note"),
        ],
    )
    def test_faulty_hand_over_changes_nothing(
        self, desk: Desk, town: Town, said: dict[str, str], reason: str, field: str
    ) -> None:
        tag = desk.programmed(town.alice)
        with pytest.raises(NotAllowed, match=reason) as refusal:
            desk.hand_over(tag, **said)
        assert refusal.value.details["field"] == field
        assert anew(tag).status == "programmed"

    def test_serial_is_read_without_blanks_and_small_letters(self, desk: Desk, town: Town) -> None:
        tag = desk.programmed(town.alice, "AB12")
        desk.hand_over(tag, serial=" ab 12 ")
        assert anew(tag).status == "handed_out"

    def test_what_is_not_fetched_in_ten_working_days_is_blocked_and_the_manager_told(
        self, desk: Desk, town: Town, frozen_time: Any
    ) -> None:
        right = desk.right(town.alice)
        tag = desk.programmed(town.alice, right=right)
        frozen_time.move_to(TEN_WORKING_DAYS_ON)
        assert tasks.follow() == 0, "the tenth day is in time"
        frozen_time.shift(timedelta(days=1))
        assert (tasks.follow(), tasks.follow()) == (1, 0)
        task = asked(tag)
        assert task is not None and (task.kind, names(task)) == ("block", {"Carol", "Sam"})
        assert told()[1:] == [("not_fetched", town.alice.id), ("not_fetched", town.bob.id)]
        with pytest.raises(Conflict):
            desk.hand_over(tag)
        desk.do(losing.unblock, tag, town.sam)
        desk.hand_over(tag, receipt="paper", receipt_note="Pärm 3")
        assert status(right) == "active", "fetched after all, and no new order"

    def test_what_is_not_signed_for_is_blocked_too(self, desk: Desk, town: Town, frozen_time: Any) -> None:
        tag = desk.programmed(town.alice)
        desk.hand_over(tag)
        frozen_time.move_to(TEN_WORKING_DAYS_ON + timedelta(days=1))
        assert tasks.follow() == 1
        with pytest.raises(Conflict):
            desk.do(handing_out.sign, tag, town.alice)
        desk.do(losing.unblock, tag, town.sam)
        assert names(asked(tag)) == {"Alice"}


class TestProgramming:
    def issued(self, desk: Desk, right: Grant, **receipt: str) -> None:
        """The system manager grants with a tag's number."""
        with transaction():
            event = GrantIssued(right.id, None, Actor(desk.town.carol.id, "system_manager"), clock.now(), receipt)
            programming.grant_issued(event)

    def test_second_right_on_a_tag_in_hand_begins_at_once(self, desk: Desk, town: Town, doors: Doors) -> None:
        tag, alarm = desk.out(town.alice), desk.right(town.alice, doors.alarm)
        self.issued(desk, alarm, serial="a-1", credential_kind="tag")
        assert status(alarm) == "active" and len(anew(tag).grants) == 2

    def test_second_right_on_a_tag_to_be_fetched_begins_with_it(self, desk: Desk, town: Town, doors: Doors) -> None:
        tag, alarm = desk.programmed(town.alice), desk.right(town.alice, doors.alarm)
        self.issued(desk, alarm, serial="A-1", credential_kind="tag")
        assert status(alarm) == "pending_activation"
        desk.hand_over(tag, receipt="paper", receipt_note="Pärm 3")
        assert status(alarm) == "active"

    @pytest.mark.parametrize(
        ("receipt", "reason"),
        [
            ({}, "serial_needed"),
            ({"serial": "X", "credential_kind": "pin"}, "serial_needed"),
            ({"serial": "X" * 41, "credential_kind": "tag"}, "serial_needed"),
            ({"serial": "B-1", "credential_kind": "tag"}, "serial_taken"),
            ({"serial": "L-1", "credential_kind": "tag"}, "serial_blocked"),
        ],
    )
    def test_tag_that_cannot_be_it_is_refused(
        self, desk: Desk, town: Town, doors: Doors, receipt: dict[str, str], reason: str
    ) -> None:
        desk.out(town.bob, "B-1")
        desk.do(losing.report, desk.out(town.alice, "L-1"), town.alice, "")
        alarm = desk.right(town.alice, doors.alarm)
        with pytest.raises(NotAllowed, match=reason):
            self.issued(desk, alarm, **receipt)
        assert queries.carrying(alarm.id) == []

    def test_serial_is_free_again_when_it_is_handed_back(self, desk: Desk, town: Town) -> None:
        desk.do(handing_back.hand_back, desk.out(town.alice), town.carol)
        assert desk.out(town.bob, "A-1").subject_id == town.bob.id

    def test_a_system_that_is_no_door_system_makes_no_tag(self, desk: Desk, town: Town) -> None:
        with transaction() as session:
            from tests.people import grant

            right = grant(session, town.alice, town.disk)
        self.issued(desk, right)
        assert queries.carrying(right.id) == []


class TestHandingBack:
    def test_holder_gets_a_receipt_and_a_right_that_lasts_rests(self, desk: Desk, town: Town, doors: Doors) -> None:
        right = desk.right(town.alice)
        tag = desk.out(town.alice, right=right)
        desk.do(handing_back.hand_back, tag, doors.hugo)
        assert told()[-1] == ("handed_back", town.alice.id)
        assert (status(right), suspending.reasons(right.id)) == ("suspended", ["credential_blocked"])
        with pytest.raises(Conflict):
            desk.do(handing_back.hand_back, tag, doors.hugo)

    def test_nobody_takes_back_their_own(self, desk: Desk, town: Town, doors: Doors) -> None:
        tag = desk.out(doors.hugo, "H") if False else desk.programmed(doors.hugo, "H")
        with pytest.raises(NotAllowed, match="not_self"):
            desk.do(handing_back.hand_back, tag, doors.hugo)

    def test_what_is_not_back_two_working_days_after_the_last_is_blocked_and_told_with_its_price(
        self, desk: Desk, town: Town, frozen_time: Any
    ) -> None:
        right = desk.right(town.alice)
        tag = desk.out(town.alice, right=right)
        with transaction():
            grants.order_revocation(right, reason="moved", actor=Actor(town.bob.id, "line_manager"), now=clock.now())
        frozen_time.shift(timedelta(days=2))
        assert tasks.follow() == 0
        frozen_time.shift(timedelta(days=1))
        assert (tasks.follow(), tasks.follow()) == (1, 0)
        assert told()[-2:] == [("not_back", town.alice.id), ("not_back", town.bob.id)]
        assert names(asked(tag)) == {"Carol", "Sam"} and anew(tag).block_reason == "not_back"

    def test_tag_that_still_opens_something_is_not_missed(
        self, desk: Desk, town: Town, doors: Doors, frozen_time: Any
    ) -> None:
        first, second = desk.right(town.alice), desk.right(town.alice, doors.alarm)
        tag = desk.out(town.alice, right=first)
        TestProgramming().issued(desk, second, serial="A-1", credential_kind="tag")
        with transaction():
            grants.order_revocation(first, reason="moved", actor=Actor(town.bob.id, "line_manager"), now=clock.now())
        assert handing_back.hindering(first) == []
        frozen_time.shift(timedelta(days=7))
        assert tasks.follow() == 0
        assert anew(tag).not_back_at is None


class TestTheEnd:
    def test_end_is_not_confirmed_while_the_tag_is_out(self, desk: Desk, town: Town) -> None:
        right = desk.right(town.alice)
        tag = desk.out(town.alice, right=right)
        with transaction():
            grants.order_revocation(right, reason="moved", actor=Actor(town.bob.id, "line_manager"), now=clock.now())
        assert [c.id for c in handing_back.hindering(right)] == [tag.id]
        desk.do(handing_back.hand_back, tag, town.carol)
        assert handing_back.hindering(right) == []

    def test_one_checklist_over_both_door_systems(self, desk: Desk, town: Town) -> None:
        with transaction() as session:
            rco = system(session, "RCO", "RCO", board="KTN")
            appoint(session, "system_manager", town.carol, rco)
            other = level(session, rco, "PASS", "Passage", profile="physical", scope_kind="zone")
        desk.out(town.alice)
        desk.out(town.alice, "R-1", desk.right(town.alice, other))
        desk.out(town.bob, "B-1")
        assert {(c.system.code, c.serial) for c in queries.of_people([town.alice.id])} == {
            ("VAN", "A-1"),
            ("RCO", "R-1"),
        }

    def test_tag_never_lasts_longer_than_the_employment_ends_everything(self, desk: Desk, town: Town) -> None:
        right = desk.right(town.alice)
        tag = desk.out(town.alice, right=right)
        with transaction():
            assert grants.end_all(town.alice.id, reason="employment_ended", actor=desk.actor(town.bob), now=clock.now())
        assert handing_back.last_day(anew(tag)) == clock.today()
