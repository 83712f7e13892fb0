"""A right for a time in another unit: two managers answer, and the database knows the state between them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.directory.models import Person
from app.errors import NotAllowed
from app.grants import queries as grants
from app.requests.models import AccessRequest
from tests.people import Town, person
from tests.requests.conftest import Life
from workflows.case import EmploymentStatus

pytestmark = pytest.mark.usefixtures("frozen_time")
JUNE = date(2026, 6, 2)


@pytest.fixture
def rektor(town: Town) -> Person:
    """Rut leads the school, to which Alice is to go."""
    with transaction() as session:
        rut = person(session, "Rut Ek", town.school, title="Rektor", manager=town.eva)
        person(session, "Lars Lärare", town.school, manager=rut)
    return rut


def lend(life: Life, by: Person | None = None, **values: Any) -> AccessRequest:
    """Alice's order of the desk, to be used at the school until June."""
    town = life.town
    given = {"kind": "temporary_other_unit", "receiving_unit_id": town.school.id, "valid_to": JUNE}
    return life.order(town.alice, by, **{**given, **values})


def test_both_managers_answer_before_the_system_manager_grants(life: Life, town: Town, rektor: Person) -> None:
    order = lend(life)
    assert life.asked(order) == {"Bob"}
    life.answer(order, town.bob, "approve")
    assert (order.state, life.asked(order)) == ("receiving_requested", {"Rut"})
    life.answer(order, rektor, "approve")
    assert life.asked(order) == {"Carol", "Sam"}
    life.answer(order, town.carol, "grant")
    grant = grants.of_request(order.id)
    assert grant is not None
    assert grant.valid_to == JUNE


def test_receiving_manager_says_no(life: Life, town: Town, rektor: Person) -> None:
    order = lend(life)
    life.answer(order, town.bob, "approve")
    life.answer(order, rektor, "reject", reason="Vi har redan bemannat lånedisken.")
    assert (order.state, grants.of_request(order.id)) == ("rejected", None)


def test_one_manager_of_both_units_answers_once_and_the_log_says_so(life: Life, town: Town) -> None:
    with transaction() as session:
        person(session, "Lars Lärare", town.school, manager=town.bob)
    order = lend(life)
    life.answer(order, town.bob, "approve")
    assert (order.state, life.asked(order)) == ("manager_approved", {"Carol", "Sam"})
    wanted = select(AuditEvent).where(AuditEvent.event == "request.approve_implicitly")
    event = db.session.scalars(wanted).one()
    assert (event.state_from, event.state_to) == ("receiving_requested", "manager_approved")
    assert (event.actor_id, event.actor_role, event.reason) == (town.bob.id, "receiving_manager", "same_answer")


def test_manager_of_the_school_who_orders_is_passed_upwards(life: Life, town: Town, rektor: Person) -> None:
    with transaction():
        town.bob.manager_id = rektor.id
    order = lend(life, by=rektor)
    life.answer(order, town.bob, "approve")
    assert life.asked(order) == {"Eva"}


def test_unit_without_a_manager_is_answered_for_upwards(life: Life, town: Town) -> None:
    order = lend(life)
    life.answer(order, town.bob, "approve")
    assert life.asked(order) == {"Inga"}


def test_order_waits_between_the_managers_and_goes_on_to_the_second(life: Life, town: Town, rektor: Person) -> None:
    order = lend(life)
    life.answer(order, town.bob, "approve", status=EmploymentStatus.UNKNOWN)
    assert (order.state, order.resume_state) == ("waiting_prerequisites", "receiving_requested")


def test_second_order_while_the_receiving_manager_is_asked_is_refused(life: Life, town: Town, rektor: Person) -> None:
    life.answer(lend(life), town.bob, "approve")
    with pytest.raises(NotAllowed, match="duplicate"):
        lend(life)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"valid_to": None}, "end_date_needed"),
        ({"valid_to": date(2026, 6, 3)}, "over_three_months"),
        ({"receiving_unit_id": None}, "unit_missing"),
    ],
)
def test_order_that_is_not_for_a_time_in_another_unit(life: Life, values: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotAllowed, match=reason):
        lend(life, **values)


def test_ones_own_unit_is_no_other(life: Life, town: Town) -> None:
    with pytest.raises(NotAllowed, match="own_unit"):
        lend(life, receiving_unit_id=town.library.id)


def test_base_order_is_not_for_another_unit(life: Life, town: Town) -> None:
    with pytest.raises(NotAllowed, match="process_missing"):
        lend(life, level=town.base, by=town.bob)


def test_extension_asks_both_managers_again_and_moves_the_end(life: Life, town: Town, rektor: Person) -> None:
    order = lend(life)
    for who, verdict in ((town.bob, "approve"), (rektor, "approve"), (town.carol, "grant")):
        life.answer(order, who, verdict)
    held = grants.of_request(order.id)
    assert held is not None
    longer = lend(life, grant_id=held.id, valid_from=clock.today(), valid_to=date(2026, 5, 4))
    life.answer(longer, town.bob, "approve")
    assert life.asked(longer) == {"Rut"}
    life.answer(longer, rektor, "approve")
    life.answer(longer, town.carol, "grant")
    db.session.refresh(held)
    assert (held.valid_to, grants.of_request(longer.id)) == (date(2026, 5, 4), None)
