"""An order that waits for the base grant: it is linked to the base order, offers to place it, and goes on by itself."""

from __future__ import annotations

import pytest

from app import clock
from app.db import db, transaction
from app.requests import services
from app.requests.models import AccessRequest
from app.requests.services import Push
from app.tasks import queries as tasks
from tests.auth.conftest import LogIn, as_person
from tests.people import Town, level
from tests.requests.conftest import Life, employed
from workflows.events import DIRECTORY, Actor

__all__ = ["as_person"]


@pytest.fixture
def waiting(life: Life, town: Town) -> AccessRequest:
    """Bob has ordered the desk for Nina, who has no base grant."""
    order = life.order(town.newcomer, town.bob)
    assert (order.state, order.wait_reason) == ("waiting_prerequisites", "base_grant_missing")
    return order


def linked(order: AccessRequest) -> int | None:
    """The base order that it waits for, as stored."""
    db.session.rollback()
    return db.session.get_one(AccessRequest, order.id, populate_existing=True).base_request_id


def test_manager_is_offered_to_place_it_and_is_then_led_to_it(
    as_person: LogIn, life: Life, town: Town, waiting: AccessRequest
) -> None:
    browser = as_person(town.bob)
    offer = f"/requests/new/{town.base.id}?subject={town.newcomer.id}"
    assert offer in browser.get(f"/requests/{waiting.case_number}").text
    assert browser.get(offer).status_code == 200
    base = life.order(town.newcomer, town.bob, level=town.base)
    assert linked(waiting) == base.id
    page = browser.get(f"/requests/{waiting.case_number}").text
    assert f"/requests/{base.case_number}" in page
    assert offer not in page


def test_whoever_may_not_order_it_is_told_who_can(as_person: LogIn, town: Town, waiting: AccessRequest) -> None:
    page = as_person(town.newcomer).get(f"/requests/{waiting.case_number}").text
    assert "Närmaste chef eller en behörig beställare kan göra det" in page
    assert f"/requests/new/{town.base.id}" not in page


def test_goes_on_by_itself_when_the_base_is_granted(life: Life, town: Town, waiting: AccessRequest) -> None:
    base = life.order(town.newcomer, town.bob, level=town.base)
    life.answer(base, town.carol, "grant")
    with transaction():
        push = Push(DIRECTORY, clock.now(), employed(town.newcomer), reason="satisfied")
        assert services.resume(db.session.get_one(AccessRequest, waiting.id), push)
    assert linked(waiting) == base.id  # on record, for whoever asks why it waited


def test_order_that_comes_after_the_base_order_is_linked_at_once(life: Life, town: Town) -> None:
    base = life.order(town.newcomer, town.bob, level=town.base)
    assert linked(life.order(town.newcomer, town.bob)) == base.id


def test_every_order_of_the_person_is_linked_and_no_other(life: Life, town: Town, waiting: AccessRequest) -> None:
    with transaction() as session:
        other_level = level(session, town.mic, "KAT", "Katalogisering")
    more = life.order(town.newcomer, town.bob, level=other_level)
    other = life.order(town.alice)
    base = life.order(town.newcomer, town.bob, level=town.base)
    assert (linked(waiting), linked(more), linked(other)) == (base.id, base.id, None)


def test_base_order_that_is_taken_back_is_let_go_and_offered_anew(
    as_person: LogIn, life: Life, town: Town, waiting: AccessRequest
) -> None:
    base = life.order(town.newcomer, town.bob, level=town.base)
    with transaction():
        services.withdraw(base, Push(Actor(town.bob.id, "orderer"), clock.now()))
    assert linked(waiting) is None
    assert tasks.open_about(request_id=base.id) is None
    page = as_person(town.bob).get(f"/requests/{waiting.case_number}").text
    assert f"/requests/new/{town.base.id}?subject={town.newcomer.id}" in page
