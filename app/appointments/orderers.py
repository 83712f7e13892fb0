"""An authorised orderer, from nomination to end (rules.md C9). Callers hold the transaction.

What may happen, by when, and for how long at most is said by workflows/catalog/authorised_orderer.yaml. Where it is
in force (``gives``) its rights are rows of ``appointment``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any

from sqlalchemy import select

from app import clock
from app.appointments import duties, orderer_course, organisation
from app.appointments.models import OrdererAppointment
from app.catalogue import services as catalogue
from app.catalogue.appointing import check_employed, check_longest, check_period
from app.catalogue.models import System
from app.catalogue.services import NewAppointment
from app.db import db
from app.directory.models import Person, Unit
from app.errors import Forbidden, NotAllowed
from app.events import publish
from app.requests import lives
from workflows import life
from workflows.definition import Workflow
from workflows.errors import NoSuchMove, Refused
from workflows.events import TIME, Actor
from workflows.role_events import OrdererAsked, OrdererMoved

ALL_UP_TO = 2  # the K of "alla K <= 2"


@dataclass(frozen=True, slots=True)
class Nomination:
    """Who is to order for whom, in what, from when to when (local dates, inclusive). No systems: all up to K2."""

    person_id: int
    unit_ids: tuple[int, ...]
    system_ids: tuple[int, ...]
    valid_from: date
    valid_to: date


def nominate(new: Nomination, *, actor: Actor, now: datetime) -> OrdererAppointment:
    """Propose somebody employed. Raises Forbidden for a unit that the actor does not lead, or NotAllowed: not_self,
    unit_needed, period, orderer_period, not_employed, already_nominated.
    """
    assert actor.person_id is not None
    if new.person_id == actor.person_id:
        raise NotAllowed("not_self", field="person")
    if not new.unit_ids:
        raise NotAllowed("unit_needed", field="units")
    today, workflow = clock.local(now).date(), lives.beginning(lives.ORDERER)
    terms = life.of(workflow)
    check_period(new.valid_from, new.valid_to)
    check_longest(new.valid_from, new.valid_to, terms.longest_months, "orderer_period")
    check_employed(new.person_id, "person")
    if not set(new.unit_ids) <= organisation.units_led_by(actor.person_id, today):
        raise Forbidden("not_your_unit")
    _refuse_overlapping(new)
    made = OrdererAppointment(
        definition_version=workflow.version,
        state=terms.begins,
        person_id=new.person_id,
        nominator_id=actor.person_id,
        home_unit_id=db.session.get_one(Person, new.person_id).unit_id,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        nominated_at=now,
        asked_on=today,
        units=list(db.session.scalars(select(Unit).where(Unit.id.in_(new.unit_ids)))),
        systems=list(db.session.scalars(select(System).where(System.id.in_(new.system_ids)))),
    )
    db.session.add(made)
    db.session.flush()
    _publish(made, "nominate", "", actor, now, data={"units": list(new.unit_ids), "systems": list(new.system_ids)})
    _ask_next(made, now)
    return made


def accept(one: OrdererAppointment, *, version: str, actor: Actor, now: datetime) -> None:
    """The nominee takes the duties on. Raises Forbidden for anybody else, or NotAllowed: duties_changed,
    course_missing, not_employed, or ``no_such_move``.
    """
    if actor.person_id != one.person_id:
        raise Forbidden("not_your_nomination")
    if version != duties.VERSION:
        raise NotAllowed("duties_changed", field="read")
    check_employed(one.person_id, "read")
    today = clock.local(now).date()
    if orderer_course.is_missing(one.person_id, today):
        raise NotAllowed("course_missing", field="read")
    one.duties_version, one.accepted_at = version, now
    _move(one, "accept", actor, now, data={"duties": version})


def decline(one: OrdererAppointment, *, actor: Actor, now: datetime) -> None:
    """The nominee says no. Raises Forbidden for anybody else, or NotAllowed(no_such_move)."""
    if actor.person_id != one.person_id:
        raise Forbidden("not_your_nomination")
    _move(one, "decline", actor, now)


def register(one: OrdererAppointment, *, actor: Actor, now: datetime) -> None:
    """A third person puts it in force: from now on the orderer may order. Raises NotAllowed: four_eyes, not_employed,
    period (the last day has passed meanwhile), already_appointed, no_such_move.
    """
    try:
        life.check_apart(workflow_of(one), people_of(one) | {"registrar": actor.person_id})
    except Refused as refusal:
        raise NotAllowed(refusal.reason) from refusal
    check_employed(one.person_id, "person")
    today = clock.local(now).date()
    one.registrar_id, one.registered_on, one.asked_on = actor.person_id, today, today
    _move(one, "register", actor, now)


def confirm(one: OrdererAppointment, *, actor: Actor, now: datetime) -> None:
    """The year's confirmation by whoever leads a unit of it; one who was suspended may order again.

    Raises Forbidden(not_your_unit) for the orderer and for anybody else, or NotAllowed(no_such_move).
    """
    led = organisation.units_led_by(actor.person_id or 0, clock.local(now).date())
    if actor.person_id == one.person_id or not any(unit.id in led for unit in one.units):
        raise Forbidden("not_your_unit")
    one.confirmed_on = clock.local(now).date()
    _move(one, "confirm", actor, now)


def fall_silent(one: OrdererAppointment, *, now: datetime) -> None:
    """Nobody has answered in time: what that means is the definition's to say. Raises NotAllowed(no_such_move)."""
    workflow = workflow_of(one)
    reason = "not_confirmed" if one.state in workflow.gives else "no_answer"
    _move(one, life.by_time(workflow, one.state), TIME, now, reason=reason)


