"""Another level instead of the one that somebody has: the old one ends when, and only when, the new one is granted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.directory.models import Person
from app.errors import NotAllowed
from app.grants import queries as grants
from app.grants import services as grant_services
from app.grants.models import Grant
from app.notifications.models import OutboxMail
from app.requests import changing
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from tests.people import Town, grant, level, person, system
from tests.requests.conftest import Life
from workflows.events import TIME, Actor

pytestmark = pytest.mark.usefixtures("frozen_time")


@pytest.fixture
def catalogue_level(town: Town) -> AccessLevel:
    """A second level of MicroMarc."""
    with transaction() as session:
        return level(session, town.mic, "KAT", "Katalogisatör", position=1)


@pytest.fixture
def held(life: Life, town: Town) -> Grant:
    """Alice has the desk, by an order of her own."""
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    life.answer(order, town.carol, "grant")
    found = grants.of_request(order.id)
    assert found is not None
    return found


def change(life: Life, held: Grant, to: AccessLevel, by: Person | None = None, **values: Any) -> AccessRequest:
    """An order of the other level instead."""
    return life.order(life.town.alice, by, **{"kind": "change", "level": to, "grant_id": held.id, **values})


def granted(life: Life, order: AccessRequest) -> Grant:
    """What the order leads to when everybody says yes."""
    life.answer(order, life.town.bob, "approve")
    life.answer(order, life.town.carol, "grant")
    found = grants.of_request(order.id)
    assert found is not None
    return found


def test_old_level_is_usable_until_the_new_one_is_granted(
    life: Life, town: Town, held: Grant, catalogue_level: AccessLevel
) -> None:
    order = change(life, held, catalogue_level)
    assert life.asked(order) == {"Bob"}
    life.answer(order, town.bob, "approve")
    db.session.refresh(held)
    assert (held.status, tasks.open_about(grant_id=held.id)) == ("active", None)
    life.answer(order, town.carol, "grant")
    new = grants.of_request(order.id)
    db.session.refresh(held)
    assert new is not None
    assert (new.level_id, new.status) == (catalogue_level.id, "active")
    assert (held.status, held.revoke_reason) == ("revocation_pending", "changed")
    removal = tasks.open_about(grant_id=held.id)
    assert removal is not None
    assert {a.person.given_name for a in removal.addressees} == {"Carol", "Sam"}


def test_refused_change_leaves_the_old_level_alone(
    life: Life, town: Town, held: Grant, catalogue_level: AccessLevel
) -> None:
    order = change(life, held, catalogue_level)
    life.answer(order, town.bob, "reject", reason="Lånedisken räcker.")
    db.session.refresh(held)
    assert (held.status, grants.of_request(order.id)) == ("active", None)


def test_both_orders_tell_of_the_other_right(life: Life, held: Grant, catalogue_level: AccessLevel) -> None:
    order = change(life, held, catalogue_level)
    new = granted(life, order)
    wanted = (
        select(AuditEvent).where(AuditEvent.event.in_(("grant.replaced", "grant.replaces"))).order_by(AuditEvent.id)
    )
    old_side, new_side = db.session.scalars(wanted).all()
    assert (old_side.object_id, old_side.request_id, old_side.data["by_grant"]) == (held.id, held.request_id, new.id)
    assert (new_side.object_id, new_side.request_id, new_side.data["grant"]) == (new.id, order.id, held.id)
    assert new_side.reason == "Lånedisk"


def test_subject_gets_one_mail_that_tells_of_both_levels(
    life: Life, town: Town, held: Grant, catalogue_level: AccessLevel
) -> None:
    db.session.query(OutboxMail).delete()
    db.session.commit()
    granted(life, change(life, held, catalogue_level))
    told = db.session.scalars(select(OutboxMail).where(OutboxMail.recipient_id == town.alice.id)).all()
    assert [(m.template, m.data["level"], m.data["replaces"]) for m in told] == [
        ("order_granted", "Katalogisatör", "Lånedisk")
    ]


def test_confirmed_removal_ends_the_old_order_and_not_the_new(
    life: Life, town: Town, held: Grant, catalogue_level: AccessLevel
) -> None:
    order = change(life, held, catalogue_level)
    granted(life, order)
    removal = tasks.open_about(grant_id=held.id)
    assert removal is not None
    with transaction():
        actor = Actor(town.sam.id, "system_manager")
        grant_services.confirm_removed(removal, actor=actor, now=clock.now(), receipt={})
    states = {o.id: o.state for o in db.session.scalars(select(AccessRequest))}
    assert states == {held.request_id: "revoked", order.id: "granted"}


@pytest.mark.parametrize("status", ["revocation_pending", "expired"])
def test_old_level_that_ended_meanwhile_is_not_ended_twice(
    life: Life, held: Grant, catalogue_level: AccessLevel, status: str
) -> None:
    """The new level was approved by the same people as a new right, so it is granted all the same."""
    order = change(life, held, catalogue_level)
    with transaction():
        grant_services.order_revocation(held, reason="expired", actor=TIME, now=clock.now(), status=status)
    new = granted(life, order)
    db.session.refresh(held)
    assert (new.status, held.status, held.revoke_reason) == ("active", status, "expired")
    assert len(db.session.scalars(select(AuditEvent).where(AuditEvent.event == "grant.revocation_ordered")).all()) == 1
    replaced = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "grant.replaced")).one()
    assert replaced.data["status_before"] == status


def test_the_same_level_is_no_change(life: Life, town: Town, held: Grant) -> None:
    with pytest.raises(NotAllowed) as refused:
        change(life, held, town.disk)
    assert refused.value.reason == "same_level"


def test_level_of_another_system_is_no_change(life: Life, town: Town, held: Grant) -> None:
    with transaction() as session:
        other = level(session, system(session, "BOK", "Bokning"), "LAS", "Läsa")
    with pytest.raises(NotAllowed) as refused:
        change(life, held, other)
    assert "other_system" in {g.reason for g in refused.value.guards}


def test_one_open_order_for_each_right(life: Life, town: Town, held: Grant, catalogue_level: AccessLevel) -> None:
    with transaction() as session:
        third = level(session, town.mic, "INK", "Inköp", position=2)
    under_way = change(life, held, catalogue_level)
    with pytest.raises(NotAllowed, match="duplicate") as twice:
        change(life, held, third)
    with pytest.raises(NotAllowed, match="duplicate"):
        life.order(town.alice, kind="extend", grant_id=held.id, valid_to=date(2026, 12, 31))
    existing = next(g.inputs["existing"] for g in twice.value.guards if g.guard == "G4")
    assert existing == [under_way.case_number]


def test_level_that_the_person_has_already_is_a_duplicate(
    life: Life, town: Town, held: Grant, catalogue_level: AccessLevel
) -> None:
    with transaction() as session:
        grant(session, town.alice, catalogue_level)
    with pytest.raises(NotAllowed, match="duplicate"):
        change(life, held, catalogue_level)


def test_end_date_of_the_new_level_is_its_own(life: Life, held: Grant, catalogue_level: AccessLevel) -> None:
    new = granted(life, change(life, held, catalogue_level, valid_to=date(2026, 9, 30)))
    db.session.refresh(held)
    assert (new.valid_to, held.valid_to) == (date(2026, 9, 30), None)


def test_employment_that_ends_takes_both_levels(
    life: Life, town: Town, held: Grant, catalogue_level: AccessLevel
) -> None:
    new = granted(life, change(life, held, catalogue_level))
    with transaction():
        grant_services.end_all(town.alice.id, reason="employment_ended", actor=TIME, now=clock.now())
    for right in (held, new):
        db.session.refresh(right)
    assert (held.revoke_reason, new.revoke_reason) == ("changed", "employment_ended")


def test_only_levels_whose_process_is_installed_are_offered(town: Town, held: Grant) -> None:
    with transaction() as session:
        level(session, town.mic, "PORT", "Porten", profile="physical")
        level(session, town.mic, "GML", "Gammal", active=False)
    assert changing.levels_for(held, clock.today()) == []
    assert changing.changeable([held], clock.today()) == frozenset()
    with transaction() as session:
        admin = level(session, town.mic, "ADM", "Administratör", profile="privileged")
    assert [found.id for found in changing.levels_for(held, clock.today())] == [admin.id]
    assert changing.changeable([held], clock.today()) == {held.id}


def test_base_rights_and_temporary_ones_do_not_change_level(
    life: Life, town: Town, catalogue_level: AccessLevel
) -> None:
    with transaction() as session:
        rut = person(session, "Rut Ek", town.school, manager=town.eva)
        person(session, "Lars Lärare", town.school, manager=rut)
        level(session, town.ad, "DIST", "Distans", position=1)
    lent = life.order(
        town.alice, kind="temporary_other_unit", receiving_unit_id=town.school.id, valid_to=date(2026, 6, 2)
    )
    for who, verdict in ((town.bob, "approve"), (rut, "approve"), (town.carol, "grant")):
        life.answer(lent, who, verdict)
    everything = grants.of_people([town.alice.id])
    assert len(everything) == 2
    assert changing.changeable(everything, clock.today()) == frozenset()
    with pytest.raises(NotAllowed, match="temporary_not_changed"):
        changing.require_changeable(next(g for g in everything if g.request_id == lent.id))
