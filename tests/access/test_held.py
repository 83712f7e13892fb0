"""What was held on a day that has passed: as the day ended, whatever has happened since."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from app import clock
from app.access import held
from app.db import db, transaction
from app.grants import services, suspending
from app.grants.models import Grant
from app.requests import queries
from tests.people import CHECKED, Town, grant, level
from tests.requests.conftest import Life
from workflows.events import TIME, Actor

MARCH_2 = date(2026, 3, 2)


def at(moment: str) -> Any:
    """Travel to a moment in UTC."""
    return time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False)


def on(person_id: int, day: date) -> dict[str, tuple[str, date | None]]:
    """Status and last day of each right, by level, as the day ended."""
    return {h.level_code: (h.status, h.valid_to) for h in held.by_person(person_id, held.end_of(day))}


@pytest.fixture
def lived(app: Flask, life: Life) -> Town:
    """Alice's desk: granted on 3 March till the 31st, extended on the 10th to 30 June, removed on 2 April."""
    town = life.town
    with at("2026-03-03T08:00"):
        order = life.order(town.alice, valid_to=date(2026, 3, 31))
        life.answer(order, town.bob, "approve")
        life.answer(order, town.carol, "grant")
    desk = db.session.query(Grant).filter_by(request_id=order.id).one()
    with at("2026-03-10T08:00"):
        longer = life.order(town.alice, kind="extend", grant_id=desk.id, valid_to=date(2026, 6, 30))
        life.answer(longer, town.bob, "approve")
        life.answer(longer, town.carol, "grant")
    with at("2026-03-20T08:00"), transaction():
        queries.hold(order.id)
        services.order_revocation(
            desk, reason="ended_by_order", actor=Actor(town.bob.id, "line_manager"), now=clock.now()
        )
    with at("2026-04-02T08:00"), transaction():
        task = next(t for t in _tasks(desk.id) if t.kind == "revoke")
        services.confirm_removed(task, actor=Actor(town.carol.id, "system_manager"), now=clock.now(), receipt={})
    return town


def _tasks(grant_id: int) -> list[Any]:
    from app.tasks.models import Task

    return db.session.query(Task).filter_by(grant_id=grant_id).all()


@pytest.mark.parametrize(
    ("day", "desk"),
    [
        (date(2026, 3, 2), None),
        (date(2026, 3, 3), ("active", date(2026, 3, 31))),
        (date(2026, 3, 9), ("active", date(2026, 3, 31))),  # as it was before it was extended
        (date(2026, 3, 10), ("active", date(2026, 6, 30))),
        (date(2026, 3, 20), ("revocation_pending", date(2026, 6, 30))),
        (date(2026, 4, 1), ("revocation_pending", date(2026, 6, 30))),
        (date(2026, 4, 2), None),
    ],
)
def test_each_day_of_a_right(lived: Town, day: date, desk: tuple[str, date | None] | None) -> None:
    with at("2026-05-01T08:00"):
        assert on(lived.alice.id, day).get("DISK") == desk


def test_level_shows_everybody_who_had_it_a_page_at_a_time(lived: Town) -> None:
    with at("2026-05-01T08:00"):
        moment = held.end_of(date(2026, 3, 15))
        everybody = held.by_level(lived.base.id, moment)
        first = held.by_level(lived.base.id, moment, most=3)
        rest = held.by_level(lived.base.id, moment, after=first[-1].id)
    assert [h.id for h in (*first, *rest)] == [h.id for h in everybody] and len(first) == 3
    assert {"Alice Åkesson", "Olga Åberg"} <= {h.subject for h in everybody}
    assert "Nina Ny" not in {h.subject for h in everybody}


def test_resting_right_rested_only_while_it_did(app: Flask, life: Life) -> None:
    town = life.town
    with transaction() as session:
        desk = grant(session, town.alice, town.disk)
    with at("2026-03-05T08:00"), transaction():
        suspending.suspend(desk, reason="credential_lost", actor=TIME, now=clock.now())
    with at("2026-03-09T08:00"), transaction():
        suspending.resume(desk, reason="credential_lost", actor=TIME, now=clock.now())
    with at("2026-05-01T08:00"):
        seen = [on(town.alice.id, MARCH_2 + timedelta(days=d))["DISK"][0] for d in (2, 3, 6, 7)]
    assert seen == ["active", "suspended", "suspended", "active"]


def test_right_that_was_never_introduced_never_was_active(app: Flask, life: Life) -> None:
    town = life.town
    with transaction() as session:
        nurse = level(session, town.mic, "SSK", "Sjuksköterska", profile="sensitive")
        grant(
            session,
            town.alice,
            nurse,
            source="request",
            status="revoked",
            revoke_ordered_at=CHECKED + timedelta(days=3),
            revoked_at=CHECKED + timedelta(days=4),
        )
    with at("2026-05-01T08:00"):
        assert on(town.alice.id, MARCH_2)["SSK"][0] == "pending_activation"
        assert on(town.alice.id, MARCH_2 + timedelta(days=3))["SSK"][0] == "revocation_pending"


def test_day_ends_at_local_midnight(app: Flask, life: Life) -> None:
    """23:30 UTC on 1 March is half past midnight on 2 March in Sweden."""
    town = life.town
    with transaction() as session:
        grant(session, town.alice, town.disk, granted_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    with at("2026-05-01T08:00"):
        assert "DISK" not in on(town.alice.id, date(2026, 3, 1))
        assert "DISK" in on(town.alice.id, date(2026, 3, 2))


def test_today_is_now_and_not_midnight(app: Flask) -> None:
    with at("2026-03-02T08:00"):
        assert held.end_of(MARCH_2) == clock.now()
