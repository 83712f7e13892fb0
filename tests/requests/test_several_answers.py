"""A state in which several must answer, on PostgreSQL: two of three, and one more beside them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import update

from app import clock
from app.db import db, transaction
from app.errors import AlreadyDecided, Forbidden, NotAllowed
from app.requests import definitions, queries, services
from app.requests.models import AccessRequest, WorkflowVersion
from app.requests.services import Push
from app.tasks import queries as tasks
from app.tasks.models import Task
from tests.people import Town, appoint, deputise
from tests.requests.conftest import Life, employed
from tests.workflows.matters import TWO_OF_THREE
from workflows.events import Actor

TEXT = TWO_OF_THREE.replace("process: two_of_three\nversion: 1", "process: business_system\nversion: 99")


@pytest.fixture
def two_of_three(town: Town) -> Iterator[Town]:
    """The process for business systems is one in which two of owner, head and archivist must answer, and a DPO."""
    with transaction() as session:
        appoint(session, "archivist", town.eva)
        appoint(session, "board_manager", town.carol, board=town.library.board)
        appoint(session, "data_protection_officer", town.sam)
        active = WorkflowVersion.process == "business_system", WorkflowVersion.status == "active"
        session.execute(update(WorkflowVersion).where(*active).values(status="superseded"))
        given = {"process": "business_system", "version": 99, "digest": "test", "source": TEXT, "why": ""}
        session.add(WorkflowVersion(**given, status="active", proposed_at=clock.now(), activated_at=clock.now()))
    yield town
    definitions.version.cache_clear()


def open_tasks(order: AccessRequest) -> list[Task]:
    """What is asked about the order now."""
    return [t for t in tasks.of_request(order.id) if t.status == "open"]


def asked(order: AccessRequest) -> dict[str, list[str]]:
    """Given names of those who are asked now, for each step."""
    found: dict[str, list[str]] = {}
    for task in open_tasks(order):
        names = [a.person.given_name for a in task.addressees if a.removed_at is None]
        found.setdefault(task.step, []).append("+".join(names))
    return found


def answer(order: AccessRequest, step: str, who: int, verdict: str = "approve", behalf: int | None = None) -> None:
    """``who`` answers their own task of the step."""
    mine = next(
        t
        for t in open_tasks(order)
        if t.step == step and any(a.person_id == who and a.on_behalf_of_id == behalf for a in t.addressees)
    )
    with transaction():
        queries.hold(order.id)
        push = Push(Actor(who, "test", on_behalf_of_id=behalf), clock.now(), employed(order.subject), reason="Varför")
        services.decide(order, mine, verdict, push)


def test_everybody_is_asked_and_two_are_enough(life: Life, two_of_three: Town) -> None:
    town = two_of_three
    order = life.order(town.alice)
    assert asked(order) == {"owners": ["Olga", "Carol", "Eva"], "protection": ["Sam"]}
    answer(order, "owners", town.eva.id)
    assert (order.state, asked(order)) == ("requested", {"owners": ["Olga", "Carol"], "protection": ["Sam"]})
    answer(order, "owners", town.olga.id)
    assert (order.state, asked(order)) == ("requested", {"protection": ["Sam"]})
    answer(order, "protection", town.sam.id)
    assert order.state == "approved"
    assert "grant" in asked(order)


def test_no_of_one_ends_it_at_once(life: Life, two_of_three: Town) -> None:
    order = life.order(two_of_three.alice)
    answer(order, "owners", two_of_three.eva.id)
    answer(order, "protection", two_of_three.sam.id, "reject")
    assert (order.state, open_tasks(order)) == ("rejected", [])


def test_new_round_asks_everybody_again(life: Life, two_of_three: Town) -> None:
    town = two_of_three
    order = life.order(town.alice)
    answer(order, "owners", town.eva.id)
    answer(order, "owners", town.olga.id, "return")
    with transaction():
        services.submit(order, Push(Actor(town.alice.id, "orderer"), clock.now(), employed(town.alice)))
    assert asked(order) == {"owners": ["Olga", "Carol", "Eva"], "protection": ["Sam"]}


def test_deputy_of_two_answers_once(life: Life, two_of_three: Town) -> None:
    """Dan stands in for the owner. Once she has answered herself, he is not asked for her any more."""
    town = two_of_three
    with transaction() as session:
        deputise(session, town.olga, town.dan)
    order = life.order(town.alice)
    assert asked(order)["owners"] == ["Olga+Dan", "Carol", "Eva"]
    answer(order, "owners", town.dan.id, behalf=town.olga.id)
    assert asked(order)["owners"] == ["Carol", "Eva"]
    with pytest.raises((Forbidden, AlreadyDecided, NotAllowed, StopIteration)):
        answer(order, "owners", town.olga.id)
    assert order.state == "requested"


def test_two_at_the_same_instant_both_count(app: Flask, life: Life, two_of_three: Town) -> None:
    town = two_of_three
    order = life.order(town.alice)
    answer(order, "protection", town.sam.id)
    order_id, both, subject_id = order.id, Barrier(2), order.subject_id
    people = (town.olga.id, town.eva.id)

    def one(who: int) -> str:
        with app.app_context():
            mine = db.session.get_one(AccessRequest, order_id)
            assert mine.subject_id == subject_id
            both.wait(timeout=20)
            answer(mine, "owners", who)
            return mine.state

    with ThreadPoolExecutor(2) as pool:
        states = sorted(pool.map(one, people))
    assert states == ["approved", "requested"]
    db.session.refresh(order)
    assert (order.state, set(asked(order))) == ("approved", {"grant"})
