"""The same life for each contestant: submit, approve, grant, order the end, confirm the removal.

Between two steps the client finds the next step's number with one SQL statement of its own, in all of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Protocol

import psycopg

from benchmarks.lifecycle import processor
from benchmarks.lifecycle.http import Browser

STEPS = 5
REASON = "Ska hjälpa låntagare i lånedisken under våren."
TASK_OF_CASE = """SELECT task.id, access_request.id FROM task JOIN access_request ON access_request.id = task.request_id
WHERE case_number = %s AND task.status = 'open'"""
GRANT_OF_ORDER = "SELECT id FROM access_grant WHERE request_id = %s"
TASK_OF_GRANT = "SELECT id FROM task WHERE grant_id = %s AND status = 'open'"
TASK = "SELECT request_id FROM task WHERE id = %s"
GRANT = "SELECT request_id FROM access_grant WHERE id = %s"
TASK_OF_PROCESS = "SELECT id, process_id FROM viewflow_task WHERE process_id = %s AND status = 'ASSIGNED'"
LEVEL_OF_ORDER = "SELECT id, label FROM whole_level WHERE code = %s"


class Life(Protocol):
    """One client's way through a life."""

    database: str

    def live(self, ask: Callable[[str, object], Sequence[Any]]) -> None:
        """One whole life; ``ask`` runs a statement with one parameter and gives its row."""


@dataclass
class ProductLife:
    """Through the product's own pages, with sessions and form tokens."""

    database: str
    level: int
    subject: int
    today: str
    asker: Browser
    manager: Browser
    system_manager: Browser

    def live(self, ask: Callable[[str, object], Sequence[Any]]) -> None:
        """Raises Refused, or TypeError when a step was not taken and the next number is not there."""
        order = {"subject": self.subject, "valid_from": self.today, "justification": REASON, "guideline_ack": "y"}
        where, _ = self.asker.post(f"/requests/send/{self.level}", order)
        case_number = where.rsplit("/", 1)[1]
        task, request = ask(TASK_OF_CASE, case_number)
        self.manager.post(f"/tasks/{task}", {"verdict": "approve", "reviewed": "y"})
        task, request = ask(TASK_OF_CASE, case_number)
        receipt = {"done_on": self.today, "target_user_id": "alioke"}
        self.system_manager.post(f"/tasks/{task}", {"verdict": "grant", **receipt})
        (grant,) = ask(GRANT_OF_ORDER, request)
        self.asker.post(f"/grants/{grant}/end", {"reason": ""})
        (task,) = ask(TASK_OF_GRANT, grant)
        self.system_manager.post(f"/tasks/{task}", {"done_on": self.today})


@dataclass
class BareLife:
    """Through the bare handler. ``acts``: the clocks of each step's task, as the product sets them."""

    database: str
    level: int
    people: Mapping[str, str]
    acts: Mapping[str, str]
    asker: Browser
    manager: Browser
    system_manager: Browser

    def live(self, ask: Callable[[str, object], Sequence[Any]]) -> None:
        """Raises Refused."""
        asked = {"asked": self.people["manager"], "acts": self.acts["manager_approval"]}
        task = self.asker.post(f"/submit/{self.level}", {"justification": REASON, **asked})[1]
        ask(TASK, task)
        asked = {"asked": self.people["system_manager"], "acts": self.acts["grant"]}
        task = self.manager.post(f"/approve/{task}", {"verdict": "approve", **asked})[1]
        ask(TASK, task)
        grant = self.system_manager.post(f"/grant/{task}", {"target_user_id": "alioke"})[1]
        ask(GRANT, grant)
        asked["acts"] = self.acts["revoke"]
        task = self.asker.post(f"/end/{grant}", asked)[1]
        ask(TASK, task)
        self.system_manager.post(f"/remove/{task}", {"note": ""})


@dataclass
class ViewflowLife:
    """Through Viewflow's own views."""

    database: str
    today: str
    asker: Browser
    manager: Browser
    system_manager: Browser

    def live(self, ask: Callable[[str, object], Sequence[Any]]) -> None:
        """Raises Refused."""
        order = {"level": "MIC.DISK", "valid_from": self.today, "justification": REASON}
        where, _ = self.asker.post("/access/start/", order)
        process = int(next(part for part in where.split("/") if part.isdigit()))
        steps = (
            (self.manager, "approve", {"approved": "on"}),
            (self.system_manager, "grant", {"done_on": self.today, "target_user_id": "alioke"}),
            (self.asker, "end_right", {"end_reason": "ended_by_order"}),
            (self.system_manager, "remove", {"removed_on": self.today}),
        )
        for browser, step, form in steps:
            task, _ = ask(TASK_OF_PROCESS, process)
            browser.post(f"/access/{process}/{step}/{task}/execute/", form)


@dataclass
class WholeViewflowLife:
    """Through Viewflow's own views, where each step does all that the product's does."""

    database: str
    subject: int
    today: str
    asker: Browser
    manager: Browser
    system_manager: Browser

    def live(self, ask: Callable[[str, object], Sequence[Any]]) -> None:
        """Raises Refused."""
        level, _ = ask(LEVEL_OF_ORDER, "DISK")
        order = {"subject": self.subject, "level": level, "valid_from": self.today, "justification": REASON}
        where, _ = self.asker.post("/order/start/", order)
        process = int(next(part for part in where.split("/") if part.isdigit()))
        steps = (
            (self.manager, "approve", {"verdict": "approve", "reviewed": "on"}),
            (self.system_manager, "grant", {"verdict": "grant", "done_on": self.today, "target_user_id": "alioke"}),
            (self.asker, "end_right", {"reason": ""}),
            (self.system_manager, "remove", {"done_on": self.today}),
        )
        for browser, step, form in steps:
            task, _ = ask(TASK_OF_PROCESS, process)
            browser.post(f"/order/{process}/{step}/{task}/execute/", form)


@dataclass(frozen=True, slots=True)
class Lived:
    """How many lives one client had, the seconds that they took, and its own connection's processor time."""

    done: int
    took: float
    used: float


def run(lives: Sequence[Life], seconds: float) -> float:
    """Lives a second, with one client for each of ``lives``: each in a process of its own, until the time is out."""
    return sum(lived.done / lived.took for lived in each(lives, seconds))


def each(lives: Sequence[Life], seconds: float, at_least: int = 1) -> list[Lived]:
    """What each client did in the time, and in as much more as so many lives take."""
    many = len(lives)
    with ProcessPoolExecutor(many, get_context("fork")) as pool:
        return list(pool.map(_one_client, lives, [seconds] * many, [at_least] * many))


def _one_client(life: Life, seconds: float, at_least: int) -> Lived:
    done = 0
    with psycopg.connect(life.database, autocommit=True) as connection:

        def ask(statement: str, parameter: object) -> Sequence[Any]:
            row: Sequence[Any] | None = connection.execute(statement, [parameter], prepare=True).fetchone()
            if row is None:
                raise LookupError(f"nothing for {parameter}: the step before was not taken")
            return row

        started = time.monotonic()
        while done < at_least or time.monotonic() - started < seconds:
            life.live(ask)
            done += 1
        return Lived(done, time.monotonic() - started, processor.seconds([connection.info.backend_pid]))
