"""What a matter is approved on condition of, and what a system may lack to a date (rules.md C10, C14)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.db import db
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.matters import definitions, readiness
from app.matters.models import Matter, MatterCondition
from workflows.events import Actor
from workflows.matter_events import ConditionMet, ConditionNear
from workflows.personal_numbers import find_personnummer

AHEAD = 3  # working days before a condition is due
EXCEPTION_AHEAD = 20  # and before the owner's exception runs out: what is lacking takes time to mend


def add(matter: Matter, step: str, *, by: int, now: datetime) -> None:
    """Keep the conditions and exceptions that the step's answers hold. Raises NotAllowed(never_excepted)."""
    fields = definitions.terms_of(matter).fields_of(step)
    for asked in fields:
        if asked.type not in ("conditions", "exceptions"):
            continue
        for row in matter.answers.get(asked.name) or ():
            if row.get("item", "") in readiness.never_excepted(matter):
                wrong = {asked.name: "never_excepted"}
                raise NotAllowed("form_faults", faults=wrong, matter_id=matter.id, trigger="approve")
            about = {"matter_id": matter.id, "item": row.get("item", ""), "text": row["text"].strip(), "step": step}
            made = {"due_on": date.fromisoformat(row["due"]), "made_by_id": by, "made_at": now}
            db.session.execute(insert(MatterCondition).values(**about, **made))


def void(matter_id: int) -> None:
    """The round in which they were made is over."""
    mine = MatterCondition.matter_id == matter_id, MatterCondition.status == "open"
    db.session.execute(update(MatterCondition).where(*mine).values(status="void"))


def meet(condition: MatterCondition, note: str, actor: Actor, now: datetime) -> None:
    """It is done. Raises NotAllowed: personnummer, too_long; Conflict when it does not wait any more.

    Of what a system was allowed to lack, the catalogue must say that it is there now, or a note where it is:
    still_lacking, note_needed.
    """
    if find_personnummer(note):
        raise NotAllowed("personnummer", field="note")
    if len(note) > 1000:
        raise NotAllowed("too_long", field="note")
    if condition.item:
        _refuse_lacking(condition, note, clock.local(now).date())
    waiting = MatterCondition.id == condition.id, MatterCondition.status == "open"
    done = {"status": "done", "done_at": now, "done_by_id": actor.person_id, "note": note.strip()}
    if db.session.scalar(update(MatterCondition).where(*waiting).values(**done).returning(MatterCondition.id)) is None:
        raise Conflict("condition_met")
    publish(ConditionMet(condition.id, condition.matter_id, condition.text, note.strip(), actor, now))


def _refuse_lacking(condition: MatterCondition, note: str, today: date) -> None:
    if condition.item not in readiness.IN_CATALOGUE:
        if not note.strip():
            raise NotAllowed("note_needed", field="note")
    elif not readiness.CHECKS[condition.item](condition.matter, today):
        raise NotAllowed("still_lacking", field="note")


def tell(condition_id: int, now: datetime) -> bool:
    """Tell of a condition that is due soon, or past its day; each once. False when there is nothing to tell."""
    found = db.session.get_one(MatterCondition, condition_id, with_for_update=True, populate_existing=True)
    today, calendar = clock.local(now).date(), clock.calendar()
    if found.status != "open":
        return False
    left = calendar.between(today, found.due_on)
    if found.told_late is None and found.due_on < today:
        found.told_late, left = now, 0
    elif found.told_near is None and left <= (EXCEPTION_AHEAD if found.item else AHEAD):
        found.told_near = now
    else:
        return False
    db.session.flush()
    publish(ConditionNear(found.id, found.matter_id, found.due_on, max(left, 0), now))
    return True
