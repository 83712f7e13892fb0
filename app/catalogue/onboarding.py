"""A system on its way into use: in the catalogue as planned, and filled in step by step (rules.md C14).

Nothing can be ordered in it before it is in production (G3); a file that is loaded later may still describe it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from app.catalogue.appointing import NewAppointment, appoint
from app.catalogue.models import AccessLevel, Appointment, System
from app.catalogue.searching import fold
from app.db import db
from app.errors import NotAllowed
from app.events import publish
from workflows.events import Actor, AppointmentChanged

CODE = re.compile(r"[A-Z][A-Z0-9-]{0,29}")
SECRET = 3
# Of each profile: days that a right may last, the same by the hour, months between reviews (field.md B3).
TERMS: Mapping[str, tuple[int | None, int | None, int]] = {
    "basic": (None, None, 24),
    "standard": (None, None, 12),
    "sensitive": (365, 120, 6),
    "privileged": (365, None, 6),
}
REVIEWED_SECRET = 3  # months, of what is privileged in a system in K3


def by_code(code: str) -> System | None:
    """The system with this code, or None."""
    return db.session.scalar(select(System).where(System.code == code))


def boards() -> list[tuple[str, str]]:
    """Code and name of each nämnd that has a system, by name."""
    found = db.session.execute(select(System.board, System.details["board_name"].astext).distinct())
    named = {code: name for code, name in found if name} | {}
    codes = {code for (code,) in db.session.execute(select(System.board).distinct())}
    return sorted(((code, named.get(code, code)) for code in codes), key=lambda pair: pair[1])


def propose(code: str, said: Mapping[str, Any], matter: str) -> System:
    """Put the system into the catalogue as planned, or bring what stands there up to date. ``matter``: who says so.

    ``said``: name, description, board, confidentiality, integrity, availability, personal_data.
    """
    name = dict(boards()).get(said["board"], said["board"])
    new = {**said, "code": code, "lifecycle": "planned", "lifecycle_matter": matter}
    blank = {"search": "", "details": {"board_name": name}, "guideline_required": said["confidentiality"] >= 2}
    db.session.execute(insert(System).values(**new, **blank).on_conflict_do_nothing())
    system = db.session.scalars(select(System).where(System.code == code).with_for_update()).one()
    for column, value in new.items():
        setattr(system, column, value)
    _find_by(system)
    return system


def name_holders(
    system: System, role: str, people: Collection[int], *, source: str, actor: Actor, now: datetime, today: date
) -> None:
    """Let these people have the role from today, and those whom the same ``source`` had named before no more.

    Raises NotAllowed: not_self, not_employed.
    """
    lasting = or_(Appointment.valid_to.is_(None), Appointment.valid_to >= today)
    held = select(Appointment).where(Appointment.system_id == system.id, Appointment.role == role, lasting)
    current = db.session.scalars(held).all()
    for person_id in people:
        if person_id not in {a.person_id for a in current}:
            new = NewAppointment(role, person_id, today, system_id=system.id, source=source)
            appoint(new, actor=actor, now=now)
    for one in current:
        if one.source == source and one.person_id not in people:
            _end(one, actor, now, today)


def _end(one: Appointment, actor: Actor, now: datetime, today: date) -> None:
    """What had no whole day leaves no row."""
    publish(AppointmentChanged(one.id, "ended", one.person_id, actor, now, {"role": one.role}))
    if one.valid_from >= today:
        db.session.delete(one)
    else:
        one.valid_to = today - timedelta(days=1)
    db.session.flush()


def set_levels(system: System, rows: Sequence[Mapping[str, str]]) -> None:
    """Make these the levels that can be ordered once the system is in production; others become inactive.

    They get their profile's terms, and the courses that every other level of the profile asks for.
    """
    known = {level.code: level for level in system.levels}
    for position, row in enumerate(rows):
        level = known.get(row["code"])
        if level is None:
            level = AccessLevel(code=row["code"], system=system, details={})
            db.session.add(level)
        _describe(level, row, position)
    for code in known.keys() - {row["code"] for row in rows}:
        known[code].active = False
    db.session.flush()
    db.session.expire(system, ["levels"])
    _find_by(system)


def _describe(level: AccessLevel, row: Mapping[str, str], position: int) -> None:
    profile, group = row["profile"], row.get("directory_group", "")
    level.max_days, level.max_days_hourly, level.review_months = TERMS[profile]
    if profile == "privileged" and level.system.confidentiality >= SECRET:
        level.review_months = REVIEWED_SECRET
    level.label, level.profile, level.access = row["label"], profile, row["access"]
    level.provisioning, level.directory_group = ("directory_group" if group else "manual"), group
    level.active, level.position, level.courses = True, position, _courses(profile, level.system.id)


def _courses(profile: str, system_id: int) -> list[str]:
    """The courses that all active levels of the profile ask for, in other systems."""
    others = AccessLevel.profile == profile, AccessLevel.active, AccessLevel.system_id != system_id
    found = [set(courses) for courses in db.session.scalars(select(AccessLevel.courses).where(*others))]
    return sorted(set.intersection(*found)) if found else []


def set_guideline(system: System, *, version: str, url: str, valid_to: date | None) -> None:
    """The guideline that the owner has approved; a reference that is no address is kept by its version alone."""
    system.guideline_version, system.guideline_valid_to = version, valid_to
    system.guideline_url = url if url.startswith("https://") else ""
    system.details = {**system.details, "guideline_reference": url}


def check_code(code: str) -> None:
    """Raises NotAllowed(not_a_code) for what cannot be a system's code."""
    if not CODE.fullmatch(code):
        raise NotAllowed("not_a_code", field="code")


def _find_by(system: System) -> None:
    words = [system.code, system.name, system.description]
    words += [word for level in system.levels if level.active for word in (level.code, level.label)]
    system.search = fold(" ".join(words))
    db.session.flush()
