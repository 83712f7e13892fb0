"""What the directory said of each right that is a group: by readings, by writes, today and on a past day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from app import clock
from app.access import held, verified
from app.access.verified import Seen
from app.db import transaction
from app.directory.models import DirectoryAccount, DirectoryGroup, DirectoryMembership, Person
from app.fulfilment.models import DirectoryWrite
from app.grants.models import Grant
from app.reconciliation.models import Finding, MembershipReading
from tests.people import Town, grant


@dataclass
class Group:
    """Alice's right to the desk, whose group was read as often as a test says."""

    town: Town
    right_id: int

    def read(self) -> None:
        """The group is read now."""
        with transaction() as session:
            session.add(
                MembershipReading(server="dc1", read_at=clock.now(), groups=1, members=1, state="done", outcome={})
            )

    def join(self, member: str = "alice", group: str = "SYS-MIC-DISK") -> None:
        """Somebody is found in a group."""
        with transaction() as session:
            found = session.query(DirectoryGroup).filter_by(name=group).one()
            about = {"group_id": found.id, "member_guid": member, "member_dn": member, "seen_at": clock.now()}
            session.add(DirectoryMembership(**about))

    def seen(self, days_ago: int = 0) -> Seen | None:
        """What is shown of it."""
        at = clock.now() - timedelta(days=days_ago)
        with transaction():
            return verified.of(held.by_person(self.town.alice.id, at), at).get(self.right_id)


@pytest.fixture
def group(town: Town, frozen_time: time_machine.Traveller) -> Group:
    """The group is there, and so is another; nothing is read yet."""
    with transaction() as session:
        session.add(town.disk)
        town.disk.provisioning, town.disk.directory_group = "directory_group", "SYS-MIC-DISK"
        right = grant(session, town.alice, town.disk)
        for name in ("SYS-MIC-DISK", "DL-INNE"):
            session.add(DirectoryGroup(object_guid=name, name=name, dn=f"CN={name}", seen_at=clock.now()))
        about = {"employee_number": town.alice.employee_number, "seen_at": clock.now(), "attributes": {}}
        session.add(DirectoryAccount(object_guid="alice", person_id=town.alice.id, dn="CN=alice", **about))
        session.flush()
        return Group(town, right.id)


def test_nothing_is_said_before_a_reading_and_only_of_groups(group: Group) -> None:
    assert group.seen() == Seen(False, None)
    with transaction() as session:
        assert set(verified.of(held.by_person(group.town.alice.id, clock.now()), clock.now())) == {group.right_id}
        assert session.query(Grant).filter_by(subject_id=group.town.alice.id).count() == 2


def test_latest_reading_is_what_is_said_and_a_past_day_has_its_own(
    group: Group, frozen_time: time_machine.Traveller
) -> None:
    group.read()
    first = clock.now()
    frozen_time.shift(timedelta(days=2))
    group.join()
    group.read()
    assert group.seen() == Seen(True, clock.now())
    assert group.seen(days_ago=1) == Seen(False, first)


def test_member_through_another_group_is_one(group: Group) -> None:
    group.join("DL-INNE")
    group.join(group="DL-INNE")
    group.read()
    assert group.seen() == Seen(True, clock.now())


def test_write_that_was_read_back_is_newer_than_the_reading(group: Group, frozen_time: time_machine.Traveller) -> None:
    group.read()
    frozen_time.shift(timedelta(hours=1))
    with transaction() as session:
        about = {"person_id": group.town.alice.id, "level_id": group.town.disk.id, "group_name": "SYS-MIC-DISK"}
        times = {"queued_at": clock.now(), "next_attempt_at": clock.now(), "ended_at": clock.now()}
        session.add(DirectoryWrite(grant_id=group.right_id, act="add", status="done", **about, **times))
    assert group.seen() == Seen(True, clock.now())


def test_days_are_counted_that_somebody_is_still_in_after_the_end_was_ordered(
    group: Group, frozen_time: time_machine.Traveller, as_person: Callable[[Person], FlaskClient]
) -> None:
    group.join()
    with transaction() as session:
        right = session.get_one(Grant, group.right_id)
        right.status, right.revoke_ordered_at = "revocation_pending", clock.now()
    frozen_time.shift(timedelta(days=3))
    group.read()
    assert group.seen() == Seen(True, clock.now(), days=3)
    person, level = f"/access/people/{group.town.alice.id}", f"/access/levels/{group.town.disk.id}"
    for address in (person, f"{person}.csv", level, f"{level}.csv"):
        page = as_person(group.town.coordinator).get(address).text
        assert "Kvar i gruppen 3 dagar efter att avslut beställdes" in page, address


def test_finding_of_who_is_still_in_says_for_how_long(
    group: Group, frozen_time: time_machine.Traveller, as_person: Callable[[Person], FlaskClient]
) -> None:
    with transaction() as session:
        for kind in ("expired_still_member", "unapproved_membership"):
            session.add(
                Finding(
                    type=kind, severity="high", person_id=group.town.alice.id, system_id=group.town.mic.id, thing="",
                    evidence={}, state="open", found_at=clock.now(), last_seen_at=clock.now(), due_on=clock.today(),
                    rung=0, reason="",
                )
            )  # fmt: skip
    frozen_time.shift(timedelta(days=1))
    browser = as_person(group.town.coordinator)
    for address in ("/reconciliation/systems/MIC", f"/access/people/{group.town.alice.id}"):
        assert browser.get(address).text.count("Kvar i katalogen, känt i 1 dag") == 1
