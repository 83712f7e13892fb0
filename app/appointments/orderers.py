"""An authorised orderer, from nomination to end (rules.md C9). Callers hold the transaction.

The states are ``workflows.appointments.ORDERER``. An active one has its rights as rows of ``appointment``.
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
from app.catalogue.appointing import ORDERER_MONTHS, check_employed, check_longest, check_period
from app.catalogue.models import System
from app.catalogue.services import NewAppointment
from app.db import db
from app.directory.models import Person, Unit
from app.errors import Forbidden, NotAllowed
from app.events import publish
from workflows import appointments as rules
from workflows.errors import NoSuchMove, Refused
from workflows.events import Actor
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
    today = clock.local(now).date()
    check_period(new.valid_from, new.valid_to)
    check_longest(new.valid_from, new.valid_to, ORDERER_MONTHS, "orderer_period")
    check_employed(new.person_id, "person")
    if not set(new.unit_ids) <= organisation.units_led_by(actor.person_id, today):
        raise Forbidden("not_your_unit")
    _refuse_overlapping(new)
    made = OrdererAppointment(
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
    _ask(made, "accept", now)
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
    _move(one, "accept", actor, now, data={"duties": version})
    one.duties_version, one.accepted_at = version, now
    _ask(one, "register", now)


def decline(one: OrdererAppointment, *, actor: Actor, now: datetime) -> None:
    """The nominee says no. Raises Forbidden for anybody else, or NotAllowed(no_such_move)."""
    if actor.person_id != one.person_id:
        raise Forbidden("not_your_nomination")
    _move(one, "decline", actor, now)


def register(one: OrdererAppointment, *, actor: Actor, now: datetime) -> None:
    """A third person makes it active: from now on the orderer may order. Raises NotAllowed: four_eyes, not_employed,
    period (the last day has passed meanwhile), already_appointed, no_such_move.
    """
    try:
        rules.check_registrar(nominator_id=one.nominator_id, nominee_id=one.person_id, registrar_id=actor.person_id)
    except Refused as refusal:
        raise NotAllowed(refusal.reason) from refusal
    check_employed(one.person_id, "person")
    today = clock.local(now).date()
    _move(one, "register", actor, now)
    one.registrar_id, one.registered_on = actor.person_id, today
    one.asked_on = today
    _answered(one)
    _give(one, actor, now)


def confirm(one: OrdererAppointment, *, actor: Actor, now: datetime) -> None:
    """The year's confirmation by whoever leads a unit of it; one who was suspended may order again.

    Raises Forbidden(not_your_unit) for the orderer and for anybody else, or NotAllowed(no_such_move).
    """
    led = organisation.units_led_by(actor.person_id or 0, clock.local(now).date())
    if actor.person_id == one.person_id or not any(unit.id in led for unit in one.units):
        raise Forbidden("not_your_unit")
    was = one.state
    _move(one, "confirm", actor, now)
    one.confirmed_on = clock.local(now).date()
    _answered(one)
    if was == "suspended":
        _give(one, actor, now)


def suspend(one: OrdererAppointment, *, actor: Actor, now: datetime) -> None:
    """Nobody has confirmed: the orderer may not order until somebody does."""
    _take(one, "not_confirmed", actor, now)
    _move(one, "suspend", actor, now, reason="not_confirmed")


def end(one: OrdererAppointment, *, reason: str, actor: Actor, now: datetime) -> None:
    """It is over, at once. ``reason``: withdrawn, expired, moved, employment_ended. The rights go first: what follows
    from the end asks what the orderer still may.
    """
    _take(one, reason, actor, now)
    _move(one, "end", actor, now, reason=reason)


def lapse(one: OrdererAppointment, *, actor: Actor, now: datetime) -> None:
    """The nominee has not answered in time."""
    _move(one, "lapse", actor, now, reason="no_answer")


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
        catalogue.appoint(new, actor=actor, now=now)


def _take(one: OrdererAppointment, reason: str, actor: Actor, now: datetime) -> None:
    catalogue.withdraw_from(one.source, reason=reason, actor=actor, now=now, today=clock.local(now).date())


def _ask(one: OrdererAppointment, question: str, now: datetime) -> None:
    """Put a question, on the table's terms."""
    terms, today, calendar = rules.ORDERER_TERMS[question], clock.local(now).date(), clock.calendar()
    one.asked_on, one.reminded = today, 0
    one.due_on = calendar.add(today, terms.due)
    one.lapses_on = calendar.add(today, terms.lapse) if terms.lapse else None
    db.session.flush()
    publish(OrdererAsked(one.id, one.person_id, now))


def _answered(one: OrdererAppointment) -> None:
    one.due_on = one.lapses_on = None


def ask_to_confirm(one: OrdererAppointment, now: datetime) -> None:
    """The question of September."""
    _ask(one, "confirm", now)


def _move(one: OrdererAppointment, trigger: str, actor: Actor, now: datetime, **told: Any) -> None:
    """Holds the row, so that of two at once the slower finds another state. Raises NotAllowed(no_such_move)."""
    before = db.session.scalar(
        select(OrdererAppointment.state).where(OrdererAppointment.id == one.id).with_for_update()
    )
    try:
        after = rules.next_state(rules.ORDERER, before or "", trigger)
    except NoSuchMove as refusal:
        raise NotAllowed(refusal.reason) from refusal
    one.state = after
    if after in rules.FINAL:
        one.ended_at, one.end_reason = now, told.get("reason", trigger)
        _answered(one)
    _publish(one, trigger, before or "", actor, now, **told)


def _publish(one: OrdererAppointment, trigger: str, before: str, actor: Actor, now: datetime, **told: Any) -> None:
    publish(OrdererMoved(one.id, one.person_id, trigger, before, one.state, actor, now, **told))


def _refuse_overlapping(new: Nomination) -> None:
    """One way at a time for the same person and unit: two would each give and take the same right."""
    under_way = select(OrdererAppointment).where(
        OrdererAppointment.person_id == new.person_id,
        OrdererAppointment.state.not_in(rules.FINAL),
        OrdererAppointment.valid_from <= new.valid_to,
        OrdererAppointment.valid_to >= new.valid_from,
        OrdererAppointment.units.any(Unit.id.in_(new.unit_ids)),
    )
    if db.session.scalar(under_way.limit(1)) is not None:
        raise NotAllowed("already_nominated", field="person")
