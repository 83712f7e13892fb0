"""The yearly drill of a system's paper routine (rules.md C12, IK-09). Callers hold the transaction."""

from __future__ import annotations

from datetime import date, datetime

from app import clock
from app.catalogue.models import System
from app.db import db
from app.errors import NotAllowed
from app.events import publish
from app.outages import following
from app.outages.paper_models import ContinuityTest
from workflows import paper as rules
from workflows.events import Actor
from workflows.paper_events import ContinuityTested, PaperAsked
from workflows.personal_numbers import find_personnummer

RESULTS = ("worked", "partly", "failed")
SHORTEST_NOTES = 10
OLDEST_DAYS = 730


def record(system: System, held_on: date, result: str, notes: str, *, actor: Actor, now: datetime) -> ContinuityTest:
    """Keep that a drill was held. Raises NotAllowed: drill_later, drill_too_old, notes_needed, personnummer."""
    today = clock.local(now).date()
    if held_on > today:
        raise NotAllowed("drill_later", field="held_on")
    if (today - held_on).days > OLDEST_DAYS:
        raise NotAllowed("drill_too_old", field="held_on")
    if result != "worked" and len(notes.strip()) < SHORTEST_NOTES:
        raise NotAllowed("notes_needed", field="notes")
    if find_personnummer(notes):
        raise NotAllowed("personnummer", field="notes")
    test = ContinuityTest(
        system_id=system.id,
        held_on=held_on,
        held_by_id=actor.person_id,
        result=result,
        notes=notes.strip(),
        recorded_at=now,
    )
    db.session.add(test)
    db.session.flush()
    said = {"held_on": held_on.isoformat(), "result": result, "notes": test.notes}
    publish(ContinuityTested(test.id, system.id, actor, now, said))
    return test


def remind(test_id: int, now: datetime) -> bool:
    """Twelve months have passed: the system's managers and owner are told, once; False when they have been."""
    test = db.session.get_one(ContinuityTest, test_id, with_for_update={"of": ContinuityTest}, populate_existing=True)
    if test.reminded_at is not None:
        return False
    test.reminded_at, today = now, clock.local(now).date()
    found = following.people(test.system_id, today)
    found += following.able(following.HOLDERS[following.OWNER](test.system_id, today))
    told = tuple(dict.fromkeys(person.id for person in found))
    due_on = rules.next_drill(test.held_on)
    publish(PaperAsked("drill", test.id, 0, "ask", told, test.system.name, due_on, now, test.system.code))
    return True
