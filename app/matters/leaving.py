"""Reading what a system that is retired still has: people, rights, orders, and what managers have said (W17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from types import SimpleNamespace

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.catalogue.models import AccessLevel
from app.db import db
from app.directory.models import Person
from app.grants.models import Grant
from app.grants.queries import HELD
from app.matters.models import Matter, SuccessorQuestion
from app.requests.models import AccessRequest
from app.tasks.models import Task

RETIREMENT = "system_retirement"
OVER = ("closing", "archived")


def holders_of(system_id: int) -> Sequence[Person]:
    """Everybody with a right in the system that is not being removed, by name."""
    held = select(Grant.subject_id).join(AccessLevel, AccessLevel.id == Grant.level_id)
    held = held.where(AccessLevel.system_id == system_id, Grant.status.in_(HELD))
    return db.session.scalars(select(Person).where(Person.id.in_(held)).order_by(Person.sort_key, Person.id)).all()


def questions(task_id: int) -> Sequence[SuccessorQuestion]:
    """The questions of a manager's task, with people, by name."""
    wanted = select(SuccessorQuestion).join(Person, Person.id == SuccessorQuestion.subject_id)
    wanted = wanted.where(SuccessorQuestion.task_id == task_id).options(joinedload(SuccessorQuestion.subject))
    return db.session.scalars(wanted.order_by(Person.sort_key, Person.id)).all()


def progress(matter_id: int, tasks: Sequence[Task]) -> list[SimpleNamespace]:
    """How far each manager has come: names, answered, needing, total; those who have most left first."""
    rows = db.session.execute(
        select(SuccessorQuestion.task_id, SuccessorQuestion.answer).where(SuccessorQuestion.matter_id == matter_id)
    )
    answers: dict[int, list[str]] = defaultdict(list)
    for task_id, answer in rows:
        answers[task_id].append(answer)
    found = [
        SimpleNamespace(
            people=[a.person for a in task.addressees if a.removed_at is None],
            answered=sum(bool(a) for a in answers[task.id]),
            needing=answers[task.id].count("needs"),
            total=len(answers[task.id]),
        )
        for task in tasks
        if task.id in answers
    ]
    return sorted(found, key=lambda one: one.answered - one.total)


def held_in(system_id: int, people: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Code and label of each level that these people have in the system, by person."""
    wanted = select(Grant.subject_id, AccessLevel.code, AccessLevel.label).join(
        AccessLevel, AccessLevel.id == Grant.level_id
    )
    wanted = wanted.where(AccessLevel.system_id == system_id, Grant.subject_id.in_(people), Grant.status.in_(HELD))
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for subject_id, code, label in db.session.execute(wanted.distinct().order_by(AccessLevel.code)):
        found[subject_id].append((code, label))
    return found


def in_successor(system_id: int, people: Collection[int]) -> set[int]:
    """Who of these has a right in the system, or an order of one under way."""
    of_system = select(AccessLevel.id).where(AccessLevel.system_id == system_id)
    held = select(Grant.subject_id).where(Grant.level_id.in_(of_system), Grant.status.in_(HELD))
    open_ones = AccessRequest.submitted_at.is_not(None), AccessRequest.ended_at.is_(None)
    ordered = select(AccessRequest.subject_id).where(AccessRequest.level_id.in_(of_system), *open_ones)
    return {who for who in db.session.scalars(held.union(ordered)) if who in people}


def past_last_day(today: date) -> Sequence[int]:
    """Ids of retirements whose last day has passed."""
    over = Matter.state == "phasing_out", Matter.ends_on < today
    return db.session.scalars(select(Matter.id).where(Matter.process == RETIREMENT, *over).order_by(Matter.id)).all()


def rights_to_end() -> Sequence[int]:
    """Ids of rights in systems that have had their last day, whose removal nobody has ordered yet."""
    wanted = select(Grant.id).where(Grant.level_id.in_(_levels()), Grant.status.in_(HELD))
    return db.session.scalars(wanted.order_by(Grant.id)).all()


def orders_to_cancel() -> Sequence[int]:
    """Ids of orders of such systems that are under way."""
    open_ones = AccessRequest.submitted_at.is_not(None), AccessRequest.ended_at.is_(None)
    wanted = select(AccessRequest.id).where(AccessRequest.level_id.in_(_levels()), *open_ones)
    return db.session.scalars(wanted.where(AccessRequest.kind != "end").order_by(AccessRequest.id)).all()


def _levels() -> Select[int]:
    over = select(Matter.system_id).where(Matter.process == RETIREMENT, Matter.state.in_(OVER))
    return select(AccessLevel.id).where(AccessLevel.system_id.in_(over))
