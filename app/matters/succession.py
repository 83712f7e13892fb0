"""Who needs the system that replaces another: one question for each person, on one page for each manager (W17).

The answer orders nothing. Whoever needs the successor gets an order of it from the manager, by the usual rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.catalogue import queries as catalogue
from app.db import db
from app.directory import queries as directory
from app.directory.models import Person
from app.errors import NotAllowed
from app.events import publish
from app.matters import facts, leaving, queries
from app.matters.models import Matter, SuccessorQuestion
from app.requests.facts import party
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import authority
from workflows.authority import Asked
from workflows.case import EmploymentStatus
from workflows.definition import Clock, Step
from workflows.events import Actor
from workflows.form_fields import Text
from workflows.matter_events import MatterMoved, SuccessorAnswered

STEP, KIND = "succession", "successor"
NAME: Text = {"sv": "Vilka behöver det nya systemet?", "en": "Who needs the new system?"}
CLOCK = Clock(due=15, reminders=(5, 10, 15))  # nobody loses anything by silence but a head start
ANSWERS = ("needs", "needs_not")
# Who is asked when the manager has left: whoever runs the system that goes.
INSTEAD = Step(STEP, "", KIND, "system_managers", CLOCK, otherwise=("system_owner", "it_manager", "coordinator"))


def begin(event: MatterMoved) -> None:
    """Ask the manager of everybody with a right in the system, once it is phased out and has a successor (a reaction).

    Where nobody above somebody is at work, whoever runs the system is asked. Each manager gets one task.
    """
    matter = queries.by_id(event.matter_id)
    starts = event.state_to == "phasing_out" and event.state_from != event.state_to
    if not starts or matter.other_system_id is None:
        return
    by_manager: dict[int, list[int]] = defaultdict(list)
    subjects = leaving.holders_of(matter.system_id or 0)
    above = directory.managers_above([subject.id for subject in subjects])
    for subject in subjects:
        manager = _first_employed(above.get(subject.id, ()))
        by_manager[manager.id if manager else 0].append(subject.id)
    for manager_id, theirs in sorted(by_manager.items()):
        task_id = _ask(matter, manager_id, event.at)
        if task_id is not None:
            rows = [{"matter_id": matter.id, "subject_id": s, "task_id": task_id, "answer": ""} for s in theirs]
            db.session.execute(insert(SuccessorQuestion).values(rows).on_conflict_do_nothing())


def _first_employed(managers: Sequence[Person]) -> Person | None:
    """The nearest who is employed and can be asked; who is on leave has deputies."""
    employed = (EmploymentStatus.ACTIVE, EmploymentStatus.ON_LEAVE)
    return next((manager for manager in managers if manager.employment_status in employed), None)


def _ask(matter: Matter, manager_id: int, now: datetime) -> int | None:
    manager = db.session.get(Person, manager_id) if manager_id else None
    asked = _with_deputies(manager, now) if manager else _instead(matter, now)
    if not asked:
        return None
    about = {"matter_id": matter.id, "step": STEP, "round": matter.round}
    return tasks.ask(KIND, asked, CLOCK, now=now, about=about)


def _with_deputies(manager: Person, now: datetime) -> tuple[Asked, ...]:
    absent = catalogue.deputies_of([manager.id], clock.local(now).date(), absence=True).get(manager.id, [])
    able = [p for p in absent if p.employment_status == EmploymentStatus.ACTIVE]
    deputies = (Asked(party(p), "deputy", "deputy", manager.id) for p in able)
    return (Asked(party(manager), "addressee", "line_manager"), *deputies)


def _instead(matter: Matter, now: datetime) -> tuple[Asked, ...]:
    return authority.addressees(INSTEAD, facts.case_for(matter, now=now, actor_id=None))


def answer(task: Task, given: Mapping[int, str], actor: Actor, now: datetime) -> int:
    """Keep what is said of each subject of the task; returns how many questions are left. All answered closes it.

    What was said before may be changed until then. Raises NotAllowed(not_self), AlreadyDecided, Forbidden.
    """
    assert actor.person_id is not None and task.matter_id is not None
    if task.status != "open":
        raise tasks.already_decided(task.id)
    if actor.person_id in given:
        raise NotAllowed("not_self", matter_id=task.matter_id, trigger="answer")
    said = {"answered_at": now, "answered_by_id": actor.person_id}
    kept = {subject: word for subject, word in given.items() if word in ANSWERS}
    for answer in ANSWERS:
        subjects = [subject for subject, word in kept.items() if word == answer]
        mine = SuccessorQuestion.task_id == task.id, SuccessorQuestion.subject_id.in_(subjects)
        db.session.execute(update(SuccessorQuestion).where(*mine).values(answer=answer, **said))
    db.session.expire_all()
    publish(SuccessorAnswered(task.matter_id, task.id, kept, actor, now))
    left = sum(not q.answer for q in leaving.questions(task.id))
    if left == 0:
        tasks.answer(task.id, "answered", actor, reason="", now=now)
    return left
