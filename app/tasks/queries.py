"""Reading what is asked of whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, bindparam, func, select, text
from sqlalchemy.orm import joinedload, selectinload

from app.by_key import ByKey
from app.db import db
from app.directory.models import Person
from app.tasks.models import Task, TaskAddressee, TaskClock

WITH_PEOPLE = ByKey(Task, "addressees.person.unit")


def task(task_id: int) -> Task | None:
    """The task with its addressees, or None; one statement."""
    return WITH_PEOPLE.read(task_id)


# What the subject does beside the step of the order; it is not what the order waits for an answer of.
BESIDE = "prerequisite"


# The table belongs to a room above, so it is named in SQL here.
MATTERS = text("""
SELECT matter.id, case_number, matter.title, process, definition_version, person.display_name AS opened_by
FROM matter JOIN person ON person.id = opened_by_id WHERE matter.id IN :ids
""").bindparams(bindparam("ids", expanding=True))


LOG_CHECKS = text("""
SELECT log_check.id, month, system.id AS system_id, system.code, system.name AS system
FROM log_check JOIN system ON system.id = system_id WHERE log_check.id IN :ids
""").bindparams(bindparam("ids", expanding=True))


def log_checks(check_ids: Sequence[int]) -> dict[int, Row[tuple[int, date, int, str, str]]]:
    """Which month and system the checks of tasks are of, by id; no statement when there are none."""
    if not check_ids:
        return {}
    return {row.id: row for row in db.session.execute(LOG_CHECKS, {"ids": list(check_ids)})}


def matters(matter_ids: Sequence[int]) -> dict[int, Row[tuple[int, str, str, str, int, str]]]:
    """What the matters of tasks are called, by id; no statement when there are none."""
    if not matter_ids:
        return {}
    return {row.id: row for row in db.session.execute(MATTERS, {"ids": list(matter_ids)})}


def _with_people():  # type: ignore[no-untyped-def]  # SQLAlchemy's loader option has no public type
    return selectinload(Task.addressees).joinedload(TaskAddressee.person)


def _joined_people():  # type: ignore[no-untyped-def]  # as above; for one task a join is cheaper than a statement
    return joinedload(Task.addressees).joinedload(TaskAddressee.person)


def asked_of(person_id: int) -> Sequence[Task]:
    """Open tasks of a person, most urgent first."""
    statement = (
        select(Task)
        .join(TaskAddressee)
        .where(TaskAddressee.person_id == person_id, TaskAddressee.removed_at.is_(None), Task.status == "open")
        .order_by(Task.due_on, Task.id)
    )
    return db.session.scalars(statement).all()


def count_asked_of(person_id: int) -> int:
    """How many open tasks a person has."""
    statement = (
        select(func.count())
        .select_from(Task)
        .join(TaskAddressee)
        .where(TaskAddressee.person_id == person_id, TaskAddressee.removed_at.is_(None), Task.status == "open")
    )
    return db.session.scalar(statement) or 0


def addressee(task_id: int, person_id: int) -> TaskAddressee | None:
    """How the person is asked, or None when the person is not asked (any more)."""
    statement = select(TaskAddressee).where(
        TaskAddressee.task_id == task_id, TaskAddressee.person_id == person_id, TaskAddressee.removed_at.is_(None)
    )
    return db.session.scalar(statement)


def ever_asked(task_id: int) -> frozenset[int]:
    """Whom the task asks, and whom it has asked, as the database has it at this moment."""
    return frozenset(db.session.scalars(select(TaskAddressee.person_id).where(TaskAddressee.task_id == task_id)))


def of_request(request_id: int) -> Sequence[Task]:
    """Every task of an order, oldest first, with people."""
    statement = select(Task).where(Task.request_id == request_id).options(_with_people()).order_by(Task.id)
    return db.session.scalars(statement).all()


def open_steps(request_id: int) -> Sequence[Task]:
    """The open tasks of an order's steps as the database has them at this moment, oldest first, with people."""
    asked = select(Task).where(Task.request_id == request_id, Task.status == "open", Task.kind != BESIDE)
    statement = asked.options(_with_people()).order_by(Task.id)
    return db.session.scalars(statement, execution_options={"populate_existing": True}).all()


def open_about(*, request_id: int | None = None, grant_id: int | None = None) -> Task | None:
    """The open task about an order or a grant, other than the subject's own beside it; one statement."""
    about = Task.request_id == request_id if request_id is not None else Task.grant_id == grant_id
    asked = select(Task).where(about, Task.status == "open", Task.kind != BESIDE)
    statement = asked.options(_joined_people()).order_by(Task.id)
    return db.session.scalars(statement).unique().first()


def open_of_grant(grant_id: int) -> Sequence[Task]:
    """Every open task about a right, oldest first, with people: its removal, and the control of an emergency."""
    asked = select(Task).where(Task.grant_id == grant_id, Task.status == "open")
    return db.session.scalars(asked.options(_with_people()).order_by(Task.id)).all()


def due_clocks(today: date) -> Sequence[Row[TaskClock, Task]]:
    """Clocks of open tasks whose day has come, in the order in which they should have rung."""
    statement = (
        select(TaskClock, Task)
        .join(Task, TaskClock.task_id == Task.id)
        .where(TaskClock.fired_at.is_(None), TaskClock.fires_on <= today, Task.status == "open")
        .order_by(TaskClock.fires_on, TaskClock.id)
    )
    return db.session.execute(statement).all()


def on_behalf_names(task_ids: Sequence[int], person_id: int) -> dict[int, str]:
    """For which of the tasks the person is a deputy, and whose."""
    statement = (
        select(TaskAddressee.task_id, Person.display_name)
        .join(Person, Person.id == TaskAddressee.on_behalf_of_id)
        .where(TaskAddressee.task_id.in_(task_ids), TaskAddressee.person_id == person_id)
    )
    return {task_id: name for task_id, name in db.session.execute(statement)}


def clocks_ahead(task_id: int) -> Sequence[TaskClock]:
    """What time will still do to a task, soonest first."""
    statement = select(TaskClock).where(TaskClock.task_id == task_id, TaskClock.fired_at.is_(None))
    return db.session.scalars(statement.order_by(TaskClock.fires_on, TaskClock.id)).all()


def open_beside(request_id: int) -> Task | None:
    """The subject's own open task about an order, with people; one statement."""
    statement = select(Task).where(Task.request_id == request_id, Task.status == "open", Task.kind == BESIDE)
    return db.session.scalars(statement.options(_joined_people())).unique().first()


def open_of_requests(request_ids: Sequence[int]) -> dict[int, Task]:
    """The open task of each order, with its people; two statements."""
    asked = select(Task).where(Task.request_id.in_(request_ids), Task.status == "open", Task.kind != BESIDE)
    statement = asked.options(_with_people())
    return {task.request_id: task for task in db.session.scalars(statement) if task.request_id is not None}
