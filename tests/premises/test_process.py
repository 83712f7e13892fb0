"""Ordering access to premises, from the form to the tag: who may order, who is asked, what is given (rules.md C4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.catalogue.models import AccessLevel, Course, Zone
from app.db import db, transaction
from app.directory import services as directory
from app.directory.models import Person
from app.grants import queries as grants
from app.premises import queries
from app.requests import facts
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from app.tasks.models import Task
from tests.people import Town, appoint
from tests.premises.conftest import Desk, Doors, names
from tests.premises.test_pages import post
from tests.requests.conftest import employed

Browser = Callable[[Person], FlaskClient]
TODAY = "2026-03-02"
APPROVE = {"verdict": "approve", "reviewed": "y"}
GRANT = {"verdict": "grant", "done_on": TODAY, "credential_kind": "tag", "serial": "a 1"}


@pytest.fixture(autouse=True)
def directory_says_active(monkeypatch: pytest.MonkeyPatch, frozen_time: Any) -> None:
    """It is TODAY, and the live look-up answers: the process is what is tested."""
    monkeypatch.setattr(directory, "lookup", lambda person, now: employed(person))


class Counter:
    """Everybody's browser, at the passage level of the door system."""

    def __init__(self, as_person: Browser, doors: Doors) -> None:
        self.as_person, self.doors = as_person, doors

    def send(self, orderer: Person, subject: Person, *zones: Zone, **more: Any) -> Any:
        """Fill in the form and send it; ``level`` in ``more`` is another than passage."""
        level = more.pop("level", self.doors.pass_)
        filled = {
            "subject": str(subject.id),
            "zone_ids": [str(zone.id) for zone in zones],
            "schedule_id": str(self.doors.day.id),
            "valid_from": TODAY,
            "justification": "Ska kunna öppna lokalen före låntagarna.",
            **more,
        }
        return post(self.as_person(orderer), f"/requests/send/{level.id}", **filled)

    def order(self, orderer: Person, subject: Person, *zones: Zone, **more: Any) -> AccessRequest:
        """A sent order."""
        sent = self.send(orderer, subject, *(zones or (self.doors.office,)), **more)
        assert sent.status_code == 302, sent.text
        db.session.rollback()
        return db.session.scalars(select(AccessRequest).order_by(AccessRequest.id.desc()).limit(1)).one()

    def answer(self, who: Person, task: Task, **fields: str) -> Any:
        """``who`` answers the task on its page."""
        answered = post(self.as_person(who), f"/tasks/{task.id}", **fields)
        db.session.rollback()
        db.session.expire_all()
        return answered


@pytest.fixture
def counter(as_person: Browser, doors: Doors) -> Counter:
    """Everybody's browser."""
    return Counter(as_person, doors)


def about(order: AccessRequest) -> Task:
    """What is asked about the order now."""
    return tasks.open_about(request_id=order.id) or pytest.fail("nobody is asked")


def test_manager_orders_and_the_right_begins_with_the_receipt(
    counter: Counter, as_person: Browser, town: Town, doors: Doors, desk: Desk
) -> None:
    order = counter.order(town.bob, town.alice)
    assert (order.process, order.state) == ("physical_access", "manager_approved")
    assert order.scope == "Kommunhuset (Kontorstid)"
    task = about(order)
    assert (task.kind, names(task)) == ("grant", {"Carol", "Sam"})
    assert task.due_on.isoformat() == "2026-03-04", "two working days"
    counter.answer(town.carol, task, **GRANT)
    right = grants.of_request(order.id)
    assert right is not None and (right.status, right.scope) == ("pending_activation", order.scope)
    (tag,) = queries.carrying(right.id)
    assert (tag.serial, tag.kind, tag.subject_id) == ("A1", "tag", town.alice.id)
    desk.hand_over(tag, receipt="paper", receipt_note="Pärm 3")
    db.session.expire_all()
    assert right.status == "active"
    page = as_person(town.bob).get(f"/requests/{order.case_number}").text
    assert "Taggen programmerades" in page and "Taggen lämnades ut" in page


