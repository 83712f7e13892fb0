"""What the two managers say about each right, and who may not (rules.md C5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app import clock
from app.db import transaction
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.grants import services as grants
from app.grants.models import Grant
from app.movers import deciding, services, tasks
from app.movers.deciding import Answer, Overlap
from app.movers.models import Mover
from app.movers.services import Announced
from app.tasks import queries as open_tasks
from tests.appointments.conftest import logged, mails
from tests.movers.conftest import Says, only, read, row_of, statuses, to_school
from tests.people import Town
from workflows.case import EmploymentStatus as Status
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")
Moved = Callable[..., Mover]


def decide(one: Mover, right: Grant, verdict: str, by: Person, **more: Any) -> None:
    status = more.pop("status", Status.ACTIVE)
    with transaction():
        row = row_of(one, right)
        said = {row.id: Answer(verdict, **more)}
        deciding.decide(one, said, status=status, actor=Actor(by.id, "line_manager"), now=clock.now())


def hand_over(one: Mover, right: Grant, until: date, by: Person, reason: str = "") -> None:
    with transaction():
        wanted = {row_of(one, right).id: Overlap(until, reason)}
        deciding.hand_over(one, wanted, actor=Actor(by.id, "line_manager"), now=clock.now())


def announced(town: Town, rektor: Person, change_on: date = date(2026, 3, 9), **more: Any) -> Mover:
    values = {"new_manager": rektor, "unit_id": town.school.id, "by_day": True, **more}
    with transaction():
        said = Announced(town.alice, change_on, **values)
        return services.announce(said, actor=Actor(town.bob.id, "line_manager"), now=clock.now())


def confirm_removals(town: Town, *rights: Grant) -> None:
    for right in rights:
        with transaction():
            task = open_tasks.open_about(grant_id=right.id)
            assert task is not None
            grants.confirm_removed(task, actor=Actor(town.coordinator.id, "coordinator"), now=clock.now(), receipt={})


class TestNewManager:
    def test_keeps_by_a_new_approval_and_the_case_closes_when_all_is_removed(
        self, moved: Moved, town: Town, rektor: Person, rights: dict[str, Grant]
    ) -> None:
        one = moved()
        decide(one, rights["desk"], "keep", rektor)
        assert (row_of(one, rights["desk"]).state, only().state) == ("kept", "removing")
        (event,) = logged("mover.row_kept")
        assert (event.actor_id, event.object_id) == (rektor.id, rights["desk"].id)
        tasks.follow()
        assert only().state == "removing", "the removal of what was secret is not confirmed"
        confirm_removals(town, rights["secret"])
        tasks.follow()
        assert (only().state, statuses(town.alice)["DISK"]) == ("closed", "active")

    def test_removes_at_once_or_on_a_day(
        self, moved: Moved, town: Town, rektor: Person, rights: dict[str, Grant], frozen_time: Any
    ) -> None:
        one = moved()
        decide(one, rights["desk"], "remove", rektor, until=date(2026, 3, 6))
        frozen_time.move_to(datetime(2026, 3, 6, 20, 0, tzinfo=UTC))
        tasks.follow()
        assert statuses(town.alice)["DISK"] == "active"
        frozen_time.move_to(datetime(2026, 3, 7, 8, 0, tzinfo=UTC))
        tasks.follow()
        assert (statuses(town.alice)["DISK"], row_of(one, rights["desk"]).why) == ("revocation_pending", "decided")

    def test_another_level_is_ordered_and_else_the_old_one_goes(
        self, moved: Moved, rektor: Person, rights: dict[str, Grant]
    ) -> None:
        one = moved()
        decide(one, rights["desk"], "change", rektor)
        row = row_of(one, rights["desk"])
        assert (row.state, row.remove_on, row.grant.status) == ("changing", date(2026, 3, 16), "active")

    def test_of_two_the_slower_is_told(
        self, moved: Moved, town: Town, rektor: Person, rights: dict[str, Grant]
    ) -> None:
        one = moved()
        decide(one, rights["desk"], "keep", rektor)
        with pytest.raises(Conflict, match="row_decided"):
            decide(one, rights["desk"], "remove", town.eva)
        assert statuses(town.alice)["DISK"] == "active"

    @pytest.mark.parametrize(
        ("status", "reason"),
        [
            (Status.UNKNOWN, "directory_unknown"),
            (Status.AMBIGUOUS, "directory_unknown"),
            (Status.ENDED, "employment_ended"),
        ],
    )
    def test_nothing_is_kept_when_the_directory_does_not_say_yes(
        self, moved: Moved, rektor: Person, rights: dict[str, Grant], status: Status, reason: str
    ) -> None:
        one = moved()
        with pytest.raises(NotAllowed, match=reason):
            decide(one, rights["desk"], "keep", rektor, status=status)
        assert row_of(one, rights["desk"]).state == "open"

    def test_subject_decides_nothing_on_any_path(self, moved: Moved, town: Town, rights: dict[str, Grant]) -> None:
        one = moved()
        with pytest.raises(NotAllowed, match="not_self"):
            decide(one, rights["desk"], "keep", town.alice)
        with pytest.raises(NotAllowed, match="not_self"):
            hand_over(one, rights["desk"], date(2026, 3, 5), town.alice)


class TestOldManager:
    def test_overlap_outlasts_the_silence(
        self, moved: Moved, town: Town, rights: dict[str, Grant], frozen_time: Any
    ) -> None:
        one = moved()
        hand_over(one, rights["desk"], date(2026, 3, 27), town.bob)
        frozen_time.move_to(datetime(2026, 3, 27, 8, 0, tzinfo=UTC))
        tasks.follow()
        assert statuses(town.alice)["DISK"] == "active"
        frozen_time.move_to(datetime(2026, 3, 28, 8, 0, tzinfo=UTC))
        tasks.follow()
        assert row_of(one, rights["desk"]).why == "overlap_over"

    def test_overlap_is_bounded_and_of_what_is_secret_needs_a_reason(
        self, town: Town, rektor: Person, rights: dict[str, Grant], says: Says
    ) -> None:
        says()
        one = announced(town, rektor)
        with pytest.raises(NotAllowed, match="overlap_too_long"):
            hand_over(one, rights["desk"], date(2026, 4, 9), town.bob)
        with pytest.raises(NotAllowed, match="overlap_too_long"):
            hand_over(one, rights["secret"], date(2026, 3, 17), town.bob, "Avslutar utredningar.")
        with pytest.raises(NotAllowed, match="overlap_needs_reason"):
            hand_over(one, rights["secret"], date(2026, 3, 16), town.bob)
        with pytest.raises(NotAllowed, match="personnummer"):
            hand_over(one, rights["secret"], date(2026, 3, 16), town.bob, "Utredningen om 811218-9876.")
        hand_over(one, rights["secret"], date(2026, 3, 16), town.bob, "Avslutar utredningar.")
        assert row_of(one, rights["secret"]).remove_on == date(2026, 3, 17)


class TestAnnounced:
    def test_nothing_goes_before_the_day_and_what_is_secret_on_it(
        self, town: Town, rektor: Person, rights: dict[str, Grant], says: Says, frozen_time: Any
    ) -> None:
        says()
        announced(town, rektor)
        frozen_time.move_to(datetime(2026, 3, 8, 8, 0, tzinfo=UTC))
        assert (tasks.follow(), statuses(town.alice)["BUN"]) == (0, "active")
        frozen_time.move_to(datetime(2026, 3, 9, 0, 5, tzinfo=UTC))
        assert tasks.follow() == 1
        assert (only().state, statuses(town.alice)["BUN"]) == ("deciding", "revocation_pending")
        assert row_of(only(), rights["desk"]).remove_on == date(2026, 3, 23)

    def test_what_only_the_new_manager_says_waits_for_the_directory(
        self, town: Town, rektor: Person, rights: dict[str, Grant], says: Says, frozen_time: Any
    ) -> None:
        says()
        read(-4)
        announced(town, rektor, date(2026, 3, 3), by_day=False)
        frozen_time.move_to(datetime(2026, 3, 5, 8, 0, tzinfo=UTC))
        tasks.follow()
        assert (only().state, statuses(town.alice)["BUN"]) == ("announced", "active")
        says((town.alice, to_school(rektor)))
        read(72)
        read(73)
        assert (only().state, statuses(town.alice)["BUN"]) == ("deciding", "revocation_pending")

    def test_unknown_on_the_day_waits(
        self, town: Town, rektor: Person, rights: Any, says: Says, frozen_time: Any
    ) -> None:
        says()
        announced(town, rektor)
        says().down = True
        frozen_time.move_to(datetime(2026, 3, 9, 8, 0, tzinfo=UTC))
        tasks.follow()
        assert (only().state, statuses(town.alice)["BUN"]) == ("announced", "active")

    def test_another_day_and_taken_back(self, town: Town, rektor: Person, rights: dict[str, Grant], says: Says) -> None:
        says()
        one = announced(town, rektor)
        announced(town, rektor, date(2026, 3, 12))
        assert only().change_on == date(2026, 3, 12)
        with transaction():
            services.withdraw(one, actor=Actor(town.bob.id, "line_manager"), now=clock.now())
        assert (only().state, row_of(one, rights["desk"]).state) == ("withdrawn", "stays")

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"change_on": date(2026, 3, 1)}, "day_has_been"),
            ({"change_on": date(2028, 3, 1)}, "day_too_far"),
            ({"new_manager": "bob", "unit_id": None}, "nothing_changes"),
            ({"new_manager": "vera"}, "manager_not_here"),
            ({"new_manager": "alice"}, "not_self"),
        ],
    )
    def test_refused(self, town: Town, rektor: Person, says: Says, changes: dict[str, Any], reason: str) -> None:
        says()
        given = {k: getattr(town, v) if k == "new_manager" else v for k, v in changes.items()}
        with pytest.raises(NotAllowed, match=reason):
            announced(town, rektor, **given)


class TestMails:
    def test_both_managers_hear_once_with_all_in_one_mail(self, moved: Moved, town: Town, rektor: Person) -> None:
        moved()
        tasks.follow()
        tasks.follow()
        (to_new,), (to_old,) = mails(rektor, "movers_told"), mails(town.bob, "movers_told")
        assert [line[1:4] for line in to_new.data["people"]] == [["new", "2026-03-02", 1]]
        assert [line[1] for line in to_old.data["people"]] == ["old"]

    def test_reminders_the_subject_and_who_is_above(
        self, moved: Moved, town: Town, rektor: Person, frozen_time: Any
    ) -> None:
        moved()
        for day in (2, 5, 9, 10):
            frozen_time.move_to(datetime(2026, 3, day, 8, 0, tzinfo=UTC))
            tasks.follow()
        assert [m.data["people"][0][1] for m in mails(rektor, "movers_told")] == ["new", "reminder", "reminder"]
        (notice,) = mails(town.alice, "mover_notice")
        assert (notice.data["rights"], notice.data["on"]) == (1, "2026-03-16")
        assert [m.data["people"][0][1] for m in mails(town.eva, "movers_told")] == ["late"]

    def test_nobody_is_told_at_night_and_nobody_protected_is_named(
        self, moved: Moved, town: Town, rektor: Person, frozen_time: Any
    ) -> None:
        moved(protected=True)
        frozen_time.move_to(datetime(2026, 3, 2, 3, 0, tzinfo=UTC))
        tasks.follow()
        assert mails(rektor, "movers_told") == []
        frozen_time.move_to(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
        tasks.follow()
        (mail,) = mails(rektor, "movers_told")
        assert mail.data["people"][0][0] == ""
