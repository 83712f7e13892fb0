"""Opening, moving and ending a case: each act takes part in the caller's transaction and is in the log (C5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app import clock
from app.db import db
from app.directory import queries as directory
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.movers import queries, rows
from app.movers.models import Mover
from app.requests import lives
from workflows import life, movers
from workflows.directory_events import PersonMoved
from workflows.errors import NoSuchMove
from workflows.events import DIRECTORY, TIME, Actor
from workflows.mover_events import MoverMoved

LONGEST_AHEAD = timedelta(days=366)
FINAL = frozenset({"closed", "withdrawn", "overtaken"})
PRESENT = ("active", "on_leave")


@dataclass(frozen=True, slots=True)
class Announced:
    """What is announced of somebody. ``unit_id`` None: the same unit. ``by_day``: it begins on the day in any case."""

    person: Person
    change_on: date
    new_manager: Person
    unit_id: int | None
    by_day: bool


def open_seen(event: PersonMoved, now: datetime, *, reorganisation_id: int | None = None) -> Mover | None:
    """The directory shows that somebody has moved; None where nothing that the person has is asked about."""
    values = {
        "what": [*event.what, *([movers.REORGANISATION] if reorganisation_id else [])],
        "reorganisation_id": reorganisation_id,
        "change_on": event.seen_on,
        "from_unit_id": event.before.unit_id,
        "from_title": event.before.title,
        "from_manager_id": event.before.manager_id,
        "old_manager_id": queries.manager_for(event.before.manager_id, event.person_id),
        **_arrived(event),
    }
    one = _open(event.person_id, "directory", values, actor=event.actor, now=now)
    if not rows.fill(one, now):
        rows.forget(one)
        return None
    _opened(one, event.actor, now)
    step(one, "move", actor=event.actor, now=now)
    _ask(one, now)
    return one


def open_partly_over(person_id: int, employment_id: int, ended_on: date, now: datetime) -> Mover | None:
    """One of several employments has ended: what only it gave is asked about, and the rest stays (rules.md C5)."""
    person = db.session.get_one(Person, person_id)
    manager = queries.manager_for(person.manager_id, person_id)
    values = {
        "what": [movers.EMPLOYMENT],
        "change_on": ended_on + movers.DAY,
        "employment_id": employment_id,
        "from_unit_id": person.unit_id,
        "to_unit_id": person.unit_id,
        "old_manager_id": manager,
        "new_manager_id": manager,
    }
    one = _open(person_id, "employment", values, actor=DIRECTORY, now=now)
    rows.fill(one, now)
    _opened(one, DIRECTORY, now)
    step(one, "move", actor=DIRECTORY, now=now)
    _ask(one, now)
    return one


def announce(said: Announced, *, actor: Actor, now: datetime) -> Mover:
    """A manager, or HR, tells of a change before it comes; one that is announced already gets the new day.

    Raises NotAllowed: not_self, day_has_been, day_too_far, not_employed_here, manager_not_here, nothing_changes;
    Conflict(mover_begun) when it has begun.
    """
    person, today = said.person, clock.local(now).date()
    _refuse(said, actor, today)
    what = ([movers.UNIT] if said.unit_id not in (None, person.unit_id) else []) + (
        [movers.MANAGER] if said.new_manager.id != person.manager_id else []
    )
    if not what:
        raise NotAllowed("nothing_changes", field="unit")
    known = queries.open_of(person.id)
    if known is not None and known.state != "announced":
        raise Conflict("mover_begun")
    values = {
        "what": what,
        "change_on": said.change_on,
        "by_day": said.by_day,
        "to_unit_id": said.unit_id or person.unit_id,
        "to_title": person.title,
        "new_manager_id": said.new_manager.id,
    }
    if known is not None:
        for name, value in values.items():
            setattr(known, name, value)
        db.session.flush()
        _publish(known, "another_day", known.state, actor, now)
        rows.fill(known, now)
        return known
    values |= {
        "from_unit_id": person.unit_id,
        "from_title": person.title,
        "from_manager_id": person.manager_id,
        "old_manager_id": queries.manager_for(person.manager_id, person.id),
    }
    one = _open(person.id, "notice", values, actor=actor, now=now)
    rows.fill(one, now)
    _opened(one, actor, now)
    return one


def withdraw(one: Mover, *, actor: Actor, now: datetime) -> None:
    """The announcement is taken back. Raises NotAllowed: not_self, or no_such_move when it has begun."""
    held = queries.hold(one.id)
    if actor.person_id == held.person_id:
        raise NotAllowed("not_self")
    rows.let_stay(held)
    step(held, "withdraw", actor=actor, now=now)


def seen(one: Mover, event: PersonMoved, now: datetime) -> None:
    """The directory shows a move of somebody who has a case: the one that was announced, another, or the way back."""
    if not movers.changed(one.came_from, event.after):
        rows.let_stay(one)
        step(one, "go_back", actor=event.actor, now=now)
        return
    was_announced = one.state == "announced"
    one.what, one.reorganisation_id = sorted({*one.what, *event.what} - {movers.REORGANISATION}), None
    for name, value in _arrived(event).items():
        setattr(one, name, value)
    one.change_on = min(one.change_on, event.seen_on) if was_announced else event.seen_on
    one.reminded, one.escalated_on = 0, None
    db.session.flush()
    if was_announced:
        step(one, "move", actor=event.actor, now=now)
    else:
        _publish(one, "moved_again", one.state, event.actor, now)
        rows.open_again(one)
    rows.fill(one, now)
    _ask(one, now)


def begin(one: Mover, now: datetime) -> None:
    """The announced day has come."""
    step(one, "begin", actor=TIME, now=now)
    rows.fill(one, now)
    _ask(one, now)


def leave(person_id: int, *, actor: Actor, now: datetime) -> None:
    """The person has left: all that is held is ordered removed by that, and nothing is decided here any more."""
    for one in queries.under_way_of(person_id):
        rows.let_go(one)
        step(one, "leave", actor=actor, now=now)


def settle(one: Mover, *, trigger: str, actor: Actor, now: datetime) -> None:
    """When nothing is undecided the case goes on by ``trigger``."""
    if one.state == "deciding" and not any(row.state == "open" for row in queries.rows_of(one.id)):
        step(one, trigger, actor=actor, now=now)


def step(one: Mover, trigger: str, *, actor: Actor, now: datetime) -> None:
    """Make one move of the definition that it began with. Raises NotAllowed(no_such_move)."""
    before = one.state
    try:
        one.state = life.next_state(lives.following(lives.MOVER, one.definition_version), before, trigger)
    except NoSuchMove:
        raise NotAllowed("no_such_move") from None
    one.ended_at = now if one.state in FINAL else None
    db.session.flush()
    _publish(one, trigger, before, actor, now)


def _ask(one: Mover, now: datetime) -> None:
    rows.ask(one, now)
    settle(one, trigger="silence", actor=TIME, now=now)  # where nothing but what ended at once was asked about


def _arrived(event: PersonMoved) -> dict[str, Any]:
    new = directory.nearest_manager(event.person_id)
    manager_id = queries.manager_for(new.id if new else None, event.person_id)
    return {"to_unit_id": event.after.unit_id, "to_title": event.after.title, "new_manager_id": manager_id}


def _open(person_id: int, source: str, values: dict[str, Any], *, actor: Actor, now: datetime) -> Mover:
    workflow = lives.beginning(lives.MOVER)
    one = Mover(
        person_id=person_id,
        definition_version=workflow.version,
        source=source,
        state=life.of(workflow).begins,
        opened_at=now,
        opened_by_id=actor.person_id,
        **values,
    )
    db.session.add(one)
    db.session.flush()
    return one


def _opened(one: Mover, actor: Actor, now: datetime) -> None:
    _publish(one, "open", "", actor, now)


def _publish(one: Mover, trigger: str, before: str, actor: Actor, now: datetime) -> None:
    told = {
        "source": one.source,
        "what": list(one.what),
        "change_on": one.change_on.isoformat(),
        "from_unit": one.from_unit_id,
        "to_unit": one.to_unit_id,
        "from_title": one.from_title,
        "to_title": one.to_title,
        "old_manager": one.old_manager_id,
        "new_manager": one.new_manager_id,
    }
    publish(MoverMoved(one.id, one.person_id, trigger, before, one.state, actor, now, told))


def _refuse(said: Announced, actor: Actor, today: date) -> None:
    person = said.person
    if actor.person_id == person.id or said.new_manager.id == person.id:
        raise NotAllowed("not_self", field="employee_number")
    if person.employment_status not in PRESENT:
        raise NotAllowed("not_employed_here", field="employee_number")
    if said.new_manager.employment_status != "active":
        raise NotAllowed("manager_not_here", field="new_manager")
    if said.change_on < today:
        raise NotAllowed("day_has_been", field="change_on")
    if said.change_on > today + LONGEST_AHEAD:
        raise NotAllowed("day_too_far", field="change_on")
