"""Scenes of rules.md C16 in the municipality of tests/stateful: its directory, jobs and mails, and all it has stored
judged after each step.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
import time_machine

from tests.stateful.acts import Acts
from tests.stateful.conftest import ledger, world
from tests.stateful.register import Register
from tests.stateful.town import NUMBERS
from tests.stateful.world import World

__all__ = ["ledger", "world"]

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DESK, BASE, UTF = ("MIC", "DISK"), ("AD", "BAS"), ("PRO", "UTF")
ASKED = """
SELECT p.given_name FROM task t JOIN task_addressee a ON a.task_id = t.id JOIN person p ON p.id = a.person_id
JOIN access_request r ON r.id = t.request_id
WHERE r.case_number = %(case)s AND t.status = 'open' AND a.removed_at IS NULL AND t.kind <> 'prerequisite'
"""
TASK = """
SELECT t.id FROM task t JOIN access_request r ON r.id = t.request_id
WHERE r.case_number = %(case)s AND t.status = 'open' AND t.kind <> 'prerequisite'
"""
REMOVAL = "SELECT id FROM task WHERE kind = 'revoke' AND grant_id = %(right)s AND status = 'open'"
NEWEST = "SELECT case_number FROM access_request ORDER BY id DESC LIMIT 1"
STATE = "SELECT state, wait_reason FROM access_request WHERE case_number = %(case)s"
RIGHT = """
SELECT g.id, g.status FROM access_grant g JOIN access_request r ON r.id = g.request_id WHERE r.case_number = %(case)s
"""


class Scene:
    """What a scenario says: who orders, who answers, how time passes, and how things stand."""

    def __init__(self, world: World) -> None:
        self.world, self.acts = world, Acts(world)
        world.posts_at_once = True

    @property
    def register(self) -> Register:
        """The directory."""
        return self.world.register

    def order(self, orderer: str, subject: str, level: tuple[str, str], days: int = 60) -> str:
        """A sent order; its case number."""
        assert self.acts.order(orderer, subject, level, days), self.world.story[-1]
        return str(self._one(NEWEST))

    def refused(self, orderer: str, subject: str, level: tuple[str, str], days: int = 60) -> str:
        """Why the order cannot be sent."""
        assert not self.acts.order(orderer, subject, level, days), self.world.story[-1]
        return self.world.story[-1].rpartition("refused: ")[2]

    def answer(self, who: str, case: str, verdict: str = "approve") -> bool:
        """Somebody answers what is asked about the order; False when the product refuses."""
        return self.acts.answer(who, self._one(TASK, case=case), verdict)

    def approved(self, *answers: str, case: str) -> None:
        """Each says yes in turn, the last by granting."""
        for who in answers[:-1]:
            assert self.answer(who, case), self.world.story[-1]
        assert self.answer(answers[-1], case, "grant"), self.world.story[-1]

    def state(self, case: str) -> str:
        """Where the order stands; what it waits for, when it waits."""
        ((state, waits),) = self.world.ledger.rows(STATE, case=case)
        return f"{state}: {waits}" if state == "waiting_prerequisites" else state

    def asked(self, case: str) -> set[str]:
        """Who is asked about the order."""
        return {name for (name,) in self.world.ledger.rows(ASKED, case=case)}

    def right(self, case: str) -> tuple[int, str] | None:
        """The right that the order led to, and its status."""
        rows = self.world.ledger.rows(RIGHT, case=case)
        return (rows[0][0], rows[0][1]) if rows else None

    def removal(self, right: int) -> int:
        """The task to remove it."""
        found: int = self._one(REMOVAL, right=right)
        return found

    def mails(self, who: str) -> list[EmailMessage]:
        """What somebody has got, oldest first."""
        return self.world.smtp.to(f"{NUMBERS[who]}@exempel.se")

    def subjects(self, who: str) -> list[str]:
        """The subjects of somebody's mails, oldest first."""
        return [str(mail["Subject"]) for mail in self.mails(who)]

    def _one(self, statement: str, **given: object) -> int:
        found: int = self.world.ledger.rows(statement, **given)[0][0]
        return found


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stands until a scene moves it."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def scene(world: World, clock: time_machine.Traveller) -> Scene:
    """Nine o'clock on an ordinary Monday, 2 March 2026; ``world.begin`` begins on another day."""
    world.begin(MONDAY, clock)
    return Scene(world)
