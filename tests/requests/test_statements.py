"""How many statements a step takes: a step is one transaction of few statements (house.md, hot paths).

The ceilings are what was measured, without slack: who adds a statement to a step says so here. Sending asks which
version of the process is active, so that all who serve the product see an activation at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from app import clock
from app.db import db, transaction
from app.grants import queries as grants
from app.grants import services as grant_services
from app.requests import definitions
from app.tasks import queries as tasks
from tests.people import Town, appoint, person
from tests.requests.conftest import Life
from workflows.events import Actor

# An answer holds its order first; a grant looks for the paper order that it may regularise (rules.md C12).
CEILINGS = {"submit": 10, "approve": 13, "grant": 14, "end": 8, "remove": 10}


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent inside the block."""
    sent: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", keep)


def kinds(sent: list[str]) -> str:
    """What was sent, for the message of a test that fails."""
    return "\n".join(" ".join(statement.split())[:120] for statement in sent)


def test_a_life_takes_few_statements(life: Life, town: Town) -> None:
    """Reads of what the test itself asks for are outside the count where they can be."""
    taken: dict[str, list[str]] = {}
    definitions.for_level(town.disk, "new")  # a process reads the text of a version once
    with counted() as taken["submit"]:
        order = life.order(town.alice)
    with counted() as taken["approve"]:
        life.answer(order, town.bob, "approve")
    with counted() as taken["grant"]:
        life.answer(order, town.carol, "grant", data={"target_user_id": "aliåke", "done_on": "2026-03-02"})
    grant = grants.of_request(order.id)
    assert grant is not None
    with counted() as taken["end"], transaction():
        grant_services.order_revocation(grant, reason="", actor=Actor(town.alice.id, "subject"), now=clock.now())
    task = tasks.open_about(grant_id=grant.id)
    assert task is not None
    with counted() as taken["remove"], transaction():
        grant_services.confirm_removed(task, actor=Actor(town.sam.id, "system_manager"), now=clock.now(), receipt={})
    over = {step: len(sent) for step, sent in taken.items() if len(sent) > CEILINGS[step]}
    assert not over, "\n\n".join(f"{step}:\n{kinds(taken[step])}" for step in over)


@pytest.mark.parametrize("colleagues", [1, 4])
def test_more_people_around_an_order_take_no_more_statements(life: Life, town: Town, colleagues: int) -> None:
    with transaction() as session:
        for number in range(colleagues):
            extra = person(session, f"Förvaltare {number}", town.library)
            appoint(session, "system_manager", extra, system=town.mic)
    order = life.order(town.alice)
    with counted() as sent:
        life.answer(order, town.bob, "approve")
    assert len(sent) <= CEILINGS["approve"], kinds(sent)
