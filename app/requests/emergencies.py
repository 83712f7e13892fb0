"""Emergency access as an order: who may ask, for which levels, and what was asked before (rules.md C7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel, Appointment, System
from app.db import db
from app.directory.models import Person
from app.grants.models import Emergency
from app.requests import definitions
from app.requests.models import AccessRequest
from workflows.case import OrdererAuthority
from workflows.emergency import KIND, SAME_NEED

AUTHORITY_OF_ROLE = {
    "duty_officer": OrdererAuthority.DUTY_OFFICER,
    "board_manager": OrdererAuthority.MANAGER,
}
PRESENT = ("active", "on_leave", "future")


def authority(orderer: Person, subject: Person, level: AccessLevel, today: date) -> OrdererAuthority | None:
    """Why ``orderer`` may ask for ``subject``: system manager, on duty, or manager of anybody; None for others."""
    if orderer.id == subject.id:
        return OrdererAuthority.SELF
    for appointment in catalogue.roles_of(orderer.id, today):
        if appointment.role == "system_manager" and appointment.system_id == level.system_id:
            return OrdererAuthority.SYSTEM_MANAGER
        if appointment.role in AUTHORITY_OF_ROLE:
            return AUTHORITY_OF_ROLE[appointment.role]
    led = Person.manager_id == orderer.id, Person.id != orderer.id, Person.employment_status.in_(PRESENT)
    return OrdererAuthority.MANAGER if db.session.scalar(select(exists().where(*led))) else None


def earlier(order: AccessRequest, now: datetime) -> str:
    """The case number of an emergency that the subject was granted for the level in the last 30 days, or ""."""
    same = Emergency.subject_id == order.subject.id, Emergency.level_id == order.level.id
    wanted = select(AccessRequest.case_number).join(Emergency, Emergency.request_id == AccessRequest.id)
    found = db.session.scalars(
        wanted.where(*same, Emergency.granted_at > now - SAME_NEED).order_by(Emergency.id.desc())
    )
    return found.first() or ""


def levels(today: date) -> list[AccessLevel]:
    """The levels that may be had in an emergency now, by system; what everybody has by the base order is not there."""
    wanted = (
        select(AccessLevel)
        .join(AccessLevel.system)
        .where(AccessLevel.emergency_allowed.is_(True), AccessLevel.active.is_(True), System.lifecycle == "production")
        .options(joinedload(AccessLevel.system))
        .order_by(System.name, AccessLevel.position)
    )
    active = definitions.all_active()
    return [
        level
        for level in db.session.scalars(wanted)
        if definitions.handles(level, KIND, active)
        and may_be_had(level)
        and catalogue.guideline_valid(level.system, today)
    ]


def may_be_had(level: AccessLevel) -> bool:
    """False for what the base order gives, and for what only outside parties have."""
    return not (level.is_base or level.details.get("part_of_base") or level.details.get("external"))


def on_duty(today: date) -> Sequence[Person]:
    """Who is on duty for IT today: they may ask, and grant (rules.md C7)."""
    in_force = Appointment.valid_from <= today, (Appointment.valid_to.is_(None)) | (Appointment.valid_to >= today)
    holders = select(Person).join(Appointment, Appointment.person_id == Person.id)
    wanted = holders.where(Appointment.role == "duty_officer", *in_force).order_by(Person.sort_key, Person.id)
    return db.session.scalars(wanted).unique().all()