def test_authorised_orderer_asks_the_manager_and_the_employee_may_not_order(
    counter: Counter, as_person: Browser, town: Town, doors: Doors
) -> None:
    with transaction() as session:
        appoint(
            session, "authorised_orderer", town.dan, doors.system, unit=town.library,
            valid_to=clock.today() + timedelta(days=300),
        )  # fmt: skip
    order = counter.order(town.dan, town.alice)
    assert (order.state, names(about(order))) == ("requested", {"Bob"})
    counter.answer(town.bob, about(order), **APPROVE)
    assert about(order).kind == "grant"
    refused = counter.send(town.alice, town.alice, doors.office)
    assert refused.status_code == 200
    assert db.session.scalars(select(AccessRequest.id)).all() == [order.id]


def test_zones_are_shown_to_those_who_may_order_only(as_person: Browser, town: Town, doors: Doors) -> None:
    address = f"/requests/new/{doors.pass_.id}"
    assert "Serverrummet" in as_person(town.bob).get(address).text
    seen = as_person(town.alice).get(address).text
    assert "Serverrummet" not in seen and "Bara chefer och behöriga beställare ser zonerna." in seen
    catalogue = as_person(town.alice).get("/catalogue/VAN").text
    assert "Serverrummet" not in catalogue


@pytest.mark.parametrize(
    ("zone", "when", "special"),
    [
        ("office", "day", False), ("office", "night", False), ("archive", "day", True), ("server", "day", True),
        ("school", "day", True),
    ],
)  # fmt: skip
def test_owner_is_asked_about_special_zones_and_those_of_others(
    counter: Counter, town: Town, doors: Doors, zone: str, when: str, special: bool
) -> None:
    order = counter.order(town.bob, town.alice, getattr(doors, zone), schedule_id=str(getattr(doors, when).id))
    task = about(order)
    assert task.kind == ("owner_approval" if special else "grant")
    if special:
        # Nobody has the post of the server room: the system's owner is asked instead.
        assert names(task) == ({"Olga"} if zone == "server" else {"Lena"})


def test_school_is_ordinary_by_day_for_its_own_and_special_at_night(counter: Counter, town: Town, doors: Doors) -> None:
    with transaction():
        town.dan.manager_id = town.bob.id
    by_day = counter.order(town.bob, town.dan, doors.school)
    assert about(by_day).kind == "grant"
    at_night = counter.order(town.bob, town.dan, doors.school, schedule_id=str(doors.night.id))
    assert names(about(at_night)) == {"Lena"}


def test_special_zone_goes_through_its_owner_to_the_tag(counter: Counter, town: Town, doors: Doors) -> None:
    order = counter.order(town.bob, town.alice, doors.office, doors.archive)
    assert order.scope == "Kommunhuset; Närarkivet (Kontorstid)"
    early = counter.answer(town.carol, about(order), **GRANT)
    assert early.status_code == 403, "the system manager cannot pass the owner by"
    counter.answer(doors.lena, about(order), **APPROVE)
    assert order.state == "owner_approved"
    counter.answer(town.carol, about(order), **GRANT)
    assert order.state == "granted"


def test_owner_does_not_decide_about_their_own_order(counter: Counter, town: Town, doors: Doors) -> None:
    order = counter.order(town.eva, doors.lena, doors.archive)
    assert names(about(order)) == {"Olga"}


def test_zones_of_two_owners_are_two_orders(counter: Counter, town: Town, doors: Doors) -> None:
    page = counter.send(town.bob, town.alice, doors.archive, doors.server)
    assert page.status_code == 200 and "Zonerna har olika lokalansvariga" in page.text
    assert "checked" in page.text, "what was ticked stays ticked"
    assert counter.send(town.bob, town.alice, doors.archive, doors.office).status_code == 302


@pytest.mark.parametrize("fields", [{"zone_ids": []}, {"zone_ids": ["999999"]}, {"schedule_id": "999999"}])
def test_form_without_zone_or_with_one_that_is_not_there(
    counter: Counter, town: Town, doors: Doors, fields: dict[str, Any]
) -> None:
    page = counter.send(town.bob, town.alice, doors.office, **fields)
    assert page.status_code == 200 and "Något behöver ändras" in page.text
    assert db.session.scalars(select(AccessRequest.id)).all() == []


