"""Who holds which role, from when to when (rules.md C9, W15)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, or_, select

from app.catalogue import holders
from app.catalogue.models import Appointment, System
from app.db import db
from app.directory.models import Person, Unit
from app.errors import NotAllowed, NotFound
from app.events import publish
from workflows.events import Actor, AppointmentChanged

ORDERER_MONTHS = 24  # C9, Försäkringskassan's limit
SYSTEM_ROLES = frozenset({"system_owner", "system_manager"})
ROLES = SYSTEM_ROLES | {
    "authorised_orderer", "board_manager", "infosec_coordinator", "it_manager", "data_protection_officer", "auditor",
    "administrator", "it_architect", "central_it", "e_service_developer", "zone_owner", "duty_officer", "hr",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """A role to give. Dates are local and inclusive; see Appointment for what each role is given for."""

    role: str
    person_id: int
    valid_from: date
    valid_to: date | None = None
    system_id: int | None = None
    unit_id: int | None = None
    board: str = ""
    source: str = ""
    max_confidentiality: int | None = None
    post: str = ""


def appoint(
    new: NewAppointment, *, actor: Actor, now: datetime, longest_months: int | None = ORDERER_MONTHS
) -> Appointment:
    """Give the role; an authorised orderer for at most ``longest_months``, None where that was looked at before.

    Raises NotFound, or NotAllowed: unknown_role, not_self, period, orderer_period, system_needed, unit_needed,
    board_needed, post_needed, not_employed, already_appointed.
    """
    _check_place(new)
    check_period(new.valid_from, new.valid_to)
    if new.role == "authorised_orderer":
        check_longest(new.valid_from, new.valid_to, longest_months, "orderer_period")
    if actor.person_id == new.person_id:
        raise NotAllowed("not_self", field="person_id")
    check_employed(new.person_id, "person_id")
    for model, id_ in ((System, new.system_id), (Unit, new.unit_id)):
        if id_ is not None and db.session.get(model, id_) is None:
            raise NotFound()
    if db.session.scalar(_overlapping(new)) is not None:
        raise NotAllowed("already_appointed", field="person_id")
    appointment = Appointment(**{name: getattr(new, name) for name in NewAppointment.__slots__})
    db.session.add(appointment)
    db.session.flush()
    data = {"role": new.role, "system_id": new.system_id, "unit_id": new.unit_id, "board": new.board}
    data |= {"post": new.post} if new.post else {}
    publish(AppointmentChanged(appointment.id, "appointed", new.person_id, actor, now, data))
    return appointment


def end_appointment(
    appointment_id: int, *, last_day: date, actor: Actor, now: datetime, handed_over: bool = False
) -> Appointment:
    """Let the role end on ``last_day``. Raises NotFound, or NotAllowed: already_ended, period, last_holder.

    ``handed_over``: the open tasks go to a successor, which the caller sees to.

    The last owner or manager of a system stays until a successor is appointed (W15).
    """
    appointment = db.session.get(Appointment, appointment_id)
    if appointment is None:
        raise NotFound()
    if appointment.system_id is not None:  # two holders who end at the same instant would both see the other
        db.session.get(System, appointment.system_id, with_for_update=True)
    if appointment.valid_to is not None and appointment.valid_to <= last_day:
        raise NotAllowed("already_ended", field="last_day")
    check_period(appointment.valid_from, last_day)
    if appointment.role in SYSTEM_ROLES and not holders.others_after(appointment, last_day):
        raise NotAllowed("last_holder", field="person_id")
    appointment.valid_to = last_day
    db.session.flush()
    data = {"role": appointment.role, "last_day": last_day.isoformat(), "handed_over": handed_over}
    publish(AppointmentChanged(appointment.id, "ended", appointment.person_id, actor, now, data))
    return appointment


def withdraw_from(source: str, *, reason: str, actor: Actor, now: datetime, today: date) -> int:
    """End at once what was given under ``source``; returns how many roles. One that had no whole day leaves no row.

    Not for the roles of a system, whose last holder must have a successor (``end_appointment``).
    """
    lasting = or_(Appointment.valid_to.is_(None), Appointment.valid_to >= today)
    found = db.session.scalars(select(Appointment).where(Appointment.source == source, lasting)).all()
    return _take(found, reason=reason, actor=actor, now=now, today=today)


def _take(found: Sequence[Appointment], *, reason: str, actor: Actor, now: datetime, today: date) -> int:
    """End them yesterday, since what is over today would hold all day."""
    for one in found:
        if one.valid_from >= today:
            db.session.delete(one)
        else:
            one.valid_to = today - timedelta(days=1)
        publish(AppointmentChanged(one.id, "ended", one.person_id, actor, now, {"role": one.role, "reason": reason}))
    db.session.flush()
    return len(found)


def end_all_of(person_id: int, *, reason: str, actor: Actor, now: datetime, today: date) -> int:
    """Every role of somebody who has left ends, the last holder's too; returns how many. None comes back by itself.

    What nobody has then is a gap that the coordinator sees, and a finding (rules.md C6, C13 F12).
    """
    lasting = or_(Appointment.valid_to.is_(None), Appointment.valid_to >= today)
    found = db.session.scalars(
        select(Appointment).where(Appointment.person_id == person_id, lasting).order_by(Appointment.id)
    ).all()
    return _take(found, reason=reason, actor=actor, now=now, today=today)


def _check_place(new: NewAppointment) -> None:
    if new.role not in ROLES:
        raise NotAllowed("unknown_role", field="role")
    if new.role in SYSTEM_ROLES and new.system_id is None:
        raise NotAllowed("system_needed", field="system_id")
    if new.role == "authorised_orderer" and new.unit_id is None:
        raise NotAllowed("unit_needed", field="unit_id")
    if new.role == "board_manager" and not new.board:
        raise NotAllowed("board_needed", field="board")
    if new.role == "zone_owner" and not new.post:
        raise NotAllowed("post_needed", field="post")


def check_period(valid_from: date, valid_to: date | None) -> None:
    """Raises NotAllowed(period) for a last day before the first."""
    if valid_to is not None and valid_to < valid_from:
        raise NotAllowed("period", field="valid_to")


def check_longest(valid_from: date, valid_to: date | None, months: int | None, reason: str) -> None:
    """Raises NotAllowed(``reason``) for a period without an end, or of more than ``months`` where there is a limit."""
    if valid_to is None or (months is not None and valid_to > months_later(valid_from, months)):
        raise NotAllowed(reason, field="valid_to", months=months)


def months_later(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or the month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def check_employed(person_id: int, field: str) -> None:
    """Raises NotFound, or NotAllowed(not_employed) beside ``field`` for somebody who does not work here."""
    status = db.session.scalar(select(Person.employment_status).where(Person.id == person_id))
    if status is None:
        raise NotFound()
    if status not in holders.EMPLOYED:
        raise NotAllowed("not_employed", field=field, status=status)


def _overlapping(new: NewAppointment) -> Select[int]:
    """Somebody's same role for the same thing in the same time: there is at most one."""
    return (
        select(Appointment.id)
        .where(
            Appointment.role == new.role,
            Appointment.person_id == new.person_id,
            Appointment.system_id.is_not_distinct_from(new.system_id),
            Appointment.unit_id.is_not_distinct_from(new.unit_id),
            Appointment.board == new.board,
            Appointment.post == new.post,
            Appointment.valid_from <= (new.valid_to or date.max),
            or_(Appointment.valid_to.is_(None), Appointment.valid_to >= new.valid_from),
        )
        .limit(1)
    )
