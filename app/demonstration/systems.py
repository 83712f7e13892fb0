"""A system on its way into use and one on its way out when the demonstration begins; told by the product's services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import Appointment
from app.db import db
from app.demonstration.moments import before
from app.directory.models import Person
from app.matters import answering, definitions, opening, queries, services
from app.matters.models import Matter
from app.tasks.models import Task
from workflows.events import Actor

COMING, LEAVING = "system_onboarding", "system_retirement"
MODEL = "MIC"  # whose owner and managers take on the new one
SENT, ANSWERED, DECIDED, CLASSED = 7, 5, 3, 2  # working days ago
LAST_DAY = timedelta(days=90)
NEW: Mapping[str, Any] = {
    "name": "Öppna lokaler",
    "code": "LOKAL",
    "description": "Föreningar bokar och låser upp idrottshallar utan personal på plats.",
    "board": "KTN",
    "supplier": "Hallnyckeln AB",
    "confidentiality": "2",
    "integrity": "2",
    "availability": "2",
    "personal_data": "ordinary",
    "processing_entry": "Registerförteckningen, post 114",
    "agreement": "KTN 2026/88",
}
OLD: Mapping[str, Any] = {
    "system": "EKO",
    "successor": "EKO2",
    "reason": "Avtalet med leverantören går ut, och det nya ekonomisystemet är i drift.",
    "archive_plan": "Huvudbok och reskontror för sju år tas ut som SIE och PDF/A till e-arkivet.",
}


def load(now: datetime) -> None:
    """One system is being set up, and the old finance system is phased out. Again does nothing."""
    if db.session.scalar(select(exists().where(Matter.process.in_((COMING, LEAVING))))):
        return
    _coming(now)
    _leaving(now)


def _coming(now: datetime) -> None:
    model, today = catalogue.system(MODEL), clock.local(now).date()
    run_by = catalogue.role_holders(model.id, today)
    owner, managers = run_by["system_owner"][0], run_by["system_manager"]
    matter = _open(COMING, NEW, _holding("it_manager"), before(now, SENT))
    _say(matter, "name_owner", before(now, ANSWERED), owner=owner.id)
    named = {f"manager_{n}": person.id for n, person in enumerate(managers[:2], start=1)}
    opinion = {"dpo_opinion": "supports", "dpo_reasons": "Få uppgifter, och de gallras efter bokningen."}
    _say(matter, "dpo_statement", before(now, CLASSED), **opinion)
    _say(matter, "classify", before(now, CLASSED), classification_agreed="yes", **named)


def _leaving(now: datetime) -> None:
    old, today = catalogue.system(OLD["system"]), clock.local(now).date()
    manager = catalogue.role_holders(old.id, today)["system_manager"][0]
    last_day = (today + LAST_DAY).isoformat()
    matter = _open(LEAVING, {**OLD, "ends_on": last_day}, manager, before(now, SENT))
    _say(matter, "decide", before(now, DECIDED))


def _holding(role: str) -> Person:
    """Who has a role of the municipality."""
    found = select(Person).join(Appointment, Appointment.person_id == Person.id).where(Appointment.role == role)
    return db.session.scalars(found.order_by(Person.id).limit(1)).one()


def _open(process: str, answers: Mapping[str, Any], by: Person, at: datetime) -> Matter:
    actor = Actor(by.id, "orderer")
    matter = opening.draft(definitions.started_with(process), answers, actor=actor, now=at)
    services.submit(matter, services.Push(actor, at))
    return matter


def _say(matter: Matter, step: str, at: datetime, **answers: Any) -> None:
    """Whoever is asked first answers what leads on."""
    asked = select(Task).where(Task.matter_id == matter.id, Task.step == step, Task.status == "open")
    task = db.session.scalars(asked).one()
    mine = next(a for a in task.addressees if a.removed_at is None)
    actor = Actor(mine.person_id, mine.why)
    push = services.Push(actor, at, answers=answers)
    services.decide(queries.hold(matter.id), task, answering.verdicts(matter, task)[0], push)
    db.session.expire_all()