def test_same_zone_twice_is_a_duplicate_and_another_time_is_not(counter: Counter, town: Town, doors: Doors) -> None:
    counter.order(town.bob, town.alice)
    again = counter.send(town.bob, town.alice, doors.office)
    assert again.status_code == 200 and "Det finns redan" in again.text
    assert counter.send(town.bob, town.alice, doors.office, schedule_id=str(doors.night.id)).status_code == 302


def test_alarm_right_waits_for_its_course(counter: Counter, town: Town, doors: Doors) -> None:
    with transaction() as session:
        session.add(Course(code="LARM-HANDHAVANDE", name="Så hanterar du larmet", valid_months=12))
        session.get_one(AccessLevel, doors.alarm.id).courses = ["LARM-HANDHAVANDE"]
    order = counter.order(town.bob, town.alice, doors.office, level=doors.alarm)
    assert (order.state, order.wait_reason) == ("waiting_prerequisites", "training_missing")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"serial": ""}, "Skriv numret."),
        ({"credential_kind": ""}, "Välj vad det är."),
        ({"serial": "x" * 41}, "Högst 40"),
    ],
)
def test_grant_without_a_tag_is_refused_beside_the_field(
    counter: Counter, town: Town, doors: Doors, more: dict[str, str], said: str
) -> None:
    order = counter.order(town.bob, town.alice)
    page = counter.answer(town.carol, about(order), **{**GRANT, **more})
    assert page.status_code in (200, 422) and said in page.text
    assert order.state == "manager_approved"


def test_number_that_somebody_else_has_undoes_the_grant(counter: Counter, town: Town, doors: Doors, desk: Desk) -> None:
    desk.out(town.newcomer, "A1")
    order = counter.order(town.bob, town.alice)
    page = counter.answer(town.carol, about(order), **GRANT)
    assert page.status_code == 422 and "Det numret har någon annan" in page.text
    assert order.state == "manager_approved" and grants.of_request(order.id) is None


def test_right_ends_with_the_employment_at_the_latest(
    counter: Counter, town: Town, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = clock.today() + timedelta(days=90)
    monkeypatch.setattr(directory, "lookup", lambda person, now: replace(employed(person), ends_on=last))
    order = counter.order(town.bob, town.alice)
    counter.answer(town.carol, about(order), **GRANT)
    right = grants.of_request(order.id)
    assert right is not None and right.valid_to == last


def test_returned_order_keeps_its_zones_and_a_new_round_asks_the_new_ones_owner(
    counter: Counter, as_person: Browser, town: Town, doors: Doors
) -> None:
    order = counter.order(town.bob, town.alice, doors.office)
    counter.answer(town.carol, about(order), verdict="return", reason="Vilken tid gäller det?")
    bob = as_person(town.bob)
    form = bob.get(f"/requests/{order.case_number}/resubmit").text
    assert f'value="{doors.office.id}" checked' in form
    sent = post(
        bob,
        f"/requests/{order.case_number}/resubmit",
        subject=str(town.alice.id),
        zone_ids=[str(doors.archive.id)],
        schedule_id=str(doors.day.id),
        valid_from=TODAY,
        justification="Ska kunna hämta handlingar i arkivet.",
    )
    assert sent.status_code == 302, sent.text
    db.session.expire_all()
    assert (order.scope, names(about(order))) == ("Närarkivet (Kontorstid)", {"Lena"})


def test_preview_shows_whom_it_asks(counter: Counter, as_person: Browser, town: Town, doors: Doors) -> None:
    page = post(
        as_person(town.bob),
        f"/requests/preview/{doors.pass_.id}",
        subject=str(town.alice.id),
        zone_ids=[str(doors.archive.id)],
        schedule_id=str(doors.day.id),
        valid_from=TODAY,
        justification="Ska kunna hämta handlingar i arkivet.",
    )
    assert page.status_code == 200 and "Lena Lokal" in page.text and "Närarkivet" in page.text


def test_subject_who_moves_to_another_board_makes_the_zone_special(counter: Counter, town: Town, doors: Doors) -> None:
    """Which zones are special is asked at each step, not remembered."""
    with transaction():
        town.dan.manager_id = town.bob.id
    order = counter.order(town.bob, town.dan, doors.school)
    with transaction():
        town.dan.unit_id = town.library.id
    db.session.expire_all()
    case = facts.case_for(order, now=clock.now(), actor_id=None, evidence=None)
    assert case.traits.zones == "special"
