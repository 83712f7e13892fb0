"""A privileged right is for a separate account: the product never puts the everyday one in its group (rules.md C3)."""

from __future__ import annotations

from app import clock
from app.catalogue.models import AccessLevel
from app.db import transaction
from app.grants.models import Grant
from tests.fulfilment.conftest import Desk, life, settings, town

__all__ = ["life", "settings", "town"]


def privileged(desk: Desk) -> None:
    """The group's level is a privileged one."""
    with transaction() as session:
        session.get_one(AccessLevel, desk.town.disk.id).profile = "privileged"


def test_separate_account_is_put_in_by_a_person(desk: Desk) -> None:
    privileged(desk)
    order = desk.life.order(desk.town.alice, answers={"admin_account": "adm-alice"})
    desk.life.answer(order, desk.town.bob, "approve")
    desk.life.answer(order, desk.town.olga, "approve")
    desk.life.answer(order, desk.town.carol, "grant", data={"done_on": clock.today().isoformat()})
    right = desk.read(Grant, Grant.request_id == order.id)
    assert (right.status, desk.writes(), desk.run(), desk.members) == ("pending_activation", [], [], [])
    desk.end(right)
    assert (desk.right().status, desk.writes()) == ("revocation_pending", [])


def test_level_that_became_privileged_before_it_was_written_is_handed_over(desk: Desk) -> None:
    desk.granted()
    privileged(desk)
    assert desk.run() == ["separate_account"]
    assert ([w.status for w in desk.writes()], desk.members) == (["handed_over"], [])
