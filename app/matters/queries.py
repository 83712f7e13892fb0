"""Reading matters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import joinedload

from app.catalogue.models import AccessLevel
from app.db import db
from app.errors import NotFound
from app.grants.models import Grant
from app.matters.models import Matter, MatterAnswers, MatterCondition, MatterDocument
from app.tasks.models import Task, TaskAddressee

WITH_NAMES = (joinedload(Matter.system), joinedload(Matter.other_system), joinedload(Matter.opened_by))
SHOWN = 100
LIVE = ("pending_activation", "active", "suspended", "revocation_pending", "expired")


def by_case_number(case_number: str) -> Matter:
    """The matter with its systems and opener. Raises NotFound."""
    found = db.session.scalar(select(Matter).where(Matter.case_number == case_number).options(*WITH_NAMES))
    if found is None:
        raise NotFound()
    return found


def by_id(matter_id: int) -> Matter:
    """As ``by_case_number``, by id; no statement for one that this transaction has read already."""
    found = db.session.get(Matter, matter_id, options=WITH_NAMES)
    if found is None:
        raise NotFound()
    return found


def hold(matter_id: int) -> Matter:
    """Let nobody else move the matter until the transaction ends; the row as it is now."""
    wanted = select(Matter).where(Matter.id == matter_id).with_for_update(key_share=True)
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def condition(condition_id: int) -> MatterCondition:
    """A condition with its matter. Raises NotFound."""
    found = db.session.get(MatterCondition, condition_id, options=(joinedload(MatterCondition.matter),))
    if found is None:
        raise NotFound()
    return found


def conditions(matter_id: int) -> Sequence[MatterCondition]:
    """All that count, first due first; those of a round that was returned are left out."""
    wanted = select(MatterCondition).where(MatterCondition.matter_id == matter_id, MatterCondition.status != "void")
    people = joinedload(MatterCondition.made_by), joinedload(MatterCondition.done_by)
    return db.session.scalars(wanted.options(*people).order_by(MatterCondition.due_on, MatterCondition.id)).all()


def conditions_left(matter: Matter) -> Sequence[MatterCondition]:
    """What was approved on condition and is not done; exceptions are no conditions."""
    wanted = select(MatterCondition).where(MatterCondition.matter_id == matter.id, MatterCondition.item == "")
    return db.session.scalars(wanted.where(MatterCondition.status == "open").order_by(MatterCondition.id)).all()


def exceptions(matter_id: int) -> dict[str, date]:
    """What the system may lack by the owner's leave, and to which day (rules.md C14)."""
    wanted = select(MatterCondition.item, func.max(MatterCondition.due_on)).where(
        MatterCondition.matter_id == matter_id, MatterCondition.item != "", MatterCondition.status == "open"
    )
    return {item: until for item, until in db.session.execute(wanted.group_by(MatterCondition.item))}


def exceptions_left(system_id: int | None = None) -> Sequence[MatterCondition]:
    """The exceptions of a system, or of all, that nobody has seen to, the one that ends first first."""
    open_ones = MatterCondition.item != "", MatterCondition.status == "open", Matter.ended_at.is_(None)
    wanted = select(MatterCondition).join(Matter, Matter.id == MatterCondition.matter_id).where(*open_ones)
    if system_id is not None:
        wanted = wanted.where(Matter.system_id == system_id)
    with_system = joinedload(MatterCondition.matter).joinedload(Matter.system)
    return db.session.scalars(wanted.options(with_system).order_by(MatterCondition.due_on, MatterCondition.id)).all()


def steps_passed(matter: Matter) -> frozenset[str]:
    """The steps that somebody has approved in the present round."""
    wanted = select(Task.step).where(
        Task.matter_id == matter.id,
        Task.round == matter.round,
        Task.status == "done",
        Task.verdict.not_in(("return", "reject", "retire")),
    )
    return frozenset(db.session.scalars(wanted))


def rights_left(matter: Matter) -> tuple[str, ...]:
    """Ids of the rights that somebody still has to the matter's system."""
    if matter.system_id is None:
        return ()
    wanted = select(Grant.id).join(AccessLevel, AccessLevel.id == Grant.level_id)
    live = wanted.where(AccessLevel.system_id == matter.system_id, Grant.status.in_(LIVE))
    return tuple(str(grant_id) for grant_id in db.session.scalars(live.order_by(Grant.id)))


def versions(matter_id: int) -> Sequence[MatterAnswers]:
    """Every version of the form, oldest first."""
    wanted = select(MatterAnswers).where(MatterAnswers.matter_id == matter_id).order_by(MatterAnswers.number)
    return db.session.scalars(wanted).all()


def version(matter_id: int, number: int) -> MatterAnswers:
    """One version of the form. Raises NotFound."""
    wanted = select(MatterAnswers).where(MatterAnswers.matter_id == matter_id, MatterAnswers.number == number)
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound()
    return found


def document(document_id: int) -> MatterDocument:
    """A file for the registry, with its matter. Raises NotFound."""
    wanted = select(MatterDocument).where(MatterDocument.id == document_id)
    found = db.session.scalar(wanted.options(joinedload(MatterDocument.matter)))
    if found is None:
        raise NotFound()
    return found


def documents(matter_id: int) -> Sequence[MatterDocument]:
    """The files for the registry, latest first, without their content."""
    wanted = select(MatterDocument).where(MatterDocument.matter_id == matter_id)
    ordered = wanted.order_by(MatterDocument.id.desc()).options(joinedload(MatterDocument.made_by))
    return db.session.scalars(ordered).all()


