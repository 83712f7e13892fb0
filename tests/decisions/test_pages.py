"""Each page: for whom it is, for whom not, and how many SQL statements it may send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.db import db, transaction
from app.grants import queries as grants
from app.grants import services as grant_services
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from app.tasks.models import Task
from tests.auth.conftest import LogIn
from tests.decisions.conftest import ReadPage
from tests.people import Town, level, person, system
from tests.requests.conftest import Life
from workflows.events import Actor

INBOX, START, CATALOGUE, ORDER, DECIDE, GRANT, REVOKE = 8, 10, 10, 24, 12, 12, 10
PASS_ON, PASS_ON_REMOVAL, CATALOGUE_FOR_ANOTHER = 8, 10, 10


@pytest.fixture
def asked(order: AccessRequest) -> Task:
    """Bob is asked about Alice's order."""
    found = tasks.open_about(request_id=order.id)
    assert found is not None
    return found


@pytest.fixture
def granting(order: AccessRequest, life: Life, town: Town) -> Task:
    """Carol and Sam are asked to put it in."""
    life.answer(order, town.bob, "approve")
    found = tasks.open_about(request_id=order.id)
    assert found is not None
    return found


@pytest.fixture
def removing(granting: Task, order: AccessRequest, life: Life, town: Town) -> Task:
    """Carol and Sam are asked to remove it again."""
    life.answer(order, town.carol, "grant", data={"target_user_id": "aliåke", "done_on": "2026-03-02"})
    right = grants.of_request(order.id)
    assert right is not None
    with transaction():
        actor = Actor(town.alice.id, "subject")
        grant_services.order_revocation(right, reason="Behövs inte.", actor=actor, now=clock.now())
    found = tasks.open_about(grant_id=right.id)
    assert found is not None
    return found


class TestInbox:
    def test_shows_what_waits_for_me(self, as_person: LogIn, asked: Task, order: AccessRequest, town: Town) -> None:
        page = as_person(town.bob).get("/tasks/")
        assert page.status_code == 200
        assert order.case_number in page.text
        assert "Alice Åkesson" in page.text

    def test_dan_sees_nothing(self, as_person: LogIn, asked: Task, order: AccessRequest, town: Town) -> None:
        page = as_person(town.dan).get("/tasks/")
        assert page.status_code == 200
        assert order.case_number not in page.text

    def test_stranger_logs_in_first(self, client: FlaskClient, asked: Task) -> None:
        assert "/login" in client.get("/tasks/").headers["Location"]


@pytest.mark.parametrize(("name", "who"), [("asked", "bob"), ("granting", "carol"), ("removing", "carol")])
class TestTask:
    @pytest.fixture
    def path(self, request: pytest.FixtureRequest, name: str) -> str:
        """Where the task is."""
        return f"/tasks/{request.getfixturevalue(name).id}"

    def test_is_there_for_whoever_is_asked(self, as_person: LogIn, path: str, town: Town, who: str) -> None:
        page = as_person(getattr(town, who)).get(path)
        assert page.status_code == 200
        assert "Alice Åkesson" in page.text

    @pytest.mark.parametrize("other", ["dan", "alice", "administrator"])
    def test_is_refused_to_others(self, as_person: LogIn, path: str, town: Town, who: str, other: str) -> None:
        browser = as_person(getattr(town, other))
        assert browser.get(path).status_code == 403
        token = browser.get("/").text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
        answered = browser.post(path, data={"csrf_token": token, "verdict": "approve", "reviewed": "y"})
        assert answered.status_code == 403

    def test_other_methods_are_refused(self, as_person: LogIn, path: str, town: Town, who: str) -> None:
        browser = as_person(getattr(town, who))
        assert {browser.open(path, method=method).status_code for method in ("PUT", "DELETE", "PATCH")} == {405}

    def test_answer_without_content_gets_the_page_again(
        self, read: ReadPage, as_person: LogIn, path: str, town: Town, who: str
    ) -> None:
        page = read(path, as_person(getattr(town, who)))
        assert page.post().status_code in (200, 422)
        assert " checked" not in page.page.text


def test_missing_task_is_not_found(as_person: LogIn, town: Town) -> None:
    assert as_person(town.bob).get("/tasks/4711").status_code == 404


