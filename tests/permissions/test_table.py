"""Who may do what, by character."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app import permissions
from app.errors import Forbidden, NotFound
from app.grants.models import Grant
from app.requests.models import AccessRequest
from app.tasks.models import Task, TaskAddressee
from tests import people
from tests.people import Town, municipality

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CAST = ("alice", "bob", "carol", "sam", "olga", "eva", "dan", "coordinator", "administrator", "newcomer")


@pytest.fixture
def town(db_session: Any, frozen_time: Any) -> Town:
    """The characters."""
    return municipality(db_session)


@pytest.fixture
def order(db_session: Any, town: Town) -> AccessRequest:
    """Bob's order of the loan desk for Alice."""
    row = AccessRequest(
        case_number="BEH-2026-000001", process="business_system", definition_version=1, state="requested",
        subject_id=town.alice.id, orderer_id=town.bob.id, level=town.disk, created_at=NOW, state_since=NOW,
    )  # fmt: skip
    db_session.add(row)
    db_session.flush()
    return row


def who_may(permission: str, town: Town, thing: Any = None) -> set[str]:
    """The characters that have the permission."""
    return {name for name in CAST if permissions.allowed(permission, getattr(town, name), thing)}


def ask(db_session: Any, order: AccessRequest, who: Any, **more: Any) -> Task:
    """A task of the order, for ``who``."""
    task = Task(kind="manager_approval", request_id=order.id, created_at=NOW, due_on=date(2026, 3, 5), status="open")
    task.addressees.append(TaskAddressee(person_id=who.id, added_at=NOW, **more))
    db_session.add(task)
    db_session.flush()
    return task


def test_order_is_shown_to_those_it_concerns_and_to_no_other(town: Town, order: AccessRequest) -> None:
    assert who_may("request.show", town, order) == {"alice", "bob", "eva", "carol", "sam", "olga", "coordinator"}


def test_order_stays_open_to_whoever_was_asked(db_session: Any, town: Town, order: AccessRequest) -> None:
    task = ask(db_session, order, town.dan, removed_at=NOW)
    assert "dan" in who_may("request.show", town, order)
    assert who_may("task.answer", town, task) == who_may("task.reassign", town, task) == set()


def test_task_is_answered_by_those_who_are_asked(db_session: Any, town: Town, order: AccessRequest) -> None:
    assert who_may("task.answer", town, ask(db_session, order, town.dan)) == {"dan"}


def test_log_of_an_order_is_for_its_people_and_the_controllers(town: Town, order: AccessRequest) -> None:
    assert who_may("request.audit", town, order) == {"alice", "bob", "olga", "coordinator"}


def test_order_is_changed_by_its_orderer_and_withdrawn_by_its_subject_too(town: Town, order: AccessRequest) -> None:
    assert who_may("request.change", town, order) == {"bob"}
    assert who_may("request.withdraw", town, order) == {"alice", "bob"}


def test_right_is_ended_by_subject_two_managers_system_and_orderer(
    db_session: Any, town: Town, order: AccessRequest
) -> None:
    order.orderer_id = town.newcomer.id
    held: Grant = people.grant(db_session, town.alice, town.disk, request_id=order.id)
    assert who_may("grant.end", town, held) == {"alice", "bob", "eva", "carol", "sam", "olga", "newcomer"}


def test_third_manager_does_not_end_a_right(db_session: Any, town: Town) -> None:
    town.eva.manager = town.dan
    held = people.grant(db_session, town.alice, town.disk)
    assert "dan" not in who_may("grant.end", town, held)


def test_team_is_for_line_managers(town: Town) -> None:
    assert who_may("team.show", town) == {"bob", "eva"}


def test_manager_of_himself_only_has_no_team(db_session: Any, town: Town) -> None:
    town.dan.manager_id = town.dan.id
    db_session.flush()
    assert "dan" not in who_may("team.show", town)


def test_system_is_shown_to_those_who_run_it(db_session: Any, town: Town) -> None:
    other = people.system(db_session, "X", "Annat")
    people.appoint(db_session, "system_manager", town.dan, other)
    people.appoint(db_session, "it_manager", town.newcomer)
    assert who_may("system.show", town, town.mic) == {"carol", "sam", "olga", "coordinator", "newcomer"}
    assert who_may("system.show", town) == {"carol", "sam", "olga", "coordinator", "newcomer", "dan"}


def test_role_counts_from_its_first_to_its_last_day(db_session: Any, town: Town) -> None:
    yesterday, tomorrow = date(2026, 3, 1), date(2026, 3, 3)
    people.appoint(db_session, "administrator", town.alice, valid_to=yesterday)
    people.appoint(db_session, "administrator", town.bob, valid_from=tomorrow)
    people.appoint(db_session, "administrator", town.eva, valid_to=date(2026, 3, 2))
    assert who_may("administration", town) == {"administrator", "eva"}


def test_secret_things_do_not_exist_for_others(town: Town, order: AccessRequest) -> None:
    with pytest.raises(NotFound):
        permissions.require("request.show", town.dan, order)
    with pytest.raises(NotFound):
        permissions.require("request.change", town.dan, order)
    with pytest.raises(Forbidden):
        permissions.require("request.change", town.alice, order)


def test_unknown_permission_is_a_programming_error(town: Town) -> None:
    with pytest.raises(KeyError):
        permissions.allowed("request.shw", town.alice)
