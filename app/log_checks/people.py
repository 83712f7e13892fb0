"""Who may look at the log for a check: the owner, or who stands above; never who was drawn (rules.md C3, G6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.db import db
from app.directory.models import Person
from app.log_checks import queries
from app.log_checks.models import LogCheck
from app.tasks.models import Task
from workflows import authority
from workflows.authority import Asked
from workflows.case import Case, EmploymentStatus, Level, Party
from workflows.log_check import CHECK

NOBODY = Party(0)  # a check is about several people: each of them is barred by ``may_act``


def case_of(system: System, drawn: Collection[int], today: date) -> Case:
    """Everybody around the system as the rules see them at ``today``, a local date. Who was drawn may not act."""
    groups = {
        "system_owners": catalogue.role_holders(system.id, today)["system_owner"],
        "board_managers": catalogue.board_managers(system.board, today),
        "coordinators": catalogue.coordinators(today),
        "it_managers": catalogue.it_managers(today),
    }
    asked = sorted({person.id for people in groups.values() for person in people})
    away, standing = (catalogue.deputies_of(asked, today, absence=absence) for absence in (True, False))

    def parties(people: Iterable[Person]) -> tuple[Party, ...]:
        return tuple(_party(person, drawn, away) for person in people)

    return Case(
        subject=NOBODY,
        level=Level(system.code, "", board=system.board),
        today=today,
        state=CHECK.state,
        deputies={principal: parties(people) for principal, people in away.items()},
        standing_deputies={principal: parties(people) for principal, people in standing.items()},
        **{name: parties(people) for name, people in groups.items()},  # type: ignore[arg-type]
    )


def _party(person: Person, drawn: Collection[int], away: Mapping[int, object]) -> Party:
    """Who is on leave can be asked only where a deputy answers instead."""
    status = EmploymentStatus(person.employment_status)
    is_able = status is EmploymentStatus.ACTIVE or (status is EmploymentStatus.ON_LEAVE and person.id in away)
    return Party(person.id, person.display_name, status, may_act=is_able and person.id not in drawn)


def addressees(system: System, drawn: Collection[int], today: date) -> tuple[Asked, ...]:
    """Who is asked at the start. Empty when nobody is left to ask."""
    return authority.addressees(CHECK, case_of(system, drawn, today))


def of_task(task: Task) -> LogCheck:
    """The check that a task is about."""
    return db.session.get_one(LogCheck, task.log_check_id)


def within(task: Task, now: datetime) -> tuple[Asked, ...]:
    """Everybody who may sign the check, nearest first."""
    return authority.within(CHECK, _case(task, now))


def escalate(task: Task, ask: str, now: datetime) -> tuple[Asked, ...]:
    """Who is asked as well when nobody has signed."""
    already = frozenset(a.person_id for a in task.addressees)
    found = authority.escalate(ask, CHECK, _case(task, now), already)
    return tuple(asked for asked in found if asked.party.id not in already)


def receivers(task: Task, now: datetime, already: frozenset[int]) -> tuple[Asked, ...]:
    """Whom the task may be passed on to."""
    return authority.receivers(CHECK, _case(task, now), already)


def stand_ins(task: Task, principals: Iterable[int], already: frozenset[int], now: datetime) -> tuple[Asked, ...]:
    """Who stands in, during absence, for those whom the task asks."""
    return authority.stand_ins(CHECK, _case(task, now), principals, already)


def _case(task: Task, now: datetime) -> Case:
    check = of_task(task)
    return case_of(check.system, queries.drawn(check.id), clock.local(now).date())
