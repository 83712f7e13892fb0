"""A sensitive right by HTTP, from the form to the day when it may be used (rules.md C3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app import clock
from app.audit.models import AuditEvent
from app.catalogue.models import AccessLevel, Course
from app.db import db, transaction
from app.decisions import answering
from app.directory import services as directory
from app.directory.models import Person
from app.grants import queries as grants
from app.grants import services as grant_services
from app.grants.models import Grant
from app.notifications import tasks as outbox
from app.requests.models import AccessRequest, WorkflowVersion
from app.requests.tasks import run_clocks
from app.tasks import queries as tasks
from app.tasks.models import Task
from tests.auth.conftest import as_person, token
from tests.people import Town, appoint, deputise, level, system
from tests.requests.conftest import employed
from tests.servers.smtp import MailServer
from tests.training.conftest import completed
from workflows.events import Actor

__all__ = ["as_person"]

TODAY = "2026-03-02"
APPROVE = {"verdict": "approve", "reviewed": "y"}
NEEDED = {**APPROVE, "is_needed": "y"}
GRANT = {"verdict": "grant", "done_on": TODAY}
INTRODUCED = {"introduced": "y", "handed_over": "y", "manual_version": "3.2"}
RECEIVED = {"received": "y", "knows_of_logs": "y"}


@pytest.fixture(autouse=True)
def directory_says_active(monkeypatch: pytest.MonkeyPatch, frozen_time: time_machine.Traveller) -> None:
    """It is TODAY, and the live look-up answers: the process is what is tested."""
    monkeypatch.setattr(directory, "lookup", lambda person, now: employed(person))


@pytest.fixture
def secret(town: Town) -> AccessLevel:
    """A K3 level of the library's own board, for the holder's own unit."""
    with transaction() as session:
        records = system(session, "PRO", "Procapita", board="KTN", confidentiality=3)
        found = level(
            session, records, "UTF", "Utförare", profile="sensitive", scope_kind="unit", max_days=365,
            max_days_hourly=120,
        )  # fmt: skip
        appoint(session, "system_owner", town.olga, records)
        appoint(session, "system_manager", town.carol, records)
        appoint(session, "system_manager", town.sam, records)
    return found


class Desk:
    """Everybody's browser, at one sensitive level."""

    def __init__(self, as_person: Callable[[Person], FlaskClient], secret: AccessLevel) -> None:
        self.as_person, self.secret = as_person, secret

    def send(self, orderer: Person, subject: Person, **fields: str) -> TestResponse:
        """Fill in the form and send it; ``fields`` are what differs."""
        browser = self.as_person(orderer)
        filled = {
            "csrf_token": token(browser.get("/").text),
            "subject": str(subject.id),
            "valid_from": TODAY,
            "valid_to": "2026-06-20",
            "justification": "Ska dokumentera insatser på den egna enheten.",
            "answer_need_analysis_ref": "KTN 2026/17",
            "answer_is_needed": "y",
        }
        return browser.post(f"/requests/send/{self.secret.id}", data=filled | fields)

    def order(self, orderer: Person, subject: Person, **fields: str) -> AccessRequest:
        """A sent order."""
        sent = self.send(orderer, subject, **fields)
        assert sent.status_code == 302, sent.text
        db.session.rollback()
        return db.session.scalars(select(AccessRequest)).one()

    def answer(self, who: Person, task: Task, **fields: str) -> TestResponse:
        """``who`` answers the task on its page."""
        browser = self.as_person(who)
        answered = browser.post(f"/tasks/{task.id}", data={"csrf_token": token(browser.get("/").text), **fields})
        db.session.rollback()
        db.session.expire_all()
        return answered

    def granted(self, town: Town) -> Grant:
        """A right of Alice's that waits for its introduction."""
        order = self.order(town.alice, town.alice)
        self.answer(town.bob, about(order), **NEEDED)
        self.answer(town.olga, about(order), **APPROVE)
        self.answer(town.carol, about(order), **GRANT)
        return right_of(order)