def tasks_of(matter_id: int) -> Sequence[Task]:
    """Every task of a matter, oldest first, with people."""
    with_people = joinedload(Task.addressees).joinedload(TaskAddressee.person)
    wanted = select(Task).where(Task.matter_id == matter_id).options(with_people, joinedload(Task.decided_by))
    return db.session.scalars(wanted.order_by(Task.id)).unique().all()


def opened_by(person_id: int) -> Sequence[Matter]:
    """What the person has opened, what is under way first."""
    return _listed(Matter.opened_by_id == person_id)


def asked_of(person_id: int) -> Sequence[Matter]:
    """What waits for the person at this moment."""
    waiting = (
        select(Task.matter_id)
        .join(TaskAddressee, TaskAddressee.task_id == Task.id)
        .where(Task.status == "open", TaskAddressee.person_id == person_id, TaskAddressee.removed_at.is_(None))
    )
    return _listed(Matter.id.in_(waiting))


def seen_by(system_ids: Collection[int] | None) -> Sequence[Matter]:
    """What has been sent: of these systems, or all."""
    about = or_(Matter.system_id.in_(system_ids or ()), Matter.other_system_id.in_(system_ids or ()))
    return _listed(Matter.submitted_at.is_not(None), true() if system_ids is None else about)


def of_system(system_id: int, process: str) -> Sequence[Matter]:
    """Matters of a process in which the system takes part and that have been sent."""
    takes_part = or_(Matter.system_id == system_id, Matter.other_system_id == system_id)
    return _listed(takes_part, Matter.process == process, Matter.submitted_at.is_not(None))


def of_process(process: str) -> Sequence[Matter]:
    """Every matter of a process that has been sent."""
    return _listed(Matter.process == process, Matter.submitted_at.is_not(None), most=1000)


def alive(processes: Collection[str]) -> Sequence[Matter]:
    """Matters of these processes that have been sent and have not ended."""
    return _listed(
        Matter.process.in_(processes), Matter.submitted_at.is_not(None), Matter.ended_at.is_(None), most=1000
    )


def alive_of_system(system_id: int, processes: Collection[str]) -> Sequence[Matter]:
    """As ``alive``, of one system."""
    sent = Matter.submitted_at.is_not(None), Matter.ended_at.is_(None)
    return _listed(Matter.process.in_(processes), Matter.system_id == system_id, *sent)


def under_way_of(person_id: int) -> Sequence[Matter]:
    """What the person has opened and has not ended, locked against other moves."""
    wanted = select(Matter).where(Matter.opened_by_id == person_id, Matter.ended_at.is_(None))
    return db.session.scalars(wanted.order_by(Matter.id).with_for_update(key_share=True)).all()


def under_way_about(process: str, system_id: int) -> Matter | None:
    """The matter of the process that is not ended, about the system; None when there is none."""
    wanted = select(Matter).where(Matter.process == process, Matter.system_id == system_id, Matter.ended_at.is_(None))
    return db.session.scalar(wanted.where(Matter.submitted_at.is_not(None)).limit(1))


def renewal_of(matter_id: int) -> Matter | None:
    """What renews the matter and has not ended."""
    return db.session.scalar(select(Matter).where(Matter.previous_id == matter_id, Matter.ended_at.is_(None)))


def open_steps(matter_id: int) -> Sequence[Task]:
    """The open tasks of a matter's steps as the database has them at this moment, oldest first, with people."""
    with_people = joinedload(Task.addressees).joinedload(TaskAddressee.person)
    wanted = select(Task).where(Task.matter_id == matter_id, Task.status == "open").options(with_people)
    found = db.session.scalars(wanted.order_by(Task.id), execution_options={"populate_existing": True})
    return found.unique().all()


def open_tasks(matter_ids: Collection[int]) -> dict[int, list[Task]]:
    """The open tasks of each matter, with people; two statements."""
    with_people = joinedload(Task.addressees).joinedload(TaskAddressee.person)
    wanted = select(Task).where(Task.matter_id.in_(matter_ids), Task.status == "open").options(with_people)
    found: dict[int, list[Task]] = {}
    for task in db.session.scalars(wanted.order_by(Task.id)).unique():
        found.setdefault(task.matter_id or 0, []).append(task)
    return found


def with_end(today: date) -> Sequence[int]:
    """Ids of matters whose time may be out soon: approved to a date and not ended."""
    return db.session.scalars(
        select(Matter.id).where(Matter.valid_to.is_not(None), Matter.ended_at.is_(None)).order_by(Matter.valid_to)
    ).all()


def conditions_to_tell() -> Sequence[int]:
    """Ids of conditions and exceptions that are open and have not been told of to the end."""
    wanted = select(MatterCondition.id).join(Matter, Matter.id == MatterCondition.matter_id)
    due = wanted.where(MatterCondition.status == "open", MatterCondition.told_late.is_(None), Matter.ended_at.is_(None))
    return db.session.scalars(due.order_by(MatterCondition.due_on)).all()


def counts() -> dict[tuple[str, int], int]:
    """Matters under way by process and version of its definition; one statement."""
    wanted = select(Matter.process, Matter.definition_version, func.count()).where(Matter.ended_at.is_(None))
    grouped = wanted.group_by(Matter.process, Matter.definition_version)
    return {(process, number): count for process, number, count in db.session.execute(grouped)}


def _listed(*which: ColumnElement[bool], most: int = SHOWN) -> Sequence[Matter]:
    wanted = select(Matter).where(*which).options(*WITH_NAMES)
    return db.session.scalars(wanted.order_by(Matter.ended_at.is_not(None), Matter.id.desc()).limit(most)).all()
