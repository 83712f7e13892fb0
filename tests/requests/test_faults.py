"""What must not be half done: a refusal on the way, one bad row among good ones, a leaver in the middle."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app import clock
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.grants import queries as grants
from app.grants import services as grant_services
from app.requests import reacting
from app.requests import services as orders
from app.requests import tasks as jobs
from app.tasks import queries as tasks
from tests.people import Town, left
from tests.requests.conftest import Life, employed
from workflows.case import EmploymentStatus
from workflows.events import Actor


@pytest.fixture
def directory_says_active(monkeypatch: pytest.MonkeyPatch) -> None:
    """The live look-up answers: the rule under test is ours, not the directory's."""
    monkeypatch.setattr(reacting.directory, "lookup", lambda person, now: employed(person))


@pytest.mark.usefixtures("directory_says_active")
def test_resuming_with_nobody_to_ask_leaves_the_order_waiting(life: Life, town: Town) -> None:
    order = life.order(town.alice, status=EmploymentStatus.UNKNOWN)
    with transaction():
        for who in (town.bob, town.eva, town.coordinator):
            who.employment_status = "ended"
    with transaction():
        resumed = reacting.resume_waiting([order], clock.now())
    db.session.refresh(order)
    assert (resumed, order.state, life.open_task(order)) == (0, "waiting_prerequisites", None)


def test_removal_is_handed_on_when_the_only_one_asked_has_left(life: Life, town: Town) -> None:
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    life.answer(order, town.carol, "grant")
    with transaction():
        town.sam.employment_status = "ended"
        grant = grants.of_request(order.id)
        assert grant is not None
        actor = Actor(town.alice.id, "subject")
        grant_services.order_revocation(grant, reason="klar", actor=actor, now=clock.now())
    with transaction():
        town.carol.employment_status = "ended"
        publish(left(town.carol.id))
    task = tasks.open_about(grant_id=grant.id)
    assert task is not None
    assert {a.person.given_name for a in task.addressees if a.removed_at is None} == {"Olga"}


def test_one_clock_that_fails_does_not_silence_the_others(
    life: Life, town: Town, frozen_time: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = life.order(town.alice), life.order(town.sam)
    frozen_time.shift(60 * 60 * 24 * 31)
    real = orders.move

    def move(order: Any, *rest: Any) -> Any:
        if order.id == bad.id:
            raise Conflict("order_changed")
        return real(order, *rest)

    monkeypatch.setattr(orders, "move", move)
    jobs.run_clocks()
    db.session.expire_all()
    assert (bad.state, good.state) == ("requested", "lapsed")
    monkeypatch.undo()
    jobs.run_clocks()  # what failed was not claimed: it is done the next time
    db.session.expire_all()
    assert bad.state == "lapsed"


def test_one_waiting_order_that_fails_does_not_stop_the_others(
    life: Life, town: Town, frozen_time: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = life.order(town.alice, status=EmploymentStatus.UNKNOWN)
    good = life.order(town.sam, status=EmploymentStatus.UNKNOWN)
    with transaction() as session:
        session.execute(update(type(bad)).values(lapses_on=clock.today()))
    frozen_time.shift(60 * 60 * 24)
    real = orders.move

    def move(order: Any, *rest: Any) -> Any:
        if order.id == bad.id:
            raise Conflict("order_changed")
        return real(order, *rest)

    monkeypatch.setattr(orders, "move", move)
    jobs.run_clocks()
    db.session.expire_all()
    assert (bad.state, good.state) == ("waiting_prerequisites", "lapsed")


def test_what_was_ordered_for_a_time_that_has_passed_is_neither_approved_nor_granted(
    life: Life, town: Town, frozen_time: Any
) -> None:
    """A grant waits for ever: whoever comes to it late returns it, and a new last day starts a new round (G10)."""
    last_day = clock.today() + timedelta(days=14)
    order, late = life.order(town.alice, valid_to=last_day), life.order(town.sam, valid_to=last_day)
    life.answer(order, town.bob, "approve")
    frozen_time.shift(timedelta(days=15))
    for one, who, verdict in ((order, town.carol, "grant"), (late, town.bob, "approve")):
        with pytest.raises(NotAllowed, match="period_passed"):
            life.answer(one, who, verdict)
    life.answer(order, town.carol, "return", reason="Till när behövs den?")
    assert order.state == "returned"
