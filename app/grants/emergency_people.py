"""Who is asked about an emergency afterwards, and who may let it last longer: by the rules' own steps (rules.md C7).

Subject and requester are barred from all of it, and so is whoever granted, in person or through a deputy.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial

from app import clock
from app.catalogue import queries as catalogue
from app.db import db
from app.directory import queries as directory
from app.directory.models import Person
from app.grants.models import Emergency
from app.tasks.models import Task
from workflows import authority
from workflows.authority import Asked
from workflows.case import Case, Decision, EmploymentStatus, Level, Party
from workflows.definition import Step
from workflows.emergency import FOLLOW_UP, GRANT, STEPS


def case_of(emergency: Emergency, today: date) -> Case:
    """Everybody around the emergency, as the rules see them at ``today``, a local date."""
    subject, system = emergency.subject, emergency.level.system
    run_by = catalogue.role_holders(system.id, today)
    board = subject.unit.board if subject.unit else system.board
    groups = {
        "line_managers": directory.line_managers(subject.id),
        "system_owners": run_by["system_owner"],
        "system_managers": run_by["system_manager"],
        "board_managers": catalogue.board_managers(board, today),
        "coordinators": catalogue.coordinators(today),
        "it_managers": catalogue.it_managers(today),
    }
    asked = {person.id for people in groups.values() for person in people}
    away, standing = (catalogue.deputies_of(sorted(asked), today, absence=absence) for absence in (True, False))
    party = partial(_party, away=frozenset(away))
    return Case(
        subject=party(subject),
        level=Level(system.code, emergency.level.code, board=system.board),
        today=today,
        kind="emergency",
        state="granted",
        orderer=party(emergency.orderer),
        decisions=(Decision(GRANT, emergency.granted_by_id, emergency.granted_for_id),),
        deputies={principal: _parties(people) for principal, people in away.items()},
        standing_deputies={principal: _parties(people) for principal, people in standing.items()},
        **{name: tuple(map(party, people)) for name, people in groups.items()},  # type: ignore[arg-type]
    )


def _parties(people: Iterable[Person]) -> tuple[Party, ...]:
    return tuple(_party(person) for person in people)


def _party(person: Person, away: frozenset[int] = frozenset()) -> Party:
    """Who is on leave can be asked only where a deputy answers instead."""
    status = EmploymentStatus(person.employment_status)
    stood_in_for = status is EmploymentStatus.ON_LEAVE and person.id in away
    return Party(person.id, person.display_name, status, may_act=status is EmploymentStatus.ACTIVE or stood_in_for)


def addressees(step: Step, emergency: Emergency, today: date) -> tuple[Asked, ...]:
    """Who is asked at the start of a step of the control."""
    return authority.addressees(step, case_of(emergency, today))


def may_extend(emergency: Emergency, person_id: int, today: date) -> bool:
    """True for the owner, or whoever answers instead where there is none; never who took another part in it."""
    return any(asked.party.id == person_id for asked in addressees(FOLLOW_UP, emergency, today))


def of_task(task: Task) -> Emergency:
    """The emergency that a task of the control is about."""
    found = db.session.query(Emergency).filter_by(grant_id=task.grant_id).one()
    assert isinstance(found, Emergency)
    return found


def escalate(task: Task, ask: str, now: datetime) -> tuple[Asked, ...]:
    """Who is asked as well when nobody has answered."""
    already = frozenset(a.person_id for a in task.addressees)
    case = case_of(of_task(task), clock.local(now).date())
    found = authority.escalate(ask, STEPS[task.kind], case, already)
    return tuple(asked for asked in found if asked.party.id not in already)


def receivers(task: Task, now: datetime, already: frozenset[int]) -> tuple[Asked, ...]:
    """Whom a task of the control may be passed on to."""
    return authority.receivers(STEPS[task.kind], case_of(of_task(task), clock.local(now).date()), already)


def stand_ins(task: Task, principals: Iterable[int], already: frozenset[int], today: date) -> tuple[Asked, ...]:
    """Who stands in, during absence, for those whom a task of the control asks."""
    return authority.stand_ins(STEPS[task.kind], case_of(of_task(task), today), principals, already)
