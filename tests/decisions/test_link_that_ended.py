"""Links whose reason has ended: the process changed, the requester or the decider left, a mandate ran out, time did."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from app import clock
from app.catalogue.models import Appointment, Deputyship
from app.db import db, transaction
from app.directory.models import Person
from app.events import publish
from app.processes import checks
from app.processes import services as processes
from app.requests import definitions, services
from app.requests import tasks as jobs
from app.requests.models import AccessRequest
from app.requests.services import Push
from app.tasks import queries as tasks
from tests.auth.conftest import LogIn
from tests.decisions.conftest import APPROVE, MailedTo, ReadPage, decision, state
from tests.people import Town, appoint, deputise, left, level
from tests.requests.conftest import Life, employed
from workflows.events import Actor

REVOKED = "Länken gäller inte längre"
Leave = Callable[[Person], None]


def newest() -> int:
    """The version that a new order starts with."""
    active = definitions.active("business_system")
    assert active is not None
    return active.version


@pytest.fixture
def leave() -> Leave:
    """Somebody's employment ends, as the nightly sync tells it."""

    def leave(person: Person) -> None:
        with transaction():
            person.employment_status = "ended"
            publish(left(person.id))

    return leave


class TestAfterTheDefinitionChanged:
    @pytest.fixture
    def new_version(self, bobs_link: str, town: Town) -> None:
        """Two administrators have given the process a newer version."""
        present = newest()
        source = Path(definitions.installed()["business_system"].source_file).read_text(encoding="utf-8")
        source = re.sub(r"(?m)^version: .*", f"version: {present + 1}", source)
        with transaction() as session:
            appoint(session, "administrator", town.coordinator)
        with transaction():
            by = Actor(town.administrator.id, "administrator")
            made = processes.propose(source, "ny.yaml", why="Prov.", actor=by, now=clock.now())
        checks.run_waiting()
        with transaction():
            by = Actor(town.coordinator.id, "administrator")
            processes.activate(made, instead_of=present, actor=by, now=clock.now())

    @pytest.mark.usefixtures("new_version")
    def test_the_link_is_dead_and_says_where_the_task_is(
        self, read: ReadPage, order: AccessRequest, bobs_link: str
    ) -> None:
        page = read(bobs_link)
        assert REVOKED in page.page.text
        assert "Mina uppgifter" in page.page.text
        assert page.post(**APPROVE).status_code == 400  # such a page has no form, and so no CSRF token
        assert state(order) == "requested"

    def test_a_page_that_was_open_meanwhile_decides_nothing(
        self, read: ReadPage, order: AccessRequest, bobs_link: str, request: pytest.FixtureRequest
    ) -> None:
        page = read(bobs_link)
        request.getfixturevalue("new_version")
        assert REVOKED in page.post(**APPROVE).text
        assert state(order) == "requested"

    @pytest.mark.usefixtures("new_version")
    def test_the_order_goes_on_by_the_version_it_started_with(
        self, read: ReadPage, as_person: LogIn, order: AccessRequest, town: Town
    ) -> None:
        task = tasks.open_about(request_id=order.id)
        assert task is not None
        assert read(f"/tasks/{task.id}", as_person(town.bob)).post(**APPROVE).status_code == 200
        assert state(order) == "manager_approved"
        assert definitions.of(order).version == order.definition_version == newest() - 1

    @pytest.mark.usefixtures("new_version")
    def test_the_link_of_a_new_order_works(self, read: ReadPage, life: Life, town: Town, mailed: MailedTo) -> None:
        newer = life.order(town.carol)
        assert newer.definition_version == newest()
        assert read(mailed(town.bob)).post(**APPROVE).status_code == 200
        assert state(newer) == "manager_approved"

    def test_loading_the_same_version_again_kills_nothing(
        self, read: ReadPage, order: AccessRequest, bobs_link: str
    ) -> None:
        with transaction():
            assert definitions.store(clock.now()) == 0
        assert read(bobs_link).post(**APPROVE).status_code == 200
        assert state(order) == "manager_approved"


class TestAfterSomebodyLeft:
    def test_requester_left_and_the_page_says_that_the_order_is_cancelled(
        self, read: ReadPage, leave: Leave, order: AccessRequest, bobs_link: str, town: Town
    ) -> None:
        page = read(bobs_link)
        leave(town.alice)
        assert state(order) == "cancelled"
        closed = read(bobs_link).page.text
        assert REVOKED in closed
        assert order.case_number in closed
        assert "Makulerad" in closed
        assert REVOKED in page.post(**APPROVE).text
        assert state(order) == "cancelled"

    def test_decider_left_and_the_next_level_gets_a_link_that_works(
        self, read: ReadPage, leave: Leave, order: AccessRequest, bobs_link: str, town: Town, mailed: MailedTo
    ) -> None:
        page = read(bobs_link)
        leave(town.bob)
        assert REVOKED in page.post(**APPROVE).text
        assert state(order) == "requested"
        assert read(mailed(town.eva)).post(**APPROVE).status_code == 200
        assert decision(order, "request.approve").actor_id == town.eva.id