@pytest.fixture
def desk(as_person: Any, secret: AccessLevel) -> Desk:
    """Everybody's browser."""
    return Desk(as_person, secret)


def about(order: AccessRequest) -> Task:
    """What is asked about the order now."""
    return tasks.open_about(request_id=order.id) or pytest.fail("nobody is asked")


def opening(grant: Grant) -> Task:
    """What is asked about the right now."""
    return tasks.open_about(grant_id=grant.id) or pytest.fail("nobody is asked")


def right_of(order: AccessRequest) -> Grant:
    """The right that the order led to."""
    return grants.of_request(order.id) or pytest.fail("nothing is granted")


def asked(task: Task) -> set[str]:
    """Given names of those who are asked."""
    return {a.person.given_name for a in task.addressees if a.removed_at is None}


def words_of(mail: EmailMessage) -> str:
    """The text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_from_the_form_to_the_day_when_it_may_be_used(desk: Desk, town: Town, smtp: MailServer) -> None:
    order = desk.order(town.alice, town.alice, scope="Hela kommunen")
    assert (order.process, order.scope, order.answers["need_analysis_ref"]) == (
        "sensitive_system", "Biblioteket", "KTN 2026/17",
    )  # fmt: skip
    without = desk.answer(town.bob, about(order), **APPROVE)
    assert "Kryssa i att behörigheten behövs för arbetsuppgiften" in without.text
    page = desk.as_person(town.bob).get(f"/tasks/{about(order).id}").text
    assert "KTN 2026/17" in page
    assert "Biblioteket" in page
    desk.answer(town.bob, about(order), **NEEDED)
    assert asked(about(order)) == {"Olga"}
    desk.answer(town.olga, about(order), **APPROVE)
    assert asked(about(order)) == {"Carol", "Sam"}
    assert "KTN 2026/17" in desk.as_person(town.carol).get(f"/tasks/{about(order).id}").text
    desk.answer(town.carol, about(order), **GRANT)
    right = right_of(order)
    assert (right.status, asked(opening(right))) == ("pending_activation", {"Carol", "Sam"})
    assert "Får användas när introduktionen är given" in desk.as_person(town.alice).get("/grants/").text
    desk.answer(town.sam, opening(right), **INTRODUCED)
    db.session.refresh(right)
    assert (right.status, right.manual_version, right.introduced_by_id) == ("pending_activation", "3.2", town.sam.id)
    assert asked(opening(right)) == {"Alice"}
    assert "Dina slagningar loggas" in desk.as_person(town.alice).get(f"/tasks/{opening(right).id}").text
    done = desk.answer(town.alice, opening(right), **RECEIVED)
    assert done.status_code == 302
    db.session.refresh(right)
    assert right.status == "active"
    assert tasks.open_about(grant_id=right.id) is None
    logged = db.session.scalars(select(AuditEvent.event).where(AuditEvent.request_id == order.id)).all()
    assert {"grant.issued", "grant.introduced", "grant.activated"} <= set(logged)
    approvals = select(AuditEvent).where(AuditEvent.event == "request.approve").order_by(AuditEvent.id)
    approved = db.session.scalars(approvals).first()
    assert approved is not None
    assert approved.data["is_needed"] is True
    outbox.send_due()
    written = "\n".join(str(m["Subject"]) + words_of(m) for m in smtp.messages)
    assert "Alice" not in written
    assert "Ska dokumentera" not in written
    assert "KTN 2026/17" not in written


def test_scenario_7_course_is_waited_for_and_lets_the_order_go_on_when_imported(desk: Desk, town: Town) -> None:
    with transaction() as session:
        session.add(Course(code="SEKRETESS-SOC", name="Sekretess i socialtjänsten", valid_months=24))
        session.get_one(AccessLevel, desk.secret.id).courses = ["SEKRETESS-SOC"]
    order = desk.order(town.alice, town.alice)
    seen = desk.as_person(town.bob).get(f"/tasks/{about(order).id}").text
    assert "Saknar än så länge: Sekretess i socialtjänsten" in seen
    desk.answer(town.bob, about(order), **NEEDED)
    assert (order.state, order.wait_reason) == ("waiting_prerequisites", "training_missing")
    completed(town.alice, "SEKRETESS-SOC")
    db.session.expire_all()
    assert (order.state, asked(about(order))) == ("manager_approved", {"Olga"})


def test_scenario_8_manager_with_the_owners_delegation_may_not_grant(desk: Desk, town: Town) -> None:
    with transaction() as session:
        deputise(session, town.olga, town.carol)  # in writing, dated: Carol decides for the owner
    order = desk.order(town.alice, town.alice)
    desk.answer(town.bob, about(order), **NEEDED)
    assert asked(about(order)) == {"Olga", "Carol"}
    desk.answer(town.carol, about(order), **APPROVE)
    granting = about(order)
    assert asked(granting) == {"Sam"}
    assert desk.answer(town.carol, granting, **GRANT).status_code == 403
    assert grants.of_request(order.id) is None


def test_scenario_9_employee_of_another_board_is_denied(desk: Desk, town: Town) -> None:
    refused = desk.send(town.dan, town.dan)
    assert "Systemet hör till en annan nämnd" in refused.text
    assert db.session.scalars(select(AccessRequest)).all() == []


@pytest.mark.parametrize(("last_day", "is_sent"), [("2026-06-30", True), ("2026-07-01", False)])
def test_scenario_10_hourly_worker_gets_four_months(
    desk: Desk, town: Town, last_day: str, is_sent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "lookup", lambda person, now: replace(employed(person), form="hourly"))
    assert (desk.send(town.alice, town.alice, valid_to=last_day).status_code == 302) is is_sent


@pytest.mark.parametrize(("field", "value"), [("answer_need_analysis_ref", ""), ("answer_is_needed", "false")])
def test_form_asks_for_what_the_right_rests_on(desk: Desk, town: Town, field: str, value: str) -> None:
    refused = desk.send(town.alice, town.alice, **{field: value})
    assert db.session.scalars(select(AccessRequest)).all() == []
    assert f'id="{field}-error"' in refused.text


@pytest.mark.parametrize("left_out", ["answer_is_licensed", "answer_has_siths"])
def test_level_for_licensed_staff_needs_licence_and_card(desk: Desk, town: Town, left_out: str) -> None:
    with transaction() as session:
        session.get_one(AccessLevel, desk.secret.id).details = {"licensed_staff": True}
    ticked = {"answer_is_licensed": "y", "answer_has_siths": "y"}
    assert f'id="{left_out}-error"' in desk.send(town.alice, town.alice, **ticked | {left_out: "false"}).text
    order = desk.order(town.alice, town.alice, **ticked)
    assert order.answers == {
        "need_analysis_ref": "KTN 2026/17", "is_licensed": "yes", "has_siths": "yes", "is_needed": "yes",
    }  # fmt: skip


def test_version_from_before_asks_what_a_sensitive_right_rests_on(desk: Desk, town: Town) -> None:
    """An installation runs on until somebody activates the new version, and no version of its own leads past it."""
    with transaction() as session:
        stored = session.scalars(select(WorkflowVersion).where(WorkflowVersion.process == "sensitive_system")).one()
        source = stored.source
        bare = source[: source.index("form:\n")] + source[source.index("# Golden cases") :]
        session.execute(update(WorkflowVersion).values(status="superseded").where(WorkflowVersion.id == stored.id))
        number = stored.version + 1
        own = {"process": "sensitive_system", "version": number, "digest": "own", "why": "", "status": "active"}
        source = bare.replace(f"version: {stored.version}", f"version: {number}")
        session.add(WorkflowVersion(**own, source=source, proposed_at=clock.now(), activated_at=clock.now()))
    refused = desk.send(town.alice, town.alice, answer_need_analysis_ref="")
    assert 'id="answer_need_analysis_ref-error"' in refused.text
    order = desk.order(town.alice, town.alice)
    assert order.definition_version == number
    assert "KTN 2026/17" in desk.as_person(town.bob).get(f"/tasks/{about(order).id}").text


class TestActivation:
    def test_who_is_not_the_holder_cannot_say_that_it_is_received(self, desk: Desk, town: Town) -> None:
        right = desk.granted(town)
        desk.answer(town.sam, opening(right), **INTRODUCED)
        assert desk.answer(town.sam, opening(right), **RECEIVED).status_code == 403
        db.session.refresh(right)
        assert right.status == "pending_activation"

    @pytest.mark.parametrize("left_out", ["introduced", "handed_over", "manual_version"])
    def test_both_are_given_with_the_version_of_the_manual(self, desk: Desk, town: Town, left_out: str) -> None:
        right = desk.granted(town)
        said = {name: value for name, value in INTRODUCED.items() if name != left_out}
        desk.answer(town.sam, opening(right), **said)
        db.session.refresh(right)
        assert right.introduced_at is None

    def test_goes_back_to_the_manager_after_five_working_days(
        self, desk: Desk, town: Town, frozen_time: time_machine.Traveller
    ) -> None:
        right = desk.granted(town)
        desk.answer(town.sam, opening(right), **INTRODUCED)
        receipt = opening(right)
        assert receipt.due_on == clock.today() + timedelta(days=7)
        frozen_time.shift(timedelta(days=8))
        run_clocks()
        db.session.rollback()
        db.session.expire_all()
        assert asked(opening(right)) == {"Alice", "Bob"}
        page = desk.as_person(town.bob).get(f"/tasks/{receipt.id}")
        assert "Alice Åkesson har inte bekräftat sin introduktion" in page.text
        assert desk.answer(town.bob, receipt, **RECEIVED).status_code == 403

    def test_goes_back_to_the_next_manager_when_the_nearest_has_left(
        self, desk: Desk, town: Town, frozen_time: time_machine.Traveller
    ) -> None:
        right = desk.granted(town)
        desk.answer(town.sam, opening(right), **INTRODUCED)
        with transaction():
            town.bob.employment_status = "ended"
        frozen_time.shift(timedelta(days=8))
        run_clocks()
        db.session.rollback()
        db.session.expire_all()
        assert asked(opening(right)) == {"Alice", "Eva"}

    def test_right_that_ends_meanwhile_asks_nobody_to_introduce(self, desk: Desk, town: Town) -> None:
        right = desk.granted(town)
        introduction = opening(right)
        with transaction():
            actor = Actor(town.bob.id, "line_manager")
            grant_services.order_revocation(right, reason="Behövs inte.", actor=actor, now=clock.now())
        assert opening(right).kind == "revoke"
        desk.answer(town.sam, introduction, **INTRODUCED)
        db.session.refresh(right)
        assert (right.status, right.introduced_at) == ("revocation_pending", None)

    def test_holder_who_leaves_before_the_introduction_loses_it(self, desk: Desk, town: Town) -> None:
        right = desk.granted(town)
        with transaction():
            actor = Actor(None, "directory", "system")
            grant_services.end_all(town.alice.id, reason="employment_ended", actor=actor, now=clock.now())
        db.session.refresh(right)
        assert (right.status, opening(right).kind) == ("revocation_pending", "revoke")


def test_mail_link_never_approves_what_is_sensitive(desk: Desk, town: Town, app: Flask) -> None:
    order = desk.order(town.alice, town.alice)
    with app.test_request_context():
        assert not answering.link_may_approve(order)
