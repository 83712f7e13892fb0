"""An integration between the library's system and LEX, with everybody whom it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.catalogue.models import System
from app.db import db, transaction
from app.directory.models import Person
from app.matters import answering, definitions, opening, queries, services
from app.matters.models import Matter
from app.tasks.models import Task
from tests.auth.conftest import as_person
from tests.people import Town, appoint, person, system
from tests.requests.conftest import life, statements, town
from workflows.events import Actor

__all__ = ["as_person", "life", "statements", "town"]

ANSWERS: dict[str, Any] = {
    "name": "Bokningar från biblioteket till LEX",
    "source": "MIC",
    "target": "LEX",
    "transport": "teis",
    "flow": "MIC-LEX-01",
    "direction": "one_way",
    "volume": "Tio om dagen",
    "data_types": "Bokningens nummer och dag.",
    "confidentiality": "1",
    "integrity": "2",
    "availability": "1",
    "personal_data": "none",
    "archive": "Registreras i LEX.",
    "account": "srv-mic-lex",
    "authentication": "Certifikat, TLS 1.3",
    "risks": [{"event": "Flödet stannar", "likelihood": 2, "consequence": 2, "measure": ""}],
    "alarms": "Mail till förvaltarna när en fil inte går igenom.",
    "plan_b": "Skriv ut och registrera för hand.",
    "test_plan": "Påhittade bokningar i testmiljön.",
    "rollback": "Stäng flödet i Teis.",
    "documentation": "KS 2026/17",
}
PERSONAL = {"personal_data": "ordinary", "processing_entry": "DSF 12", "dpia": "no"}
# What each step must fill in.
FILLED: dict[str, dict[str, Any]] = {
    "risk_statement": {"risk_opinion": "supports", "risk_reasons": "Små risker."},
    "dpo_statement": {"dpo_opinion": "supports", "dpo_reasons": "Få uppgifter."},
    "start_test": {"test_without_people": "yes"},
    "start_production": {"test_protocol": "KS 2026/18", "alarm_test": "yes"},
    "restore": {"restore_reason": "Felet är rättat."},
    "close_down": {"account_revoked": "yes", "flow_stopped": "yes", "archived": "yes"},
}


@dataclass(frozen=True, slots=True)
class Council:
    """Who is asked about integrations, besides the characters: Ivar checks, Lena owns LEX, Disa is the DPO."""

    lex: System
    ivar: Person
    lena: Person
    disa: Person
    chief: Person


@pytest.fixture
def council(town: Town) -> Council:
    """LEX with its owner, and the people of the municipality's IT."""
    with transaction() as session:
        lex = system(session, "LEX", "LEX", board="KS")
        people = {
            "ivar": person(session, "Ivar Ek", town.school, title="IT-arkitekt"),
            "lena": person(session, "Lena Åhs", town.school, title="Kanslichef"),
            "disa": person(session, "Disa Ombud", town.school, title="Dataskyddsombud"),
            "chief": person(session, "Kim Chef", town.school, title="IT-chef"),
        }
        appoint(session, "it_architect", people["ivar"])
        appoint(session, "system_owner", people["lena"], lex)
        appoint(session, "data_protection_officer", people["disa"])
        appoint(session, "it_manager", people["chief"])
    return Council(lex, **people)


Open = Callable[..., Matter]
Say = Callable[..., None]


@pytest.fixture
def opened(town: Town, council: Council) -> Open:
    """Carol opens the integration and sends it, with these answers instead of the usual ones."""

    def make(*, send: bool = True, by: Person | None = None, **changes: Any) -> Matter:
        actor, now = Actor((by or town.carol).id, "orderer"), clock.now()
        with transaction():
            workflow = definitions.started_with("integration")
            matter = opening.draft(workflow, ANSWERS | changes, actor=actor, now=now)
            if send:
                services.submit(matter, services.Push(actor, now))
            number = matter.case_number
        return queries.by_case_number(number)

    return make


def tasks_of(matter: Matter) -> list[Task]:
    """What the matter asks now."""
    asked = select(Task).where(Task.matter_id == matter.id, Task.status == "open")
    return list(db.session.scalars(asked.order_by(Task.id)))


def task_of(matter: Matter, who: Person | None = None) -> Task:
    """What the matter asks now, or asks ``who``: exactly one thing."""
    found = [t for t in tasks_of(matter) if who is None or who.id in asked_by(t)]
    assert len(found) == 1, [(t.step, asked_by(t)) for t in tasks_of(matter)]
    return found[0]


def asked_by(task: Task) -> list[int]:
    """Who is asked."""
    return sorted(a.person_id for a in task.addressees if a.removed_at is None)


def asked(matter: Matter) -> tuple[str, list[int]]:
    """The step, and who is asked."""
    return task_of(matter).step, asked_by(task_of(matter))


def all_asked(matter: Matter) -> dict[str, list[int]]:
    """The steps that are asked at once, and who is asked in each."""
    return {task.step: asked_by(task) for task in tasks_of(matter)}


def say(matter: Matter, who: Person, verdict: str = "", reason: str = "", **answers: Any) -> None:
    """Answer what the matter asks ``who``; by default what leads on, with what the step must fill in."""
    open_tasks = tasks_of(matter)
    task = task_of(matter, who) if len(open_tasks) > 1 else open_tasks[0]
    verdict = verdict or answering.verdicts(matter, task)[0]
    given = answering.Answer(verdict, reason, FILLED.get(task.step, {}) | answers)
    addressee = next((a for a in task.addressees if a.person_id == who.id), None)
    actor = Actor(who.id, addressee.why if addressee else "nobody")
    answering.answer(task, given, actor, now=clock.now())
    db.session.expire_all()
