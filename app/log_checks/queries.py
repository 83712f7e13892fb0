"""Reading checks: one, those of some systems, who had access in a month, and the yearly report's figures (IK-08)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.catalogue.models import AccessLevel, System
from app.db import db
from app.directory.models import Person
from app.errors import NotFound
from app.grants.models import Emergency, Grant
from app.log_checks.models import LogCheck, LogCheckItem
from app.tasks.models import Task, TaskAddressee
from workflows import log_check

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the checks of a year's months. ``due``: their last day has passed or they are done. ``in_time`` of ``made``.

    ``people`` were looked at or could not be: ``deviations`` and ``unchecked`` are some of them.
    """

    drawn: int
    due: int
    made: int
    in_time: int
    people: int
    deviations: int
    unchecked: int


def check(check_id: int) -> LogCheck:
    """The check with its system and whom it looks at. Raises NotFound."""
    return _one(check_id)


def held(check_id: int) -> LogCheck:
    """As ``check``, locked: of two who save at once the slower sees what the faster has stored. Raises NotFound."""
    db.session.execute(select(LogCheck.id).where(LogCheck.id == check_id).with_for_update())
    return _one(check_id, populate_existing=True)


def _one(check_id: int, **how: bool) -> LogCheck:
    people = selectinload(LogCheck.items).joinedload(LogCheckItem.person).joinedload(Person.unit)
    wanted = select(LogCheck).where(LogCheck.id == check_id)
    with_names = (joinedload(LogCheck.system), joinedload(LogCheck.done_by), joinedload(LogCheck.done_for), people)
    found = db.session.scalar(wanted.options(*with_names), execution_options=how)
    if found is None:
        raise NotFound()
    return found


def drawn(check_id: int) -> frozenset[int]:
    """Ids of those whom the check looks at."""
    return frozenset(db.session.scalars(select(LogCheckItem.person_id).where(LogCheckItem.check_id == check_id)))


def systems() -> Sequence[System]:
    """The systems that have levels whose use is checked."""
    wanted = select(System).join(System.levels).where(_is_checked()).distinct().order_by(System.id)
    return db.session.scalars(wanted).all()


def months_drawn() -> Mapping[int, frozenset[date]]:
    """The months that are drawn of each system, by the system's id."""
    months = func.array_agg(LogCheck.month)
    found = db.session.execute(select(LogCheck.system_id, months).group_by(LogCheck.system_id))
    return {system_id: frozenset(drawn) for system_id, drawn in found}


def users(system_id: int, month: date) -> Sequence[int]:
    """Ids of everybody who could use the system on some day of the month, lowest first. Emergencies have a control of
    their own (C7), and a right that never began let nobody in.
    """
    first, after = _bounds(month)
    wanted = (
        select(Grant.subject_id)
        .distinct()
        .join(Grant.level)
        .join(System, System.id == AccessLevel.system_id)
        .where(
            AccessLevel.system_id == system_id,
            _is_checked(),
            Grant.source != "emergency",
            Grant.status != "pending_activation",
            Grant.granted_at < after,
            Grant.valid_from < log_check.month_after(month),
            or_(Grant.revoked_at.is_(None), Grant.revoked_at >= first),
        )
    )
    return db.session.scalars(wanted.order_by(Grant.subject_id)).all()


def _is_checked() -> ColumnElement[bool]:
    """``workflows.log_check.is_checked`` in SQL."""
    return or_(System.confidentiality >= log_check.SECRET, AccessLevel.profile == "sensitive")


def _bounds(month: date) -> tuple[datetime, datetime]:
    """The month's first moment and the first one after it, on the municipality's clock."""
    first, after = (
        datetime(day.year, day.month, 1, tzinfo=clock.zone()).astimezone(UTC)
        for day in (month, log_check.month_after(month))
    )
    return first, after


