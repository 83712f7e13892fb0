"""A mover is seen by readings of a directory, and what silence does (rules.md C5, C16 scenarios 16 and 17)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.db import db, transaction
from app.directory.models import Employment, Person
from app.directory.placing_models import MoveSighting
from app.events import publish
from app.grants.models import Grant
from app.movers import queries, tasks
from app.movers.models import Mover
from app.tasks.models import Task
from tests.appointments.conftest import logged
from tests.movers.conftest import Says, cases, only, read, row_of, statuses, to_school
from tests.people import Town, grant, left, level

pytestmark = pytest.mark.usefixtures("frozen_time")
KEPT = {"BAS": "active", "DISK": "active", "BUN": "active"}
Moved = Callable[..., Mover]


def sightings() -> list[tuple[str, str]]:
    found = db.session.execute(select(MoveSighting.state, MoveSighting.why).order_by(MoveSighting.id))
    return [tuple(row) for row in found]


def test_seen_once_is_not_believed_and_the_next_reading_is(says: Says, town: Town, rektor: Person, rights: Any) -> None:
    says()
    read(-4)
    says((town.alice, to_school(rektor)))
    read(-3)
    assert (cases(), sightings(), statuses(town.alice)) == ([], [("open", "")], KEPT)
    read(-2)
    one = only()
    assert (one.state, one.source) == ("deciding", "directory")
    assert set(one.what) == {"unit", "title", "manager"}
    assert (one.from_unit.name, one.to_unit.name) == ("Biblioteket", "Tallskolan")
    assert (one.old_manager_id, one.new_manager_id) == (town.bob.id, rektor.id)
    assert sightings() == [("certain", "seen_again")]
    assert len(logged("person.moved")) == 1
    read(-1)
    assert cases() == [("Alice", "deciding")], "the next reading says nothing new"


def test_scenario_17_secret_goes_on_the_day_of_the_change_and_the_rest_after_ten_working_days(
    moved: Moved, town: Town, rights: dict[str, Grant], frozen_time: Any
) -> None:
    one = moved()
    assert statuses(town.alice) == {"BAS": "active", "DISK": "active", "BUN": "revocation_pending"}
    assert row_of(one, rights["secret"]).why == "change_date"
    assert row_of(one, rights["desk"]).remove_on == date(2026, 3, 16)
    frozen_time.move_to(datetime(2026, 3, 15, 8, 0, tzinfo=UTC))
    tasks.follow()
    assert statuses(town.alice)["DISK"] == "active"
    frozen_time.move_to(datetime(2026, 3, 16, 8, 0, tzinfo=UTC))
    assert tasks.follow() == 1
    assert statuses(town.alice) == {"BAS": "active", "DISK": "revocation_pending", "BUN": "revocation_pending"}
    assert (row_of(one, rights["desk"]).why, only().state) == ("silence", "removing")
    due = dict(db.session.execute(select(Task.grant_id, Task.due_on).where(Task.kind == "revoke")).all())
    assert due == {rights["secret"].id: date(2026, 3, 2), rights["desk"].id: date(2026, 3, 17)}, "each by its own clock"
    assert tasks.follow() == 0, "the job that runs twice does it once"


def test_back_before_it_is_certain_is_no_move(says: Says, town: Town, rektor: Person, rights: Any) -> None:
    says()
    read(-4)
    says((town.alice, to_school(rektor)))
    read(-3)
    says()
    read(-2)
    read(-1)
    assert (cases(), sightings()) == ([], [("undone", "")])


def test_seen_in_yet_another_unit_is_a_first_sighting(says: Says, town: Town, rektor: Person, rights: Any) -> None:
    says()
    read(-4)
    says((town.alice, to_school(rektor)))
    read(-3)
    says((town.alice, to_school(rektor, unit_code="BOU-EK", unit_name="Ekskolan")))
    read(-2)
    assert (cases(), sightings()) == ([], [("undone", ""), ("open", "")])
    read(-1)
    assert only().to_unit.name == "Ekskolan"


def test_way_back_lets_what_is_left_stay(moved: Moved, says: Says, town: Town, rights: dict[str, Grant]) -> None:
    one = moved()
    says()
    read(-1)
    read(0)
    assert only().state == "withdrawn"
    assert (row_of(one, rights["desk"]).state, statuses(town.alice)["DISK"]) == ("stays", "active")


def test_who_moves_again_is_asked_about_anew(moved: Moved, says: Says, town: Town, rights: Any, rektor: Person) -> None:
    moved()
    says((town.alice, {"unit_code": "BOU-EK", "unit_name": "Ekskolan", "manager_dn": f"CN=P{town.eva.id},DC=x"}))
    read(-1)
    read(0)
    one = only()
    assert (one.state, one.to_unit.name, one.new_manager_id) == ("deciding", "Ekskolan", town.eva.id)
    assert [e.object_id for e in logged("mover.moved_again")] == [one.id]


def test_another_manager_alone_asks_about_what_is_secret(
    says: Says, town: Town, rights: dict[str, Grant], frozen_time: Any
) -> None:
    says()
    read(-4)
    says((town.alice, {"manager_dn": f"CN=P{town.eva.id},DC=x"}))
    read(-3)
    read(-2)
    one = only()
    assert [row.grant_id for row in queries.rows_of(one.id)] == [rights["secret"].id]
    assert row_of(one, rights["secret"]).remove_on == date(2026, 3, 9), "five working days to confirm"
    assert statuses(town.alice) == KEPT
    frozen_time.move_to(datetime(2026, 3, 9, 8, 0, tzinfo=UTC))
    tasks.follow()
    assert statuses(town.alice) == KEPT | {"BUN": "revocation_pending"}


def test_nothing_to_ask_about_opens_nothing(says: Says, town: Town, rektor: Person) -> None:
    says()
    read(-4)
    says((town.alice, to_school(rektor)))
    read(-3)
    read(-2)
    assert (cases(), len(logged("person.moved"))) == ([], 1)


def test_directory_that_is_down_removes_nothing(moved: Moved, says: Says, town: Town, frozen_time: Any) -> None:
    moved()
    says().down = True
    frozen_time.move_to(datetime(2026, 3, 20, 8, 0, tzinfo=UTC))
    tasks.follow()
    assert (statuses(town.alice)["DISK"], only().state) == ("active", "deciding")
    says().down = False
    tasks.follow()
    assert (statuses(town.alice)["DISK"], only().state) == ("revocation_pending", "removing")


def test_who_leaves_meanwhile_is_a_leaver(moved: Moved, town: Town, rights: dict[str, Grant]) -> None:
    one = moved()
    with transaction():
        publish(left(town.alice.id))
    assert only().state == "overtaken"
    assert row_of(one, rights["desk"]).state == "gone"
    assert set(statuses(town.alice).values()) == {"revocation_pending"}


class TestSeveralEmployments:
    @pytest.fixture
    def two(self, town: Town, rights: dict[str, Grant]) -> tuple[Grant, Grant]:
        """Alice has two employments, each with a right of its own; the second is over since Sunday."""
        with transaction() as session:
            second = Employment(
                person_id=town.alice.id, key="second", unit_id=town.school.id, ends_on=date(2026, 3, 1), is_main=False
            )
            session.add(second)
            session.flush()
            main = session.scalars(
                select(Employment).where(Employment.person_id == town.alice.id, Employment.is_main)
            ).one()
            statistics = level(session, town.mic, "STAT", "Statistik")
            of_main = grant(session, town.alice, level(session, town.mic, "KAT", "Katalog"), employment_id=main.id)
            return of_main, grant(session, town.alice, statistics, employment_id=second.id)

    def test_scenario_16_what_the_other_employment_gives_stays(
        self, says: Says, town: Town, two: tuple[Grant, Grant], frozen_time: Any
    ) -> None:
        of_main, of_second = two
        says()
        assert tasks.follow() == 1
        one = only()
        assert (one.source, row_of(one, of_main).state, row_of(one, of_second).state) == (
            "employment",
            "supported",
            "open",
        )
        frozen_time.shift(timedelta(days=14))
        tasks.follow()
        assert statuses(town.alice) == KEPT | {"KAT": "active", "STAT": "revocation_pending"}
        assert tasks.follow() == 0, "and it opens once"

    def test_nothing_happens_while_the_directory_cannot_say(self, says: Says, two: Any) -> None:
        says().down = True
        assert (tasks.follow(), cases()) == (0, [])
