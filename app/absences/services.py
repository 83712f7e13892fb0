"""Opening, resting and opening again: each act takes part in the caller's transaction and is in the log (C5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from app import clock
from app.absences import queries
from app.absences.models import AWAY, Absence
from app.db import db
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.grants import services as grants
from app.grants import suspending
from app.requests import lives
from workflows import absence, life
from workflows.absence_events import AbsenceMoved
from workflows.case import EmploymentStatus as Status
from workflows.errors import NoSuchMove
from workflows.events import DIRECTORY, TIME, Actor

LONGEST_AHEAD = timedelta(days=366)
LONGEST = timedelta(days=3 * 366)
OVER = "long_leave"  # why a right is removed
FINAL = frozenset({"ended", "withdrawn", "overtaken"})
PRESENT = ("active", "on_leave")


def announce(person: Person, starts_on: date, ends_on: date | None, *, actor: Actor, now: datetime) -> Absence:
    """The manager, or HR, tells of a leave; one under way gets the new dates.

    Raises NotAllowed: not_self, not_employed_here, period_reversed, day_too_far, absence_over.
    """
    today = clock.local(now).date()
    if actor.person_id == person.id:
        raise NotAllowed("not_self", field="employee_number")
    if person.employment_status not in PRESENT:
        raise NotAllowed("not_employed_here", field="employee_number")
    if ends_on is not None and ends_on < starts_on:
        raise NotAllowed("period_reversed", field="ends_on")
    if ends_on is not None and ends_on < today:
        raise NotAllowed("absence_over", field="ends_on")
    if starts_on > today + LONGEST_AHEAD or (ends_on is not None and ends_on > starts_on + LONGEST):
        raise NotAllowed("day_too_far", field="starts_on" if starts_on > today + LONGEST_AHEAD else "ends_on")
    known = queries.under_way_of(person.id)
    if known is None:
        return _open(person.id, "notice", starts_on, ends_on, actor=actor, now=now)
    if known.state == "returning":
        raise Conflict("absence_returning")
    known.starts_on, known.ends_on = starts_on if known.state == "announced" else known.starts_on, ends_on
    db.session.flush()
    _publish(known, "other_dates", known.state, actor, now)
    return known


def seen_away(person_id: int, now: datetime) -> None:
    """The directory says that the person is on leave."""
    known = queries.under_way_of(person_id)
    if known is None:
        dates = queries.dates_of_hr(person_id, clock.local(now).date())
        known = _open(person_id, "directory", *dates, actor=DIRECTORY, now=now)
    known.seen = True
    if known.state == "announced":
        known.starts_on = min(known.starts_on, clock.local(now).date())
        step(known, "see", actor=DIRECTORY, now=now)
    elif known.state == "returning":
        known.ends_on = None
        step(known, "go_again", actor=DIRECTORY, now=now)


def seen_back(person_id: int, now: datetime) -> None:
    """The directory says that somebody whom it had on leave is at work: what rests is asked about, not given back."""
    known = queries.under_way_of(person_id)
    if known is not None and known.seen and known.state in AWAY:
        come_back(known, actor=DIRECTORY, now=now)


def come_back(one: Absence, *, actor: Actor, now: datetime) -> None:
    """The person is back; where nothing rests there is nothing to open."""
    step(one, "come_back", actor=actor, now=now)
    if not queries.resting(one.person_id):
        step(one, "close", actor=TIME, now=now)


def leave(person_id: int, *, actor: Actor, now: datetime) -> None:
    """The person has left: all that is held, resting or not, is ordered removed by that."""
    known = queries.under_way_of(person_id)
    if known is not None:
        step(known, "leave", actor=actor, now=now)


def rest(one: Absence, now: datetime) -> int:
    """Let what is secret rest; of how many rights. Once for each leave."""
    if one.rested_on is not None:
        return 0
    one.rested_on = clock.local(now).date()
    secret = [grant for grant in queries.held(one.person_id) if queries.is_secret(grant)]
    done = sum(suspending.suspend(g, reason=queries.REASON, actor=TIME, now=now) for g in secret)
    db.session.flush()
    if done:
        _publish(one, "rest", one.state, TIME, now)
    return done


def review(one: Absence, resting: Collection[int], removed: Collection[int], *, actor: Actor, now: datetime) -> None:
    """The manager has gone through what is not secret: some shall rest, some go, the others stay.

    Raises NotAllowed: not_self, no_such_move.
    """
    held = _held(one, actor)
    step(held, "review", actor=actor, now=now)
    for grant in queries.held(held.person_id):
        if grant.id in removed:
            grants.order_revocation(grant, reason=OVER, actor=actor, now=now)
        elif grant.id in resting:
            suspending.suspend(grant, reason=queries.REASON, actor=actor, now=now)


def reopen(
    one: Absence,
    opened: Collection[int],
    removed: Collection[int],
    *,
    status: Status | None,
    actor: Actor,
    now: datetime,
) -> None:
    """The manager says of each right that rests whether it is opened or goes.

    ``status``: what the directory says now (G1). Raises NotAllowed: not_self, no_such_move, answer_each,
    directory_unknown, still_on_leave, employment_ended.
    """
    held = _held(one, actor)
    if queries.resting(held.person_id) - {*opened, *removed}:
        raise NotAllowed("answer_each")
    if opened:
        _at_work(status)
    step(held, "reopen", actor=actor, now=now)
    resting = queries.resting(held.person_id)
    for grant in queries.held(held.person_id):
        if grant.id in resting and grant.id in opened:
            suspending.resume(grant, reason=queries.REASON, actor=actor, now=now)
        elif grant.id in resting:
            grants.order_revocation(grant, reason=OVER, actor=actor, now=now)


def withdraw(one: Absence, *, actor: Actor, now: datetime) -> None:
    """The announcement is taken back. Raises NotAllowed: not_self, no_such_move when it has begun."""
    step(_held(one, actor), "withdraw", actor=actor, now=now)


def step(one: Absence, trigger: str, *, actor: Actor, now: datetime) -> None:
    """Make one move of the definition that it began with. Raises NotAllowed(no_such_move)."""
    before, workflow = one.state, lives.following(lives.ABSENCE, one.definition_version)
    try:
        one.state = life.next_state(workflow, before, trigger)
    except NoSuchMove:
        raise NotAllowed("no_such_move") from None
    over = one.state in FINAL
    one.ended_at, one.ended_by_id = (now, actor.person_id) if over else (None, None)
    one.asked_on = clock.local(now).date() if life.asked_in(workflow, one.state) else None
    if trigger == "go_again":
        one.rested_on = None
    db.session.flush()
    _publish(one, trigger, before, actor, now)


def days_of(one: Absence) -> tuple[date | None, date | None]:
    """When what is secret rests, and when the rest is gone through; None for a leave that is too short."""
    days = life.of(lives.following(lives.ABSENCE, one.definition_version)).days
    return absence.rests_on(days, one.starts_on, one.ends_on), absence.listed_on(days, one.starts_on, one.ends_on)


def _held(one: Absence, actor: Actor) -> Absence:
    held = queries.hold(one.id)
    if actor.person_id is None or actor.person_id == held.person_id:
        raise NotAllowed("not_self")
    return held


def _at_work(status: Status | None) -> None:
    if status in (None, Status.UNKNOWN, Status.AMBIGUOUS):
        raise NotAllowed("directory_unknown")
    if status is Status.ON_LEAVE:
        raise NotAllowed("still_on_leave")
    if status is not Status.ACTIVE:
        raise NotAllowed("employment_ended")


def _open(
    person_id: int, source: str, starts_on: date, ends_on: date | None, *, actor: Actor, now: datetime
) -> Absence:
    workflow = lives.beginning(lives.ABSENCE)
    one = Absence(
        person_id=person_id,
        definition_version=workflow.version,
        source=source,
        state=life.of(workflow).begins,
        starts_on=starts_on,
        ends_on=ends_on,
        opened_at=now,
        opened_by_id=actor.person_id,
    )
    db.session.add(one)
    db.session.flush()
    _publish(one, "open", "", actor, now)
    return one


def _publish(one: Absence, trigger: str, before: str, actor: Actor, now: datetime) -> None:
    told: dict[str, Any] = {"source": one.source, "starts_on": one.starts_on.isoformat()}
    told |= {"ends_on": one.ends_on.isoformat()} if one.ends_on else {}
    publish(AbsenceMoved(one.id, one.person_id, trigger, before, one.state, actor, now, told))
