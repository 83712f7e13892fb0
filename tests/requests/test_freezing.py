"""A freeze week (rules.md C16, scenario 22): the grant stays and moves, what removes or reads goes on."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.catalogue import freezing as windows
from app.catalogue.freezing import NewWindow
from app.catalogue.models import AccessLevel, FreezeWindow
from app.db import db, transaction
from app.errors import NotAllowed
from app.grants import services as grant_services
from app.requests import freezing
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from app.tasks.models import Task
from tests.people import Town, grant, level
from tests.requests.conftest import Life
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")  # Monday 2 March 2026

FRIDAY, NEXT_MONDAY = date(2026, 3, 6), date(2026, 3, 9)
RECEIPT = {"target_user_id": "aliåke", "done_on": "2026-03-02"}


def freeze(town: Town, first: date = date(2026, 3, 2), last: date = FRIDAY) -> FreezeWindow:
    """Olga freezes MicroMarc."""
    new = NewWindow(first, last, "Årsbokslut")
    with transaction():
        return windows.add(town.mic, new, actor=Actor(town.olga.id, "system_owner"), now=clock.now())


def open_again(window: FreezeWindow, town: Town) -> None:
    """Olga ends the window today."""
    with transaction():
        actor = Actor(town.olga.id, "system_owner")
        windows.end(window.id, reason="Bokslutet är klart.", actor=actor, now=clock.now())


def approved(life: Life, town: Town, desk: AccessLevel | None = None) -> AccessRequest:
    """Alice's order, approved by Bob: it is to be granted."""
    order = life.order(town.alice, **({"level": desk} if desk else {}))
    life.answer(order, town.bob, "approve")
    return order


def task_of(order: AccessRequest) -> Task:
    """The grant task, read anew."""
    db.session.rollback()
    found = tasks.open_about(request_id=order.id)
    assert found is not None
    return found


def rings(task: Task) -> dict[str, date]:
    """What time will still do to the task."""
    return {ring.act: ring.fires_on for ring in tasks.clocks_ahead(task.id)}


def logged(event: str) -> list[AuditEvent]:
    """The events of that name, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.event == event).order_by(AuditEvent.id)))


def test_scenario_22_the_grant_moves_and_is_refused_until_then(life: Life, town: Town) -> None:
    freeze(town)
    order = approved(life, town)
    task = task_of(order)
    assert (task.due_on, task.due_unfrozen) == (NEXT_MONDAY, date(2026, 3, 5))
    assert rings(task)["remind_1"] == NEXT_MONDAY
    with pytest.raises(NotAllowed) as refused:
        life.answer(order, town.carol, "grant", data=RECEIPT)
    stopped = next(g for g in refused.value.guards if g.guard == "G15")
    assert (refused.value.reason, stopped.inputs["until"]) == ("frozen", "2026-03-06")
    assert task_of(order).status == "open"
    with time_machine.travel("2026-03-09 09:00+00:00"):
        life.answer(order, town.carol, "grant", data=RECEIPT)
    assert order.state == "granted"


def test_scenario_22_a_right_can_still_be_removed(life: Life, town: Town) -> None:
    held = grant(db.session, town.alice, town.disk)
    freeze(town)
    with transaction():
        grant_services.order_revocation(held, reason="", actor=Actor(town.alice.id, "subject"), now=clock.now())
    task = tasks.open_about(grant_id=held.id)
    assert task is not None and (task.due_on, task.due_unfrozen) == (date(2026, 3, 3), None)
    with transaction():
        grant_services.confirm_removed(task, actor=Actor(town.carol.id, "system_manager"), now=clock.now(), receipt={})
    assert held.status == "revoked"


def test_a_level_that_only_reads_is_granted_as_on_any_day(life: Life, town: Town) -> None:
    with transaction() as session:
        reading = level(session, town.mic, "LAS", "Läsa", access="read")
    freeze(town)
    order = approved(life, town, reading)
    assert task_of(order).due_on == date(2026, 3, 5)
    life.answer(order, town.carol, "grant", data=RECEIPT)
    assert order.state == "granted"


def test_a_window_added_later_moves_what_waits_and_its_clocks_once(life: Life, town: Town) -> None:
    order = approved(life, town)
    before = rings(task_of(order))
    freeze(town)
    task = task_of(order)
    assert task.due_on == NEXT_MONDAY
    assert {act: clock.calendar().between(task.due_on, day) for act, day in rings(task).items()} == {
        act: clock.calendar().between(date(2026, 3, 5), day) for act, day in before.items()
    }
    assert freezing.follow_windows() == 0
    moves = logged("task.due_moved")
    assert [m.data for m in moves] == [{"before": "2026-03-05", "due_on": "2026-03-09"}]
    assert moves[0].request_id == order.id


def test_ended_early_it_moves_back(life: Life, town: Town) -> None:
    order = approved(life, town)
    before = rings(task_of(order))
    open_again(freeze(town), town)
    task = task_of(order)
    assert (task.due_on, task.due_unfrozen) == (date(2026, 3, 5), None)
    assert rings(task) == before
    life.answer(order, town.carol, "grant", data=RECEIPT)
    assert order.state == "granted"


def test_ended_after_the_first_due_date_it_is_due_the_day_the_system_opens(life: Life, town: Town) -> None:
    order = approved(life, town)
    window = freeze(town, last=date(2026, 3, 20))
    assert task_of(order).due_on == date(2026, 3, 23)
    with time_machine.travel("2026-03-11 09:00+00:00"):
        open_again(window, town)
        assert task_of(order).due_on == date(2026, 3, 11)
        assert freezing.follow_windows() == 0


def test_a_window_that_has_passed_leaves_the_date_where_it_moved_it(life: Life, town: Town) -> None:
    order = approved(life, town)
    freeze(town)
    with time_machine.travel("2026-03-16 09:00+00:00"):
        assert freezing.follow_windows() == 0
        assert task_of(order).due_on == NEXT_MONDAY


def test_what_is_late_when_a_window_begins_moves_that_day(life: Life, town: Town) -> None:
    order = approved(life, town)
    freeze(town, date(2026, 3, 9), date(2026, 3, 13))
    assert task_of(order).due_on == date(2026, 3, 5)
    with time_machine.travel("2026-03-09 00:30+00:00"):
        assert freezing.follow_windows() == 1
        assert freezing.follow_windows() == 0
        assert task_of(order).due_on == date(2026, 3, 16)


def test_another_system_is_not_touched(life: Life, town: Town) -> None:
    order = approved(life, town)
    with transaction():
        new = NewWindow(date(2026, 3, 2), FRIDAY, "Annat")
        windows.add(town.ad, new, actor=Actor(town.olga.id, "system_owner"), now=clock.now())
    assert task_of(order).due_on == date(2026, 3, 5)
    life.answer(order, town.carol, "grant", data=RECEIPT)
    assert order.state == "granted"