class TestAfterTheMandateEnded:
    def test_deputy_whose_time_is_out_decides_nothing(
        self, read: ReadPage, life: Life, town: Town, mailed: MailedTo
    ) -> None:
        today = clock.today()
        town.bob.employment_status = "on_leave"
        deputise(db.session, town.bob, town.olga, valid_from=today, valid_to=today)
        order = life.order(town.alice)
        page = read(mailed(town.olga))
        with transaction():
            for deputyship in db.session.scalars(select(Deputyship)):
                deputyship.valid_from = deputyship.valid_to = today - timedelta(days=1)
        refused = page.post(**APPROVE)
        assert (refused.status_code, "Ditt uppdrag har upphört" in refused.text) == (403, True)
        assert read(page.path).page.status_code == 403
        assert state(order) == "requested"

    @pytest.fixture
    def for_olga(self, life: Life, town: Town) -> AccessRequest:
        """Olga, the owner, is asked about what sees everything."""
        root = level(db.session, town.mic, "ADMIN", "Administratör", profile="privileged", max_days=365)
        order = life.order(town.alice, level=root, valid_to=clock.today() + timedelta(days=30))
        life.answer(order, town.bob, "approve")
        return order

    @pytest.fixture
    def succeeded(self, for_olga: AccessRequest, town: Town, mailed: MailedTo) -> str:
        """Olga's link, after Eva became the owner in her place."""
        path = mailed(town.olga)
        with transaction() as session:
            appoint(session, "system_owner", town.eva, town.mic)
            for one in session.scalars(select(Appointment).where(Appointment.person_id == town.olga.id)):
                one.valid_to = clock.today() - timedelta(days=1)
        return path

    def test_owner_who_is_not_owner_any_more_rejects_nothing_by_the_link(
        self, read: ReadPage, for_olga: AccessRequest, succeeded: str
    ) -> None:
        page = read(succeeded).page
        assert (page.status_code, "Ditt uppdrag har upphört" in page.text) == (403, True)
        assert for_olga.justification not in page.text
        assert state(for_olga) == "manager_approved"

    @pytest.mark.usefixtures("succeeded")
    def test_owner_who_is_not_owner_any_more_approves_nothing_after_login(
        self, read: ReadPage, as_person: LogIn, for_olga: AccessRequest, town: Town
    ) -> None:
        task = tasks.open_about(request_id=for_olga.id)
        assert task is not None
        assert read(f"/tasks/{task.id}", as_person(town.olga)).page.status_code == 403
        assert state(for_olga) == "manager_approved"

    def test_system_manager_who_is_none_any_more_grants_nothing(
        self, read: ReadPage, as_person: LogIn, life: Life, order: AccessRequest, town: Town
    ) -> None:
        life.answer(order, town.bob, "approve")
        task = life.open_task(order)
        assert task is not None
        page = read(f"/tasks/{task.id}", as_person(town.carol))
        with transaction() as session:
            for one in session.scalars(select(Appointment).where(Appointment.person_id == town.carol.id)):
                one.valid_to = clock.today() - timedelta(days=1)
        assert page.post(verdict="grant", done_on=clock.today().isoformat()).status_code == 403
        assert state(order) == "manager_approved"


class TestAfterTimeOut:
    def test_lapsed_step_kills_the_link_and_the_page_says_what_became_of_it(
        self, read: ReadPage, order: AccessRequest, bobs_link: str
    ) -> None:
        long_after = (clock.now() + timedelta(days=60)).replace(hour=10)
        while not clock.is_sending_time(long_after):  # nothing lapses at night or on a Sunday
            long_after += timedelta(days=1)
        with time_machine.travel(long_after):
            jobs.run_clocks()
            assert state(order) == "lapsed"
            closed = read(bobs_link).page.text
        assert "Länken gäller inte längre" in closed or "Tiden för länken har gått ut" in closed
        assert order.case_number in closed
        assert "Förfallen" in closed

    def test_changed_order_kills_the_link_of_the_version_before(
        self, read: ReadPage, order: AccessRequest, bobs_link: str, town: Town, life: Life, mailed: MailedTo
    ) -> None:
        life.answer(order, town.bob, "return", reason="Vilken avdelning?")
        with transaction():
            services.amend(
                order, {"justification": "Lånedisken i Söråker, hela våren."}, actor=Actor(town.alice.id, "o")
            )
            services.submit(order, Push(Actor(town.alice.id, "orderer"), clock.now(), employed(town.alice)))
        assert "Godkänn" not in read(bobs_link).page.text
        newer = read(mailed(town.bob))
        assert "Söråker" in newer.page.text
        assert newer.post(**APPROVE).status_code == 200
