"""A system on its way out takes no new orders (rules.md C16, scenario 21; C0.3 G3)."""

from __future__ import annotations

import pytest

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue import services
from app.catalogue.loader import EXAMPLE
from app.db import transaction
from app.errors import NotAllowed
from app.grants import services as grant_services
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from tests.people import Town, appoint, grant
from tests.requests.conftest import Life
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")


@pytest.mark.parametrize("lifecycle", ["phasing_out", "retired"])
def test_scenario_21_an_order_after_the_phase_out_is_refused(life: Life, town: Town, lifecycle: str) -> None:
    with transaction():
        town.mic.lifecycle = lifecycle
    with pytest.raises(NotAllowed, match="system_not_open") as refused:
        life.order(town.alice)
    assert next(g for g in refused.value.guards if g.guard == "G3").inputs["lifecycle"] == lifecycle


def test_scenario_21_firstclass_of_the_example_is_refused(life: Life, town: Town) -> None:
    with transaction() as session:
        services.load_file(EXAMPLE, now=clock.now())
        account = catalogue.level_by_code("FC", "KONTO")
        for role, who in (("system_owner", town.olga), ("system_manager", town.carol)):
            appoint(session, role, who, account.system)
    with pytest.raises(NotAllowed, match="system_not_open"):
        life.order(town.alice, level=account)


def test_what_was_ordered_before_waits_and_what_is_held_can_be_removed(life: Life, town: Town) -> None:
    order: AccessRequest = life.order(town.alice)
    with transaction() as session:
        held = grant(session, town.dan, town.disk)
        town.mic.lifecycle = "phasing_out"
    life.answer(order, town.bob, "approve")
    assert (order.state, order.wait_reason) == ("waiting_prerequisites", "system_not_open")
    with transaction():
        grant_services.order_revocation(held, reason="", actor=Actor(town.dan.id, "subject"), now=clock.now())
    assert tasks.open_about(grant_id=held.id) is not None