def end(one: OrdererAppointment, *, reason: str, actor: Actor, now: datetime) -> None:
    """It is over, at once. ``reason``: withdrawn, expired, moved, employment_ended."""
    _move(one, "end", actor, now, reason=reason)


def workflow_of(one: OrdererAppointment) -> Workflow:
    """The version of the definition that it began with."""
    return lives.following(lives.ORDERER, one.definition_version)


def people_of(one: OrdererAppointment) -> dict[str, int | None]:
    """Who is who in the definition."""
    return {"nominator": one.nominator_id, "nominee": one.person_id}


def _give(one: OrdererAppointment, actor: Actor, now: datetime) -> None:
    """Rows of ``appointment``: each unit with each system, or with all up to K2."""
    today = clock.local(now).date()
    systems: Sequence[int | None] = [s.id for s in one.systems] or [None]
    for unit, system_id in product(one.units, systems):
        new = NewAppointment(
            role="authorised_orderer",
            person_id=one.person_id,
            valid_from=max(today, one.valid_from),
            valid_to=one.valid_to,
            unit_id=unit.id,
            system_id=system_id,
            source=one.source,
            max_confidentiality=None if system_id else ALL_UP_TO,
        )
        catalogue.appoint(new, actor=actor, now=now, longest_months=None)


def _take(one: OrdererAppointment, reason: str, actor: Actor, now: datetime) -> None:
    catalogue.withdraw_from(one.source, reason=reason, actor=actor, now=now, today=clock.local(now).date())


def ask(one: OrdererAppointment, now: datetime) -> None:
    """Put the question of its state, on the definition's terms."""
    step, today, calendar = life.asked_in(workflow_of(one), one.state), clock.local(now).date(), clock.calendar()
    assert step is not None
    one.asked_on, one.reminded = today, 0
    one.due_on = calendar.add(today, step.clock.due)
    one.lapses_on = life.lapses_on(step.clock, today, calendar)
    db.session.flush()
    publish(OrdererAsked(one.id, one.person_id, now))


def _ask_next(one: OrdererAppointment, now: datetime) -> None:
    """What the new state asks at once; what is asked once a year waits for its month."""
    if lives.step(workflow_of(one), one.state) is not None:
        ask(one, now)
    else:
        one.due_on = one.lapses_on = None


def _move(one: OrdererAppointment, trigger: str, actor: Actor, now: datetime, **told: Any) -> None:
    """Holds the row, so that of two at once the slower finds another state. Raises NotAllowed(no_such_move).

    Rights go before the move is told: what follows from it asks what the orderer still may.
    """
    workflow = workflow_of(one)
    before = _held_state(one)
    try:
        after = life.next_state(workflow, before, trigger)
    except NoSuchMove as refusal:
        raise NotAllowed(refusal.reason) from refusal
    was_given, is_given = before in workflow.gives, after in workflow.gives
    if was_given and not is_given:
        _take(one, told.get("reason", trigger), actor, now)
    one.state = after
    if life.is_over(workflow, after):
        one.ended_at, one.end_reason = now, told.get("reason", trigger)
    if actor is not TIME or one.ended_at is not None:  # what silence has made rest shows since when
        _ask_next(one, now)
    _publish(one, trigger, before, actor, now, **told)
    if is_given and not was_given:
        _give(one, actor, now)


def _held_state(one: OrdererAppointment) -> str:
    wanted = select(OrdererAppointment.state).where(OrdererAppointment.id == one.id)
    return db.session.scalar(wanted.with_for_update()) or ""


def _publish(one: OrdererAppointment, trigger: str, before: str, actor: Actor, now: datetime, **told: Any) -> None:
    publish(OrdererMoved(one.id, one.person_id, trigger, before, one.state, actor, now, **told))


def _refuse_overlapping(new: Nomination) -> None:
    """One way at a time for the same person and unit: two would each give and take the same right."""
    under_way = select(OrdererAppointment).where(
        OrdererAppointment.person_id == new.person_id,
        OrdererAppointment.ended_at.is_(None),
        OrdererAppointment.valid_from <= new.valid_to,
        OrdererAppointment.valid_to >= new.valid_from,
        OrdererAppointment.units.any(Unit.id.in_(new.unit_ids)),
    )
    if db.session.scalar(under_way.limit(1)) is not None:
        raise NotAllowed("already_nominated", field="person")
