"""A day on paper: MicroMarc is out, forms are used, and afterwards they are registered, verified and counted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from app import clock
from app.db import db, transaction
from app.directory.evidence import Evidence
from app.directory.models import Person
from app.outages import declaring, packs, queries, registering, verifying
from app.outages.models import Outage
from app.outages.paper_models import PaperOrder
from app.outages.registering import Written
from tests.people import Town
from tests.requests.conftest import employed
from workflows.case import EmploymentStatus
from workflows.events import Actor
from workflows.paper import Counted

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
BEGAN, DECIDED, DONE = timedelta(hours=5), timedelta(hours=4), timedelta(hours=3)  # ago
FIRST = "PB-MIC-0001"


def act(who: Person, role: str = "system_manager") -> Actor:
    """``who`` acts."""
    return Actor(who.id, role)


def printed(town: Town, count: int = 3, frozen_time: Any = None) -> None:
    """A pack for MicroMarc, printed the day before."""
    with transaction():
        packs.make(town.mic, None, count, act(town.carol, "preparer"), clock.now() - timedelta(days=1))


def ended(town: Town, counted: Counted, kind: str = "system", began: timedelta = BEGAN) -> Outage:
    """It began ``began`` ago and is over since an hour, with Olga's count."""
    now = clock.now()
    about = (kind, town.mic.id if kind == "system" else None)
    with transaction():
        outage_id = declaring.declare(about, now - began, "", act(town.olga, "system_owner"), now)
        outage = queries.outage(outage_id)
        declaring.end(outage, now - timedelta(hours=1), counted, act(town.olga, "system_owner"), now)
    return queries.outage(outage_id)


def written(town: Town, **changes: Any) -> Written:
    """A form in which nothing is wrong: Bob decided for Alice, who had asked, and Carol gave her the desk."""
    today = clock.today()
    values: dict[str, Any] = {
        "subject_id": town.alice.id,
        "level_id": town.disk.id,
        "valid_from": today,
        "valid_to": today + timedelta(days=4),
        "purpose": "Hjälper låntagare i lånedisken under avbrottet.",
        "orderer_id": town.alice.id,
        "manager_id": town.bob.id,
        "employment_checked": "phone",
        "occurred_at": clock.now() - DECIDED,
        "executor_id": town.carol.id,
        "done": "Lade till i gruppen för disken.",
        "done_at": clock.now() - DONE,
    }
    return Written(**values | changes)


def register(town: Town, outage: Outage, serial: str = FIRST, by: Person | None = None, **changes: Any) -> PaperOrder:
    """Carol registers it, unless somebody else does."""
    with transaction():
        actor = act(by or town.carol, "registrar")
        return registering.register(outage, serial, written(town, **changes), PDF, actor=actor, now=clock.now())


def verify(
    town: Town, paper: PaperOrder, by: Person | None = None, status: EmploymentStatus = EmploymentStatus.ACTIVE
) -> PaperOrder:
    """Sam verifies it, unless somebody else does; the directory says ``status`` of the subject."""
    subject = db.session.get_one(Person, paper.subject_id)
    evidence: Evidence = employed(subject, status)
    with transaction():
        verifying.verify(paper, evidence=evidence, actor=act(by or town.sam, "verifier"), now=clock.now())
    db.session.refresh(paper)
    return paper


def day(text: str) -> date:
    """A date."""
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text + "+00:00")
