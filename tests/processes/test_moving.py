"""An order under way goes over to another version by an explicit act only, and only where it has its place there."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.directory.models import Person
from app.errors import Conflict, Forbidden, NotAllowed
from app.processes import moving
from app.requests.models import AccessRequest
from app.tasks.models import Task
from tests.people import Town
from tests.processes.conftest import SLOWER, Activate, Life, as_administrator, first

OWNER_GRANTS = ("ask: system_managers", "ask: system_owner")


def move(order: AccessRequest, who: Person, reason: str = "Ny delegationsordning.") -> None:
    """``who`` moves the order to the active version."""
    with transaction():
        moving.move(order, reason=reason, actor=as_administrator(who), now=clock.now())


def test_order_under_way_keeps_its_version(life: Life, town: Town, activate: Activate) -> None:
    order = life.order(town.alice)
    activate(OWNER_GRANTS)
    life.answer(order, town.bob, "approve")
    assert order.definition_version == first()
    assert life.asked(order) == {"Carol", "Sam"}


def test_new_order_follows_the_new_version(life: Life, town: Town, activate: Activate) -> None:
    activate(OWNER_GRANTS)
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    assert order.definition_version == first() + 1
    assert life.asked(order) == {"Olga"}


def test_whoever_is_asked_is_asked_anew_by_the_new_version(
    life: Life, town: Town, activate: Activate, ada: Person
) -> None:
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    before = life.open_task(order)
    assert before is not None
    activate(OWNER_GRANTS)
    move(order, ada)
    assert (order.definition_version, order.state) == (first() + 1, "manager_approved")
    assert life.asked(order) == {"Olga"}
    assert db.session.get_one(Task, before.id).status == "closed"


def test_the_move_is_on_record_with_its_reason(life: Life, town: Town, activate: Activate, ada: Person) -> None:
    order = life.order(town.alice)
    activate(SLOWER)
    move(order, ada, "Chefen är på kurs.")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "request.move_version")).one()
    assert (event.actor_id, event.reason, event.request_id) == (ada.id, "Chefen är på kurs.", order.id)
    assert (event.data["version_from"], event.data["version_to"]) == (first(), first() + 1)


def test_earlier_approval_counts_on(life: Life, town: Town, activate: Activate, ada: Person) -> None:
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    activate(SLOWER)
    move(order, ada)
    assert life.asked(order) == {"Carol", "Sam"}
    life.answer(order, town.carol, "grant", data={"target_user_id": "aliåke", "done_on": "2026-03-02"})
    assert order.state == "granted"


def test_version_that_has_no_place_for_the_order_hinders(
    life: Life, town: Town, activate: Activate, ada: Person
) -> None:
    order = life.order(town.alice)
    activate(("[basic, standard", "[basic"))
    with pytest.raises(NotAllowed, match="version_lacks_level"):
        move(order, ada)
    assert (order.definition_version, life.asked(order)) == (first(), {"Bob"})


def test_returned_order_goes_over_and_is_asked_to_its_orderer(
    life: Life, town: Town, activate: Activate, ada: Person
) -> None:
    order = life.order(town.alice)
    life.answer(order, town.bob, "return", reason="Vilken disk?")
    activate(SLOWER)
    move(order, ada)
    assert (order.state, life.asked(order)) == ("returned", {"Alice"})


def test_waiting_order_gets_the_new_versions_time(life: Life, town: Town, activate: Activate, ada: Person) -> None:
    order = life.order(town.newcomer)
    assert order.state == "waiting_prerequisites"
    before = order.lapses_on
    activate(("waiting_prerequisites: {kind: waiting, lapse: 30}", "waiting_prerequisites: {kind: waiting, lapse: 60}"))
    move(order, ada)
    assert before is not None and order.lapses_on is not None
    assert order.lapses_on > before
    assert life.open_task(order) is None


def test_slower_decider_finds_another_version_of_the_order(
    life: Life, town: Town, activate: Activate, ada: Person
) -> None:
    order = life.order(town.alice)
    before = order.version
    activate(SLOWER)
    move(order, ada)
    assert order.version == before + 1


def test_is_refused_to_others_than_administrators(life: Life, town: Town, activate: Activate) -> None:
    order = life.order(town.alice)
    activate(SLOWER)
    with pytest.raises(Forbidden):
        move(order, town.bob)


def test_needs_a_reason(life: Life, town: Town, activate: Activate, ada: Person) -> None:
    order = life.order(town.alice)
    activate(SLOWER)
    with pytest.raises(NotAllowed, match="reason_needed"):
        move(order, ada, " ")


def test_twice_is_told(life: Life, town: Town, activate: Activate, ada: Person) -> None:
    order = life.order(town.alice)
    activate(SLOWER)
    move(order, ada)
    with pytest.raises(Conflict, match="version_is_followed"):
        move(order, ada)


def test_ended_order_stays(life: Life, town: Town, activate: Activate, ada: Person) -> None:
    order = life.order(town.alice)
    life.answer(order, town.bob, "reject", reason="Behövs inte.")
    activate(SLOWER)
    with pytest.raises(Conflict, match="order_ended"):
        move(order, ada)
