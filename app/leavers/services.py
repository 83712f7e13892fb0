"""Opening, moving and ending: each act takes part in the caller's transaction and is in the log (rules.md C6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import clock
from app.db import db
from app.directory import damping
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.leavers.models import UNDER_WAY, Leaver
from app.requests import lives
from workflows import leaving, life
from workflows.errors import NoSuchMove
from workflows.events import DIRECTORY, TIME, Actor
from workflows.leaver_events import LeaverMoved

LONGEST_AHEAD = timedelta(days=366)
ENDED_BY_PEOPLE = frozenset({"notice", "immediate"})  # the directory may not know of it yet
PRESENT = ("active", "on_leave", "future")


def of_person(person_id: int) -> Leaver | None:
    """The person's end that is under way, held; None where there is none, and then nobody else can begin one."""
    _hold_person(person_id)
    wanted = select(Leaver).where(Leaver.person_id == person_id, Leaver.state.in_(UNDER_WAY))
    return db.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def hold(leaver_id: int) -> Leaver:
    """The row, read anew and held until the commit."""
    _hold_person(db.session.scalars(select(Leaver.person_id).where(Leaver.id == leaver_id)).one())
    return db.session.get_one(Leaver, leaver_id, with_for_update=True, populate_existing=True)


def _hold_person(person_id: int) -> None:
    """The person first, everywhere: two who act at the same instant come one after the other."""
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def open_one(
    person: Person, source: str, last_day: date, *, actor: Actor, now: datetime, reason_code: str = ""
) -> Leaver:
    """Begin it. The caller holds that none is under way (``of_person``)."""
    workflow = lives.beginning(lives.LEAVER)
    one = Leaver(
        person=person,
        definition_version=workflow.version,
        source=source,
        reason_code=reason_code,
        state=life.of(workflow).begins,
        last_day=last_day,
        opened_at=now,
        opened_by_id=actor.person_id,
    )
    db.session.add(one)
    db.session.flush()
    publish(LeaverMoved(one.id, person.id, "open", "", one.state, actor, now, _told(one)))
    return one


def notice(person: Person, last_day: date, *, actor: Actor, now: datetime) -> Leaver:
    """The manager, or HR, tells of a last day; one that is planned by the directory or a notice gets the new day.

    Raises NotAllowed: not_self, day_has_been, day_too_far, not_employed_here; Conflict(leaver_ended) when it is over.
    """
    today = clock.local(now).date()
    _refuse(person, actor)
    if last_day < today:
        raise NotAllowed("day_has_been", field="last_day")
    if last_day > today + LONGEST_AHEAD:
        raise NotAllowed("day_too_far", field="last_day")
    known = of_person(person.id)
    if known is None:
        return open_one(person, "notice", last_day, actor=actor, now=now)
    if known.ended_at is not None:
        raise Conflict("leaver_ended")
    known.source, known.opened_by_id = "notice", actor.person_id
    move_day(known, last_day, actor=actor, now=now)
    return known


def terminate(person: Person, reason_code: str, *, actor: Actor, now: datetime) -> Leaver:
    """It ends at once: everything is ordered removed the same day, and the account within the hour.

    Raises NotAllowed: not_self, unknown_reason, not_employed_here; Conflict(leaver_ended) when it is over.
    """
    _refuse(person, actor)
    if reason_code not in leaving.REASONS:
        raise NotAllowed("unknown_reason", field="reason_code")
    today, known = clock.local(now).date(), of_person(person.id)
    if known is None:
        known = open_one(person, "immediate", today, actor=actor, now=now, reason_code=reason_code)
    elif known.ended_at is not None:
        raise Conflict("leaver_ended")
    known.source, known.reason_code, known.last_day, known.opened_by_id = (
        "immediate",
        reason_code,
        today,
        actor.person_id,
    )
    known.account_by = now + timedelta(hours=leaving.ACCOUNT_HOURS)
    end(known, "terminate", why="immediate", actor=actor, now=now)
    return known


def end(one: Leaver, trigger: str, *, why: str, actor: Actor, now: datetime) -> None:
    """It is over, by the day, by the directory or by somebody: what follows from an end follows now, if it has not."""
    one.ended_at = now
    db.session.flush()  # what follows sees that it is over here already
    if trigger != "leave":
        act = damping.end_here if one.source in ENDED_BY_PEOPLE else damping.believe
        act(one.person_id, why=why, actor=actor, now=now)
    step(one, trigger, actor=actor, now=now)


def withdraw(one: Leaver, *, actor: Actor, now: datetime) -> None:
    """The manager takes the notice back. Raises NotAllowed: not_self, or no_such_move when it is over."""
    held = hold(one.id)
    if actor.person_id == held.person_id:
        raise NotAllowed("not_self")
    if held.source != "notice":
        raise NotAllowed("directory_says_so")
    step(held, "withdraw", actor=actor, now=now)


def prepare(one: Leaver, *, actor: Actor, now: datetime) -> None:
    """The manager has gone through the checklist. Raises NotAllowed: not_self, no_such_move."""
    held = hold(one.id)
    if actor.person_id == held.person_id:
        raise NotAllowed("not_self")
    held.prepared_by_id, held.prepared_at = actor.person_id, now
    step(held, "prepare", actor=actor, now=now)


def move_day(one: Leaver, last_day: date, *, actor: Actor, now: datetime) -> None:
    """Another last day; a reminder that was sent is sent anew before it."""
    if one.last_day != last_day:
        one.last_day, one.reminded_on = last_day, None
        db.session.flush()
        publish(LeaverMoved(one.id, one.person_id, "move_day", one.state, one.state, actor, now, _told(one)))


def step(one: Leaver, trigger: str, *, actor: Actor, now: datetime) -> None:
    """Make one move of the definition that it began with. Raises NotAllowed(no_such_move)."""
    before = one.state
    try:
        one.state = life.next_state(lives.following(lives.LEAVER, one.definition_version), before, trigger)
    except NoSuchMove:
        raise NotAllowed("no_such_move") from None
    db.session.flush()
    publish(LeaverMoved(one.id, one.person_id, trigger, before, one.state, actor, now, _told(one)))


def forget(one: Leaver, now: datetime) -> None:
    """The directory does not say any more that it ends."""
    step(one, "forget", actor=DIRECTORY, now=now)


def close(one: Leaver, working_days: int, now: datetime) -> None:
    """Nothing is left, and two snapshots have shown it."""
    one.working_days, one.closed_at = working_days, now
    step(one, "close", actor=TIME, now=now)


def _refuse(person: Person, actor: Actor) -> None:
    if actor.person_id == person.id:
        raise NotAllowed("not_self", field="employee_number")
    if person.employment_status not in PRESENT and of_person(person.id) is None:
        raise NotAllowed("not_employed_here", field="employee_number")


def _told(one: Leaver) -> dict[str, Any]:
    told: dict[str, Any] = {"source": one.source, "last_day": one.last_day.isoformat()}
    told |= {"reason_code": one.reason_code} if one.reason_code else {}
    return told | ({"working_days": one.working_days} if one.working_days is not None else {})
