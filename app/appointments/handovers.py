"""A role that changes hands on a day (rules.md W15). Callers hold the transaction.

What may happen, and by when, is said by workflows/catalog/role_handover.yaml. On the day the role row changes and the
open tasks follow it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import clock
from app.appointments import handover_queries, handover_tasks
from app.appointments.models import RoleHandover
from app.catalogue import services as catalogue
from app.catalogue.appointing import check_employed
from app.catalogue.services import NewAppointment
from app.db import db
from app.directory import queries as directory
from app.errors import Forbidden, NotAllowed
from app.events import publish
from app.requests import lives
from workflows import life
from workflows.definition import Workflow
from workflows.errors import NoSuchMove
from workflows.events import TIME, Actor
from workflows.role_events import HandoverMoved

BY_DIRECTORY = "line_manager"


@dataclass(frozen=True, slots=True)
class NewHandover:
    """Which role goes from whom to whom, on which day; the place as in ``appointment``."""

    role: str
    from_id: int
    to_id: int
    on_date: date
    system_id: int | None = None
    unit_id: int | None = None
    board: str = ""


def propose(new: NewHandover, *, actor: Actor, now: datetime) -> RoleHandover:
    """Ask the successor. Raises NotAllowed: same_person, not_self, handover_past, not_employed, not_holder,
    handover_under_way.
    """
    assert actor.person_id is not None
    today = clock.local(now).date()
    if new.to_id == new.from_id:
        raise NotAllowed("same_person", field="to")
    if new.to_id == actor.person_id:
        raise NotAllowed("not_self", field="to")
    if new.on_date < today:
        raise NotAllowed("handover_past", field="on_date")
    check_employed(new.to_id, "to")
    if not _holds(new, today):
        raise NotAllowed("not_holder", field="to")
    if handover_queries.under_way(new.role, new.system_id, new.unit_id, new.board, new.from_id):
        raise NotAllowed("handover_under_way", field="to")
    made = RoleHandover(**asdict(new), **_begun(today), proposer_id=actor.person_id, proposed_at=now)
    db.session.add(made)
    db.session.flush()
    told = {"role": new.role, "from": new.from_id, "to": new.to_id, "on": new.on_date.isoformat()}
    publish(HandoverMoved(made.id, "propose", "", made.state, actor, now, told))
    return made


def _begun(today: date) -> dict[str, Any]:
    """Version, first state and deadline, by the definition of today."""
    workflow = lives.beginning(lives.HANDOVER)
    begins = life.of(workflow).begins
    step = life.asked_in(workflow, begins)
    due_on = clock.calendar().add(today, step.clock.due) if step else today
    return {"definition_version": workflow.version, "state": begins, "asked_on": today, "due_on": due_on}


def _holds(new: NewHandover, today: date) -> bool:
    if new.role == BY_DIRECTORY:
        return new.unit_id is not None and directory.head_of_unit(new.unit_id) == new.from_id
    return bool(handover_queries.role_rows(new.role, new.system_id, new.board, new.from_id, today))


def accept(one: RoleHandover, *, actor: Actor, now: datetime) -> None:
    """The successor says yes. Raises Forbidden for anybody else, or NotAllowed(no_such_move)."""
    _only_successor(one, actor)
    _move(one, "accept", actor, now)
    one.accepted_at = now


def decline(one: RoleHandover, *, actor: Actor, now: datetime) -> None:
    """The successor says no. Raises Forbidden for anybody else, or NotAllowed(no_such_move)."""
    _only_successor(one, actor)
    _move(one, "decline", actor, now)


def withdraw(one: RoleHandover, *, actor: Actor, now: datetime) -> None:
    """It does not happen. Raises NotAllowed(no_such_move) when it has."""
    _move(one, "withdraw", actor, now)


def fall_silent(one: RoleHandover, *, now: datetime) -> None:
    """The successor has not answered in time: what that means is the definition's to say."""
    _move(one, life.by_time(workflow_of(one), one.state), TIME, now)


def workflow_of(one: RoleHandover) -> Workflow:
    """The version of the definition that it began with."""
    return lives.following(lives.HANDOVER, one.definition_version)


def complete(one: RoleHandover, *, now: datetime) -> bool:
    """The day has come: the successor has the role, the predecessor has not, and the open tasks follow.

    False for a line manager whom the directory does not name yet: then it waits. Raises NotAllowed for a successor
    who has left meanwhile.
    """
    if one.role == BY_DIRECTORY:
        if one.unit_id is None or directory.head_of_unit(one.unit_id) != one.to_id:
            return False
    else:
        _change_rows(one, now)
    _move(one, "complete", TIME, now)
    handover_tasks.move_tasks(one, now)
    return True


def _change_rows(one: RoleHandover, now: datetime) -> None:
    today = clock.local(now).date()
    place = one.role, one.system_id, one.board
    if not handover_queries.role_rows(*place, one.to_id, today):
        new = NewAppointment(
            one.role, one.to_id, today, system_id=one.system_id, board=one.board, source=f"handover:{one.id}"
        )
        catalogue.appoint(new, actor=TIME, now=now)
    for row in handover_queries.role_rows(*place, one.from_id, today):
        last_day = max(row.valid_from, today - timedelta(days=1))
        catalogue.end_appointment(row.id, last_day=last_day, actor=TIME, now=now, handed_over=True)


def _only_successor(one: RoleHandover, actor: Actor) -> None:
    if actor.person_id != one.to_id:
        raise Forbidden("not_your_nomination")


def _move(one: RoleHandover, trigger: str, actor: Actor, now: datetime, **data: Any) -> None:
    """Holds the row, so that of two at once the slower finds another state. Raises NotAllowed(no_such_move)."""
    before = db.session.scalar(select(RoleHandover.state).where(RoleHandover.id == one.id).with_for_update()) or ""
    try:
        one.state = life.next_state(workflow_of(one), before, trigger)
    except NoSuchMove as refusal:
        raise NotAllowed(refusal.reason) from refusal
    if life.is_over(workflow_of(one), one.state):
        one.ended_at = now
    publish(HandoverMoved(one.id, trigger, before, one.state, actor, now, data))
