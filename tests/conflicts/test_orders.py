"""An order that makes a toxic pair (rules.md G13), as its mode has it, in both directions and at each step."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.conflicts import queries, services
from app.db import db, transaction
from app.errors import NotAllowed
from app.grants import queries as grants
from tests.conflicts.conftest import Economy
from tests.requests.conftest import Life
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")
DECEMBER = date(2026, 12, 31)


def exempted(economy: Economy, until: date = DECEMBER) -> int:
    """Bob asks for Alice, Olga and Inga approve."""
    town, now = economy.town, clock.now()
    with transaction():
        wish = ("Ekonomichefen går igenom alla betalningar varje månad.", until)
        exemption_id = services.ask(economy.pair, town.alice.id, wish, Actor(town.bob.id, "line_manager"), now)
    for who, role in ((town.olga, "system_owner"), (town.coordinator, "infosec_coordinator")):
        with transaction():
            services.approve(queries.exemption(exemption_id), Actor(who.id, role), now)
    return exemption_id


@pytest.mark.parametrize("economy", ["enforce"], indirect=True)
def test_enforced_pair_is_refused(life: Life, economy: Economy) -> None:
    with pytest.raises(NotAllowed, match="toxic_enforced"):
        life.order(economy.town.alice, level=economy.register)


@pytest.mark.parametrize("economy", ["record"], indirect=True)
def test_recorded_pair_is_let_through_and_stored_with_the_move(life: Life, economy: Economy) -> None:
    order = life.order(economy.town.alice, level=economy.register)
    sent = select(AuditEvent).where(AuditEvent.request_id == order.id, AuditEvent.event == "request.submit")
    found = next(g for g in db.session.scalars(sent).one().guards if g["guard"] == "G13")
    assert (found["passed"], found["reason"]) == (True, "toxic_let_through")
    assert [c["with"] for c in found["inputs"]["clashes"]] == ["EKO.UTBET"]


def test_pair_without_an_exemption_is_refused_and_with_one_is_not(life: Life, economy: Economy) -> None:
    with pytest.raises(NotAllowed, match="toxic_unapproved"):
        life.order(economy.town.alice, level=economy.register, valid_to=DECEMBER)
    exempted(economy)
    order = life.order(economy.town.alice, level=economy.register, valid_to=DECEMBER)
    assert order.state == "requested"


def test_order_may_not_outlast_the_exemption(life: Life, economy: Economy) -> None:
    exempted(economy, until=date(2026, 6, 30))
    with pytest.raises(NotAllowed, match="toxic_beyond_exemption"):
        life.order(economy.town.alice, level=economy.register, valid_to=date(2026, 7, 1))


def test_exemption_that_ended_before_the_grant_stops_it(life: Life, economy: Economy) -> None:
    exemption_id = exempted(economy)
    town = economy.town
    order = life.order(town.alice, level=economy.register, valid_to=DECEMBER)
    life.answer(order, town.bob, "approve")
    with transaction():
        actor = Actor(town.olga.id, "system_owner")
        services.end(queries.exemption(exemption_id), actor, "Kontrollen görs inte.", clock.now())
    with pytest.raises(NotAllowed, match="toxic_unapproved"):
        life.answer(order, town.carol, "grant")
    assert grants.of_request(order.id) is None


def test_two_orders_under_way_are_a_pair_too(life: Life, economy: Economy) -> None:
    town = economy.town
    life.order(town.dan, level=economy.register)
    with pytest.raises(NotAllowed, match="toxic_unapproved"):
        life.order(town.dan, level=economy.pay)


def test_pair_that_came_to_be_after_the_order_stops_the_grant(life: Life, economy: Economy) -> None:
    """The pair becomes one while the order is under way: whoever approves is told, and nobody is granted it."""
    town = economy.town
    with transaction():
        economy.pair.active = False
    order = life.order(town.alice, level=economy.register, valid_to=DECEMBER)
    with transaction():
        economy.pair.active = True
    with pytest.raises(NotAllowed, match="toxic_unapproved"):
        life.answer(order, town.bob, "approve")
    life.answer(order, town.bob, "reject", reason="Kombinationen är inte lämplig.")
    assert order.state == "rejected"


def test_right_whose_removal_is_not_confirmed_counts(life: Life, economy: Economy) -> None:
    held = next(g for g in grants.of_people([economy.town.alice.id]) if g.level_id == economy.pay.id)
    with transaction():
        held.status = "revocation_pending"
    with pytest.raises(NotAllowed, match="toxic_unapproved"):
        life.order(economy.town.alice, level=economy.register)
    with transaction():
        held.status = "revoked"
    assert life.order(economy.town.alice, level=economy.register).state == "requested"


def test_who_approved_the_exemption_does_not_order_by_it(life: Life, economy: Economy) -> None:
    town = economy.town
    exempted(economy)
    with transaction():
        town.alice.manager_id = town.olga.id
    with pytest.raises(NotAllowed, match="toxic_own_exemption"):
        life.order(town.alice, by=town.olga, level=economy.register, valid_to=DECEMBER)
