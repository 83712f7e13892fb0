"""Who has a role no more, or has left, leaves nothing behind that nobody can answer (rules.md C6, W15)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.appointments.tasks import follow_handovers
from app.catalogue import services
from app.catalogue.models import Appointment
from app.catalogue.services import NewAppointment
from app.db import db, transaction
from app.directory.models import Person
from app.events import publish
from app.grants import queries as grants
from app.grants import services as grant_services
from app.links.models import DecisionLink
from app.notifications import tasks as outbox
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from tests.people import Town, appoint, deputise, left
from tests.requests.conftest import Life
from workflows.events import Actor

CLERK = Actor(None, "administrator", "cli")
pytestmark = pytest.mark.usefixtures("frozen_time")


def no_more(town: Town, who: Person, *, last_day: date | None = None) -> None:
    """``who`` is MicroMarc's manager until yesterday, or until ``last_day``."""
    held = select(Appointment.id).where(Appointment.person_id == who.id, Appointment.system_id == town.mic.id)
    with transaction():
        day = last_day or clock.today() - timedelta(days=1)
        services.end_appointment(db.session.scalars(held).one(), last_day=day, actor=CLERK, now=clock.now())


def manages(town: Town, who: Person) -> None:
    """``who`` is MicroMarc's manager from today."""
    with transaction():
        new = NewAppointment("system_manager", who.id, clock.today(), system_id=town.mic.id)
        services.appoint(new, actor=CLERK, now=clock.now())


@pytest.fixture
def waiting(life: Life, town: Town) -> AccessRequest:
    """Carol and Sam are asked to grant."""
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    return order


def test_whoever_has_the_role_now_is_asked_when_both_have_left_it(
    waiting: AccessRequest, life: Life, town: Town
) -> None:
    no_more(town, town.carol)
    assert life.asked(waiting) == {"Sam"}
    manages(town, town.dan)
    no_more(town, town.sam)
    assert life.asked(waiting) == {"Dan"}


def test_removal_is_handed_on_too(waiting: AccessRequest, life: Life, town: Town) -> None:
    life.answer(waiting, town.carol, "grant")
    right = grants.of_request(waiting.id)
    assert right is not None
    with transaction():
        actor = Actor(town.alice.id, "subject")
        grant_services.order_revocation(right, reason="klar", actor=actor, now=clock.now())
    manages(town, town.dan)
    no_more(town, town.carol)
    no_more(town, town.sam)
    task = tasks.open_about(grant_id=right.id)
    assert task is not None
    assert {a.person.given_name for a in task.addressees if a.removed_at is None} == {"Dan"}


def test_role_that_ends_later_is_left_on_its_day(
    waiting: AccessRequest, life: Life, town: Town, frozen_time: Any
) -> None:
    no_more(town, town.carol, last_day=clock.today())
    assert life.asked(waiting) == {"Carol", "Sam"}
    frozen_time.shift(timedelta(days=1))
    assert follow_handovers() == 1
    assert follow_handovers() == 0
    db.session.expire_all()
    assert life.asked(waiting) == {"Sam"}


def test_deputy_of_who_has_no_role_is_asked_no_more(waiting: AccessRequest, life: Life, town: Town) -> None:
    with transaction() as session:
        deputise(session, town.carol, town.dan)
    other = life.order(town.olga)
    life.answer(other, town.eva, "approve")
    assert life.asked(other) == {"Carol", "Sam", "Dan"}
    no_more(town, town.carol)
    assert life.asked(other) == {"Sam"}


def test_role_in_another_system_changes_nothing(waiting: AccessRequest, life: Life, town: Town) -> None:
    with transaction() as session:
        appoint(session, "system_manager", town.dan, town.ad)
    held = select(Appointment.id).where(Appointment.person_id == town.carol.id, Appointment.system_id == town.ad.id)
    with transaction():
        yesterday = clock.today() - timedelta(days=1)
        services.end_appointment(db.session.scalars(held).one(), last_day=yesterday, actor=CLERK, now=clock.now())
    assert life.asked(waiting) == {"Carol", "Sam"}


def test_link_of_who_has_no_role_dies(life: Life, town: Town) -> None:
    with transaction():
        town.disk.profile = "privileged"
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    db.session.commit()
    outbox.send_due()
    link = db.session.scalars(select(DecisionLink).where(DecisionLink.person_id == town.olga.id)).one()
    with transaction() as session:
        appoint(session, "system_owner", town.dan, town.mic)
    held = select(Appointment.id).where(
        Appointment.person_id == town.olga.id, Appointment.system_id == town.mic.id, Appointment.role == "system_owner"
    )
    with transaction():
        yesterday = clock.today() - timedelta(days=1)
        services.end_appointment(db.session.scalars(held).one(), last_day=yesterday, actor=CLERK, now=clock.now())
    db.session.refresh(link)
    assert link.revoked_at is not None
    assert life.asked(order) == {"Dan"}


def test_returned_order_of_a_manager_who_left_passes_to_the_next(life: Life, town: Town) -> None:
    order = life.order(town.alice, by=town.bob)
    life.answer(order, town.carol, "return", reason="Vilken disk?")
    assert life.asked(order) == {"Bob"}
    with transaction():
        town.bob.employment_status = "ended"
        publish(left(town.bob.id))
    db.session.refresh(order)
    assert (order.orderer_id, life.asked(order)) == (town.eva.id, {"Eva"})