def test_system_manager_grants_with_a_receipt(
    read: ReadPage, as_person: LogIn, granting: Task, order: AccessRequest, town: Town
) -> None:
    page = read(f"/tasks/{granting.id}", as_person(town.carol))
    given = page.post(verdict="grant", done_on=clock.today().isoformat(), target_user_id="aliåke", note="Lånedisken")
    assert given.status_code == 200
    right = grants.of_request(order.id)
    assert right is not None
    assert (right.status, right.target_user_id) == ("active", "aliåke")


def test_grant_without_its_day_is_asked_for_it(
    read: ReadPage, as_person: LogIn, granting: Task, order: AccessRequest, town: Town
) -> None:
    page = read(f"/tasks/{granting.id}", as_person(town.carol)).post(verdict="grant", target_user_id="aliåke")
    assert "Ange vilken dag behörigheten lades in." in page.text
    assert "aliåke" in page.text
    assert grants.of_request(order.id) is None


def test_system_manager_confirms_the_removal_once(
    read: ReadPage, as_person: LogIn, removing: Task, order: AccessRequest, town: Town
) -> None:
    page = read(f"/tasks/{removing.id}", as_person(town.sam))
    assert page.post(done_on=clock.today().isoformat()).status_code == 200
    db.session.rollback()
    db.session.refresh(order)
    assert order.state == "revoked"
    assert "redan" in read(f"/tasks/{removing.id}", as_person(town.carol)).page.text


class TestStatements:
    """The ceilings hold however much there is: more rows must not mean more statements."""

    @pytest.fixture
    def crowd(self, life: Life, town: Town) -> None:
        """Bob is asked about eight people, and the catalogue has twenty more systems."""
        for number in range(8):
            life.order(person(db.session, f"Person Nummer{number}", town.library, manager=town.bob))
        for number in range(20):
            level(db.session, system(db.session, f"SYS{number}", f"System {number}"), "A", "Läsa")

    def count(self, statements: Callable[[], int], browser: FlaskClient, path: str) -> int:
        """How many statements one reading of ``path`` sends."""
        browser.get(path)
        before = statements()
        assert browser.get(path).status_code == 200
        return statements() - before

    @pytest.mark.parametrize(
        ("path", "who", "most"),
        [("/tasks/", "bob", INBOX), ("/", "bob", START), ("/catalogue/", "alice", CATALOGUE)],
    )
    def test_lists(
        self, statements: Any, as_person: LogIn, crowd: None, town: Town, path: str, who: str, most: int
    ) -> None:
        assert self.count(statements, as_person(getattr(town, who)), path) <= most

    def test_order(self, statements: Any, as_person: LogIn, order: AccessRequest, town: Town) -> None:
        assert self.count(statements, as_person(town.alice), f"/requests/{order.case_number}") <= ORDER

    @pytest.mark.parametrize(
        ("name", "who", "most"), [("asked", "bob", DECIDE), ("granting", "carol", GRANT), ("removing", "carol", REVOKE)]
    )
    def test_task(
        self,
        statements: Any,
        as_person: LogIn,
        request: pytest.FixtureRequest,
        town: Town,
        name: str,
        who: str,
        most: int,
    ) -> None:
        task = request.getfixturevalue(name)
        assert self.count(statements, as_person(getattr(town, who)), f"/tasks/{task.id}") <= most

    @pytest.mark.parametrize(
        ("name", "who", "most"),
        [("asked", "bob", PASS_ON), ("granting", "carol", PASS_ON), ("removing", "carol", PASS_ON_REMOVAL)],
    )
    def test_passing_on(
        self, statements: Any, as_person: LogIn, request: pytest.FixtureRequest, town: Town,
        name: str, who: str, most: int,
    ) -> None:  # fmt: skip
        task = request.getfixturevalue(name)
        assert self.count(statements, as_person(getattr(town, who)), f"/tasks/{task.id}/pass-on") <= most

    def test_catalogue_for_another(self, statements: Any, as_person: LogIn, crowd: None, town: Town) -> None:
        path = f"/catalogue/?subject={town.alice.id}"
        assert self.count(statements, as_person(town.bob), path) <= CATALOGUE_FOR_ANOTHER
