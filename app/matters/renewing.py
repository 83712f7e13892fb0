"""What was approved holds for a time: it is asked anew before the end, and rests when nobody has (rules.md C10)."""

from __future__ import annotations

from datetime import datetime

from app import clock
from app.db import db
from app.directory.models import Person
from app.events import publish
from app.matters import definitions, facts, opening, queries, services
from app.matters.models import Matter
from workflows.case import EmploymentStatus
from workflows.events import TIME, Actor
from workflows.form_fields import OPENER
from workflows.matter_events import RenewalOpened


def follow(matter_id: int, now: datetime) -> bool:
    """Open the renewal in time, or let the matter rest when its last day has passed; False when neither is due."""
    matter = queries.hold(matter_id)
    workflow, today = definitions.of(matter), clock.local(now).date()
    renewal = definitions.terms(workflow).renewal
    if matter.valid_to is None or renewal is None or matter.state not in workflow.gives:
        return False
    if today > matter.valid_to:
        services.move(matter, "expire", services.Push(TIME, now, reason="not_reviewed"))
        return True
    opens_on = clock.calendar().add(matter.valid_to, -renewal.ahead)
    if today < opens_on or queries.renewal_of(matter.id) is not None:
        return False
    by = who_can(matter, now)
    if by is None:
        return False
    reopen(matter, Actor(by.id, "system_manager", "system"), now, by_time=True)
    return True


def reopen(matter: Matter, actor: Actor, now: datetime, *, by_time: bool = False) -> Matter:
    """A matter that renews this one, with its answers, for ``actor`` to bring up to date and send.

    The one that is renewed goes on meanwhile. By time the new one begins as returned: with a task and its deadlines.
    """
    workflow = definitions.started_with(matter.process)
    asked = {f.name for f in definitions.terms(workflow).fields_of(OPENER)}
    answers = {name: said for name, said in matter.answers.items() if name in asked}
    made = opening.draft(workflow, answers, actor=actor, now=now, previous=matter)
    if by_time:
        services.move(made, "reopen", services.Push(TIME, now, reason=matter.case_number))
    publish(RenewalOpened(made.id, matter.id, actor, now))
    return made


def who_can(matter: Matter, now: datetime) -> Person | None:
    """Who brings the matter on: whoever opened it, else the first manager or owner of its system who is at work.

    Nobody who has decided in its present round: what they open they cannot decide (G6).
    """
    case = facts.case_for(matter, now=now, actor_id=None)
    people = (case.subject, *case.system_managers, *case.system_owners, *case.coordinators)
    decided = {d.person_id for d in case.decisions} if matter.state not in definitions.of(matter).gives else set()
    able = (p for p in people if p.may_act and p.status is EmploymentStatus.ACTIVE and p.id not in decided)
    found = next(able, None)
    return db.session.get(Person, found.id) if found else None
