"""It is closed when everything is removed and two readings have shown it; what is still there is counted."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from app import clock
from app.db import transaction
from app.directory.models import DirectoryAccount, DirectoryGroup, DirectoryMembership
from app.leavers import services, tasks
from app.leavers.models import Leaver
from app.premises.models import Credential
from tests.appointments.conftest import logged
from tests.leavers.conftest import Held, account, by, removed, snapshot, the_one
from tests.people import Town

GROUP = "SYS-CARE-SOC"


@pytest.fixture
def one(town: Town, held: Held, frozen_time: Any) -> Leaver:
    """Alice was ended at once on Monday at nine."""
    with transaction():
        return services.terminate(town.alice, "security", actor=by(town.bob), now=clock.now())


def night(frozen_time: Any, hours: float = 24) -> None:
    """Time goes by, the directory is read, and the job runs twice."""
    frozen_time.shift(hours * 3600)
    snapshot()
    tasks.follow()
    tasks.follow()


def state(town: Town) -> tuple[str, int]:
    one = the_one(town.alice)
    return one.state, one.clean


def test_two_readings_close_it_and_the_days_are_kept(town: Town, one: Leaver, frozen_time: Any) -> None:
    night(frozen_time)
    assert state(town) == ("removing", 0)
    frozen_time.move_to("2026-03-04T12:00:00Z")
    removed(town.alice)
    tasks.follow()
    assert state(town) == ("verifying", 0)
    tasks.follow()
    assert state(town) == ("verifying", 0), "no reading since"
    night(frozen_time)
    assert state(town) == ("verifying", 1)
    night(frozen_time)
    closed = the_one(town.alice)
    assert (closed.state, closed.working_days) == ("closed", 2)
    assert [e.data["working_days"] for e in logged("leaver.close")] == [2]


def test_nothing_that_is_left_is_ever_forgotten(town: Town, one: Leaver, frozen_time: Any) -> None:
    for _ in range(3):
        night(frozen_time, 24 * 60)
    assert state(town) == ("removing", 0)


def test_a_tag_that_is_out_holds_it(town: Town, one: Leaver, frozen_time: Any) -> None:
    with transaction() as session:
        columns = {"kind": "tag", "serial": "04:A2", "status": "handed_out", "subject_id": town.alice.id}
        known = {"system_id": town.mic.id, "programmed_at": clock.now(), "due_on": clock.today()}
        session.add(tag := Credential(**columns, **known))
    removed(town.alice)
    night(frozen_time)
    assert state(town) == ("removing", 0)
    with transaction() as session:
        session.execute(text("UPDATE credential SET status = 'handed_back' WHERE id = :id"), {"id": tag.id})
    tasks.follow()
    assert state(town) == ("verifying", 0)


def test_an_enabled_account_is_found_with_its_days(town: Town, one: Leaver, frozen_time: Any) -> None:
    found = account(town.alice)
    removed(town.alice)
    tasks.follow()
    night(frozen_time)
    night(frozen_time)
    said = the_one(town.alice)
    assert (said.state, said.clean) == ("verifying", 0)
    assert [(r["what"], r["name"], r["since"]) for r in said.remains] == [
        ("enabled_account", town.alice.login, "2026-03-03")
    ]
    assert len(logged("leaver.has_access")) == 1, "once, not each night"
    with transaction() as session:
        session.get_one(DirectoryAccount, found.id).enabled = False
    night(frozen_time)
    assert (the_one(town.alice).remains, state(town)) == ([], ("verifying", 1))


def test_scenario_15_still_in_the_group_at_the_next_snapshot(
    town: Town, held: Held, one: Leaver, frozen_time: Any
) -> None:
    mine = account(town.alice, enabled=False)
    with transaction() as session:
        held.secret.level.directory_group = GROUP
        session.merge(held.secret.level)
        session.add(group := DirectoryGroup(object_guid="g1", name=GROUP, dn="CN=g1", seen_at=clock.now()))
        session.flush()
        member = {"group_id": group.id, "member_guid": mine.object_guid, "member_dn": mine.dn}
        session.add(DirectoryMembership(**member, seen_at=clock.now()))
    night(frozen_time)
    assert the_one(town.alice).remains == [], "the group has not been read since"
    with transaction() as session:
        session.get_one(DirectoryGroup, group.id).seen_at = clock.now()
    night(frozen_time)
    assert [(r["what"], r["name"]) for r in the_one(town.alice).remains] == [("membership", GROUP)]
    (event,) = logged("leaver.has_access")
    assert event.data["grant"] == held.secret.id


def test_who_works_here_again_has_an_account_with_good_reason(town: Town, one: Leaver, frozen_time: Any) -> None:
    account(town.alice)
    removed(town.alice)
    tasks.follow()
    with transaction() as session:
        back = "UPDATE person SET employment_status = 'active', ended_here_at = NULL WHERE id = :id"
        session.execute(text(back), {"id": town.alice.id})
    night(frozen_time)
    night(frozen_time)
    assert the_one(town.alice).state == "closed"