def rights_of(check: LogCheck) -> Mapping[int, Sequence[Grant]]:
    """What each of those who were drawn had in the system that month, by person; the least that finds them in a log."""
    first, after = _bounds(check.month)
    wanted = (
        select(Grant)
        .join(Grant.level)
        .where(
            AccessLevel.system_id == check.system_id,
            Grant.subject_id.in_([item.person_id for item in check.items]),
            Grant.source != "emergency",
            Grant.granted_at < after,
            or_(Grant.revoked_at.is_(None), Grant.revoked_at >= first),
        )
        .options(joinedload(Grant.level))
        .order_by(AccessLevel.position, Grant.id)
    )
    found: dict[int, list[Grant]] = {}
    for grant in db.session.scalars(wanted):
        found.setdefault(grant.subject_id, []).append(grant)
    return found


def emergencies(check: LogCheck) -> Sequence[Emergency]:
    """The system's emergency rights of the month: each of them is looked at, by the control of its own (C7)."""
    first, after = _bounds(check.month)
    wanted = (
        select(Emergency)
        .join(Emergency.level)
        .where(AccessLevel.system_id == check.system_id, Emergency.granted_at >= first, Emergency.granted_at < after)
        .options(joinedload(Emergency.subject), joinedload(Emergency.followed_up_by))
    )
    return db.session.scalars(wanted.order_by(Emergency.granted_at)).all()


def open_task(check_id: int) -> Task | None:
    """The task that asks for the check, with its people; None when it is done."""
    wanted = select(Task).where(Task.log_check_id == check_id, Task.status == "open")
    people = joinedload(Task.addressees).joinedload(TaskAddressee.person)
    return db.session.scalars(wanted.options(people)).unique().first()


def listed(
    year: int, system_ids: Collection[int] | None, person_id: int
) -> Sequence[Row[LogCheck, int, int, int, int]]:
    """Checks of a year's months in these systems, or that the person has been asked about; all where ``system_ids`` is
    None. What waits first, then the newest: the check, how many were drawn, answered, deviate, could not be checked.
    """
    mine = select(Task.log_check_id).join(TaskAddressee).where(TaskAddressee.person_id == person_id)
    seen = None if system_ids is None else or_(LogCheck.system_id.in_(system_ids), LogCheck.id.in_(mine))
    answered, deviates, unchecked = (func.count(LogCheckItem.id).filter(which) for which in _counted())
    wanted = (
        select(LogCheck, func.count(LogCheckItem.id), answered, deviates, unchecked)
        .join(LogCheckItem, LogCheckItem.check_id == LogCheck.id)
        .where(_of_year(year), *(() if seen is None else (seen,)))
        .group_by(LogCheck.id)
        .options(selectinload(LogCheck.system), selectinload(LogCheck.done_by))
        .order_by(LogCheck.done_at.is_not(None), LogCheck.month.desc(), LogCheck.id)
    )
    return db.session.execute(wanted.limit(SHOWN)).all()


def figures(year: int, today: date, system_id: int | None = None) -> Figures:
    """What the yearly report says of the checks of a year's months, of one system or of all (IK-08); one statement.

    A check counts as due when its last day is before ``today``, a local date, or when it is done.
    """
    of_people = select(
        LogCheckItem.check_id,
        func.count().label("people"),
        *(func.count().filter(which).label(f"n{n}") for n, which in enumerate(_counted())),
    )
    people = of_people.group_by(LogCheckItem.check_id).subquery()
    signed_on = func.date(func.timezone(str(clock.zone()), LogCheck.done_at))
    row = db.session.execute(
        select(
            func.count(),
            func.count().filter(or_(LogCheck.done_at.is_not(None), LogCheck.due_on < today)),
            func.count(LogCheck.done_at),
            func.count().filter(signed_on <= LogCheck.due_on),
            *(
                func.coalesce(func.sum(column).filter(LogCheck.done_at.is_not(None)), 0)
                for column in (people.c.people, people.c.n1, people.c.n2)
            ),
        )
        .select_from(LogCheck)
        .join(people, people.c.check_id == LogCheck.id)
        .where(_of_year(year), *(() if system_id is None else (LogCheck.system_id == system_id,)))
    ).one()
    return Figures(*map(int, row))


def _counted() -> tuple[ColumnElement[bool], ...]:
    return (LogCheckItem.result != "", LogCheckItem.result == "deviation", LogCheckItem.result == "unchecked")


def _of_year(year: int) -> ColumnElement[bool]:
    return and_(LogCheck.month >= date(year, 1, 1), LogCheck.month <= date(year, 12, 1))
