"""A right rests and wakes, for several reasons at once, whoever is first (rules.md C0.6)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.grants import services, suspending
from app.grants.models import Grant
from tests.people import Town, grant
from tests.requests.conftest import town
from workflows.events import DIRECTORY, TIME, Actor

__all__ = ["town"]
pytestmark = pytest.mark.usefixtures("frozen_time")


@pytest.fixture
def right(town: Town) -> Grant:
    """Alice works at the lending desk."""
    with transaction() as session:
        return grant(session, town.alice, town.disk)


def suspend(right: Grant, reason: str, **more: Any) -> bool:
    """Let it rest, in a transaction of its own."""
    with transaction():
        return suspending.suspend(right, reason=reason, actor=DIRECTORY, now=clock.now(), **more)


def resume(right: Grant, reason: str) -> bool:
    """The reason is gone."""
    with transaction():
        return suspending.resume(right, reason=reason, actor=DIRECTORY, now=clock.now())


def stored(right: Grant) -> str:
    """The status as the database has it."""
    return str(db.session.scalar(text("SELECT status FROM access_grant WHERE id = :id"), {"id": right.id}))


def events() -> list[tuple[str, str, str, str]]:
    """What the log says of it: event, from, to, reason."""
    columns = AuditEvent.event, AuditEvent.state_from, AuditEvent.state_to, AuditEvent.reason
    found = db.session.execute(select(*columns).where(AuditEvent.event.like("grant.%")).order_by(AuditEvent.id))
    return [tuple(row) for row in found]  # type: ignore[misc]


def test_right_rests_and_wakes_on_record(right: Grant) -> None:
    assert suspend(right, "leave", note="Från 1 mars.")
    assert (stored(right), suspending.reasons(right.id)) == ("suspended", ["leave"])
    assert resume(right, "leave")
    assert (stored(right), suspending.reasons(right.id)) == ("active", [])
    assert events() == [
        ("grant.suspended", "active", "suspended", "leave"),
        ("grant.resumed", "suspended", "active", "leave"),
    ]


def test_right_wakes_when_the_last_reason_is_gone(right: Grant) -> None:
    suspend(right, "leave")
    suspend(right, "credential_lost")
    assert resume(right, "leave")
    assert stored(right) == "suspended", "the tag is still lost"
    assert resume(right, "credential_lost")
    assert stored(right) == "active"
    assert [(a, b) for event, a, b, _ in events()][1:3] == [("suspended", "suspended")] * 2


def test_same_reason_twice_is_once(right: Grant) -> None:
    assert (suspend(right, "leave"), suspend(right, "leave")) == (True, False)
    assert (resume(right, "leave"), resume(right, "leave")) == (True, False)
    assert len(events()) == 2


def test_reason_that_nobody_knows_is_refused(right: Grant) -> None:
    with pytest.raises(ValueError, match="because"):
        suspend(right, "because")
    assert stored(right) == "active"


@pytest.mark.parametrize("status", ["pending_activation", "expired", "revocation_pending", "revoked"])
def test_what_is_not_active_does_not_rest(town: Town, status: str) -> None:
    with transaction() as session:
        right = grant(session, town.alice, town.disk, status=status)
    assert not suspend(right, "leave")
    assert (stored(right), events()) == (status, [])


def test_ended_meanwhile_stays_ended(right: Grant) -> None:
    suspend(right, "leave")
    with transaction():
        assert services.order_revocation(right, reason="changed", actor=TIME, now=clock.now())
    assert resume(right, "leave")
    assert stored(right) == "revocation_pending", "a reason that is gone gives nothing back"


def test_resting_right_expires_on_its_day(town: Town, frozen_time: Any) -> None:
    with transaction() as session:
        right = grant(session, town.alice, town.disk, valid_to=clock.today())
    suspend(right, "leave")
    frozen_time.shift(timedelta(days=1))
    with transaction():
        assert services.expire_due(clock.now()) == 1
    assert stored(right) == "expired"


def test_two_reasons_that_go_at_once_wake_the_right(app: Flask, right: Grant, town: Town) -> None:
    """Each sees the other's row gone, however they meet: the right does not rest for nothing."""
    suspend(right, "leave")
    suspend(right, "credential_lost")
    grant_id, start = right.id, threading.Barrier(2)

    def go(reason: str) -> None:
        with app.app_context():
            start.wait()
            with transaction():
                mine = db.session.get_one(Grant, grant_id)
                suspending.resume(mine, reason=reason, actor=Actor(town.carol.id, "system_manager"), now=clock.now())

    threads = [threading.Thread(target=go, args=(reason,)) for reason in ("leave", "credential_lost")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert stored(right) == "active"
