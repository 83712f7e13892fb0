"""The page of a mail's link: every point of the scheme "deciding from a mail", with real mails, AD and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.config import Settings
from app.db import db, transaction
from app.events import publish
from app.links.models import DecisionLink
from app.requests import services
from app.requests.models import AccessRequest
from app.requests.services import Push
from app.tasks import queries as tasks
from tests.auth.conftest import LogIn, token
from tests.decisions.conftest import APPROVE, MailedTo, Reader, ReadPage, decision, fingerprint, state
from tests.people import Town, deputise, level
from tests.requests.conftest import Life, employed
from workflows.events import Actor, TaskReassigned


class TestReading:
    def test_head_options_and_a_hundred_reads_change_no_row(self, app: Flask, bobs_link: str) -> None:
        before = fingerprint()
        client = app.test_client()
        assert client.head(bobs_link).status_code == 200
        assert client.options(bobs_link).status_code == 200
        for _ in range(100):
            assert client.get(bobs_link).status_code == 200
        assert fingerprint() == before

    @pytest.mark.parametrize("header", ["Purpose", "Sec-Purpose", "X-Moz"])
    def test_prefetch_changes_no_row(self, app: Flask, bobs_link: str, header: str) -> None:
        before = fingerprint()
        assert app.test_client().get(bobs_link, headers={header: "prefetch"}).status_code == 200
        assert fingerprint() == before

    def test_nothing_is_preselected(self, read: ReadPage, bobs_link: str) -> None:
        page = read(bobs_link).page.text
        assert " checked" not in page
        assert page.count('type="radio"') == 3

    def test_page_is_kept_nowhere(self, read: ReadPage, bobs_link: str) -> None:
        headers = read(bobs_link).page.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"].startswith("noindex")

    def test_page_names_the_addressee(self, read: ReadPage, bobs_link: str) -> None:
        assert "Länken är personlig för Bob Ek" in read(bobs_link).page.text


class TestAnswering:
    def test_approval_moves_the_order_and_keeps_the_evidence(
        self, read: ReadPage, order: AccessRequest, bobs_link: str, town: Town
    ) -> None:
        answered = read(bobs_link).post(**APPROVE)
        assert answered.status_code == 200
        assert state(order) == "manager_approved"
        event = decision(order, "request.approve")
        assert (event.actor_id, event.channel) == (town.bob.id, "mail-link")
        assert event.evidence["status"] == "active"
        client = event.data["client"]
        assert client["agent"].startswith("Werkzeug")
        assert client["address"] == "127.0.0.1"
        assert client["got_at"] < event.at.isoformat()

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({**APPROVE, "nonce": ""}, 409),
            ({**APPROVE, "nonce": "rubbish"}, 409),
            ({"reviewed": "y"}, 422),
            ({"verdict": "approve"}, 422),
            ({"verdict": "reject"}, 422),
            ({"verdict": "reject", "reason": "   "}, 422),
            ({"verdict": "return"}, 422),
            ({**APPROVE, "verdict": "grant"}, 422),
            ({**APPROVE, "csrf_token": ""}, 400),
        ],
    )
    def test_incomplete_answer_gets_the_page_again(
        self, read: ReadPage, order: AccessRequest, bobs_link: str, fields: dict[str, str], status: int
    ) -> None:
        assert read(bobs_link).post(**fields).status_code == status
        assert state(order) == "requested"

    def test_nonce_of_another_browser_is_worth_nothing(
        self, read: ReadPage, order: AccessRequest, bobs_link: str
    ) -> None:
        foreign = read(bobs_link).hidden()["nonce"]
        assert read(bobs_link).post(**APPROVE, nonce=foreign).status_code == 409
        assert state(order) == "requested"

    def test_nonce_of_another_link_is_worth_nothing(
        self, read: ReadPage, life: Life, town: Town, mailed: MailedTo, order: AccessRequest, bobs_link: str
    ) -> None:
        other = life.order(town.carol)
        mine = read(bobs_link)
        foreign = read(mailed(town.bob), mine.client).hidden()["nonce"]
        assert mine.post(**APPROVE, nonce=foreign).status_code == 409
        assert (state(order), state(other)) == ("requested", "requested")

    def test_rejection_says_why(self, read: ReadPage, order: AccessRequest, bobs_link: str) -> None:
        assert read(bobs_link).post(verdict="reject", reason="Behövs inte i tjänsten.").status_code == 200
        assert state(order) == "rejected"
        assert decision(order, "request.reject").reason == "Behövs inte i tjänsten."

    def test_second_answer_shows_the_first_and_changes_nothing(
        self, read: ReadPage, order: AccessRequest, bobs_link: str
    ) -> None:
        page = read(bobs_link)
        page.post(**APPROVE)
        after_first = fingerprint()
        again = page.post(verdict="reject", reason="Ångrade mig.")
        assert again.status_code == 200
        assert "Godkänd av Bob Ek" in again.text
        assert fingerprint() == after_first
        assert "Godkänd av Bob Ek" in read(bobs_link).page.text
        assert state(order) == "manager_approved"


class TestHaste:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"link_reading_seconds": 2.0})

    def test_faster_than_a_person_reads_gets_the_page_again(
        self, read: ReadPage, order: AccessRequest, bobs_link: str
    ) -> None:
        page = read(bobs_link)
        hasty = page.post(**APPROVE)
        assert hasty.status_code == 409
        assert state(order) == "requested"
        with time_machine.travel(clock.now() + timedelta(seconds=3)):
            assert page.post(**APPROVE).status_code == 200
        assert state(order) == "manager_approved"


class TestDeadLinks:
    @pytest.mark.parametrize("path", ["/d/x", f"/d/{'a' * 43}", f"/d/{'a' * 500}"])
    def test_unknown_token_gets_a_page_that_tells_nothing(
        self, read: ReadPage, order: AccessRequest, path: str
    ) -> None:
        page = read(path).page
        assert page.status_code == 404
        assert "Länken känns inte igen" in page.text
        assert order.case_number not in page.text

    def test_expired(self, read: ReadPage, order: AccessRequest, bobs_link: str) -> None:
        page = read(bobs_link)
        with transaction():
            db.session.scalars(select(DecisionLink)).one().expires_at = clock.now()
        assert "Tiden för länken har gått ut" in page.post(**APPROVE).text
        assert "Tiden för länken har gått ut" in read(bobs_link).page.text
        assert state(order) == "requested"

    def test_after_withdrawal(self, read: ReadPage, order: AccessRequest, bobs_link: str, town: Town) -> None:
        page = read(bobs_link)
        with transaction():
            services.withdraw(order, Push(Actor(town.alice.id, "subject"), clock.now()))
        assert "Länken gäller inte längre" in page.post(**APPROVE).text
        assert state(order) == "withdrawn"

    def test_of_the_round_before(
        self, read: ReadPage, order: AccessRequest, bobs_link: str, town: Town, life: Life, mailed: MailedTo
    ) -> None:
        page = read(bobs_link)
        life.answer(order, town.bob, "return", reason="Vilken avdelning gäller det?")
        with transaction():
            services.submit(order, Push(Actor(town.alice.id, "orderer"), clock.now(), employed(town.alice)))
        assert (order.state, order.round) == ("requested", 2)
        assert page.post(**APPROVE).status_code == 200
        assert state(order) == "requested"
        assert read(mailed(town.bob)).post(**APPROVE).status_code == 200
        assert state(order) == "manager_approved"

    def test_after_the_task_went_to_somebody_else(
        self, read: ReadPage, order: AccessRequest, bobs_link: str, town: Town
    ) -> None:
        page, task = read(bobs_link), tasks.open_about(request_id=order.id)
        assert task is not None
        with transaction():
            publish(
                TaskReassigned(task.id, town.bob.id, town.eva.id, Actor(town.bob.id, "line_manager"), clock.now(), "")
            )
        assert "Länken gäller inte längre" in page.post(**APPROVE).text
        assert state(order) == "requested"


class TestReaders:
    def test_forwarded_link_tells_dan_whose_it_is(
        self, read: ReadPage, as_person: LogIn, order: AccessRequest, bobs_link: str, town: Town
    ) -> None:
        dan = as_person(town.dan)
        before = read(bobs_link)
        refused = dan.get(bobs_link)
        assert refused.status_code == 403
        assert "Bob Ek" in refused.text
        assert order.justification not in refused.text
        assert Reader(dan, bobs_link, before.page).post(**APPROVE).status_code in (400, 403)
        assert state(order) == "requested"

    def test_dan_with_a_nonce_from_before_his_login_decides_nothing(
        self, read: ReadPage, order: AccessRequest, bobs_link: str, town: Town
    ) -> None:
        page = read(bobs_link)
        with page.client.session_transaction() as session:
            session.update(person_id=town.dan.id, method="test", since=clock.now().timestamp())
        refused = page.post(**APPROVE)
        assert refused.status_code == 403
        assert "Bob Ek" in refused.text
        assert state(order) == "requested"

    def test_deputy_decides_with_a_token_of_their_own(
        self, read: ReadPage, life: Life, town: Town, mailed: MailedTo
    ) -> None:
        today = clock.today()
        town.bob.employment_status = "on_leave"
        deputise(db.session, town.bob, town.olga, valid_from=today, valid_to=today + timedelta(days=9))
        order = life.order(town.alice)
        page = read(mailed(town.olga))
        assert "Olga Åberg svarar för Bob Ek enligt ersättarskap" in page.page.text
        assert page.post(**APPROVE).status_code == 200
        assert state(order) == "manager_approved"
        event = decision(order, "request.approve")
        assert (event.actor_id, event.on_behalf_of_id) == (town.olga.id, town.bob.id)


class TestLoginNeeded:
    @pytest.fixture
    def order(self, life: Life, town: Town) -> AccessRequest:
        """Alice has ordered what sees everything."""
        root = level(db.session, town.mic, "ADMIN", "Administratör", profile="privileged", max_days=365)
        return life.order(town.alice, level=root, valid_to=clock.today() + timedelta(days=30))

    def test_privileged_level_is_not_approved_by_the_link_alone(
        self, read: ReadPage, as_person: LogIn, order: AccessRequest, bobs_link: str, town: Town
    ) -> None:
        page = read(bobs_link)
        assert 'value="approve"' not in page.page.text
        refused = page.post(**APPROVE)
        assert refused.status_code == 302
        assert "/login" in refused.headers["Location"]
        assert state(order) == "requested"
        task = tasks.open_about(request_id=order.id)
        assert task is not None
        assert read(f"/tasks/{task.id}", as_person(town.bob)).post(**APPROVE).status_code == 200
        assert state(order) == "manager_approved"

    def test_privileged_level_is_rejected_by_the_link_alone(
        self, read: ReadPage, order: AccessRequest, bobs_link: str
    ) -> None:
        assert read(bobs_link).post(verdict="reject", reason="Behövs inte i tjänsten.").status_code == 200
        assert state(order) == "rejected"


class TestLoginNeededEverywhere:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"link_needs_login": True})

    @pytest.mark.parametrize("code", ["DISK", "BAS"])
    def test_no_link_approves_alone(self, read: ReadPage, life: Life, town: Town, mailed: MailedTo, code: str) -> None:
        order = life.order(town.newcomer, by=town.eva, level=town.base) if code == "BAS" else life.order(town.alice)
        page = read(mailed(town.bob))
        assert page.post(**APPROVE).status_code == 302
        assert state(order) == "requested"
        with page.client.session_transaction() as session:
            session.update(person_id=town.bob.id, method="test", since=clock.now().timestamp())
        again = read(page.path, page.client)
        assert again.post(**APPROVE).status_code == 200
        assert state(order) == "manager_approved"


def test_link_of_what_was_answered_after_login_tells_the_answer(
    read: ReadPage, as_person: LogIn, order: AccessRequest, bobs_link: str, town: Town
) -> None:
    task, page = tasks.open_about(request_id=order.id), read(bobs_link)
    assert task is not None
    read(f"/tasks/{task.id}", as_person(town.bob)).post(verdict="reject", reason="Behövs inte i tjänsten.")
    for late in (page.post(**APPROVE), read(bobs_link).page):
        assert "Beställningen är redan besvarad" in late.text
        assert "Avslagen av Bob Ek" in late.text
    assert state(order) == "rejected"


def at_once(app: Flask, *acts: Callable[[], str]) -> list[str]:
    """What each act gives when all begin at the same instant."""
    start = Barrier(len(acts))

    def begin(act: Callable[[], str]) -> str:
        with app.app_context():
            start.wait()
            return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(begin, acts))


@pytest.mark.parametrize("turn", range(4))
def test_of_two_deciders_at_the_same_instant_one_wins(
    app: Flask, read: ReadPage, as_person: LogIn, order: AccessRequest, bobs_link: str, town: Town, turn: int
) -> None:
    task = tasks.open_about(request_id=order.id)
    assert task is not None
    from_mail, logged_in = read(bobs_link), read(f"/tasks/{task.id}", as_person(town.bob))
    pages = at_once(
        app,
        lambda: from_mail.post(**APPROVE).text,
        lambda: logged_in.post(verdict="reject", reason="Behövs inte i tjänsten.").text,
    )
    assert state(order) in ("manager_approved", "rejected")
    assert sum("Beställningen är redan besvarad" in page for page in pages) == 1
    decided = select(AuditEvent).where(
        AuditEvent.request_id == order.id, AuditEvent.event.in_(("request.approve", "request.reject"))
    )
    assert len(db.session.scalars(decided).all()) == 1


@pytest.mark.parametrize("turn", range(4))
def test_withdrawn_and_approved_at_the_same_instant_is_one_of_them(
    app: Flask, read: ReadPage, as_person: LogIn, order: AccessRequest, bobs_link: str, town: Town, turn: int
) -> None:
    mail, alice = read(bobs_link), read(f"/requests/{order.case_number}", as_person(town.alice))
    csrf, path = token(alice.page.text), f"/requests/{order.case_number}/withdraw"
    statuses = at_once(
        app,
        lambda: str(mail.post(**APPROVE).status_code),
        lambda: str(alice.client.post(path, data={"csrf_token": csrf}).status_code),
    )
    assert state(order) in ("manager_approved", "withdrawn")
    assert set(statuses) <= {"200", "302", "409", "422"}
