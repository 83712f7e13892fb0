"""Zones and time schedules: writing what the catalogue file says of them, and reading them (rules.md C4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import cast

from sqlalchemy import Table, false, select, tuple_, update

from app.catalogue.definition import SystemDefinition
from app.catalogue.models import Appointment, TimeSchedule, Zone
from app.catalogue.searching import swedish_order
from app.catalogue.upserts import upsert
from app.db import db
from app.directory.models import Person
from workflows import premises

TABLES = {"zones": cast(Table, Zone.__table__), "schedules": cast(Table, TimeSchedule.__table__)}


def write(systems: Sequence[SystemDefinition], ids: Mapping[str, int]) -> frozenset[int]:
    """Make the systems' zones and schedules those of the file; the ids of the systems where that changed anything.

    What the file has dropped is inactive, never deleted: orders and the log point at it.
    """
    changed: set[int] = set()
    for part, table in TABLES.items():
        rows = [
            {**asdict(row), "system_id": ids[system.code], "active": True}
            for system in systems
            for row in getattr(system, part)
        ]
        written = upsert(table, rows, ("system_id", "code"))
        kept = [(row["system_id"], row["code"]) for row in rows]
        dropped = (
            update(table)
            .where(table.c.active, table.c.system_id.in_(list(ids.values())))
            .where(tuple_(table.c.system_id, table.c.code).not_in(kept))
            .values(active=false())
            .returning(table.c.system_id)
        )
        changed |= {system_id for system_id, _code in written.added | written.changed}
        changed |= set(db.session.scalars(dropped))
    return frozenset(changed)


def of_system(system_id: int) -> list[Zone]:
    """The system's zones, in Swedish order."""
    found = db.session.scalars(select(Zone).where(Zone.system_id == system_id, Zone.active))
    return sorted(found, key=lambda zone: swedish_order(zone.name))


def schedules_of(system_id: int) -> Sequence[TimeSchedule]:
    """The system's time schedules, the one to propose first."""
    wanted = select(TimeSchedule).where(TimeSchedule.system_id == system_id, TimeSchedule.active)
    return db.session.scalars(wanted.order_by(TimeSchedule.is_default.desc(), TimeSchedule.id)).all()


def by_ids(zone_ids: Collection[int]) -> list[Zone]:
    """These zones, also those that are not in use any more, in Swedish order; no statement for none."""
    if not zone_ids:
        return []
    found = db.session.scalars(select(Zone).where(Zone.id.in_(zone_ids)))
    return sorted(found, key=lambda zone: swedish_order(zone.name))


def schedule(schedule_id: int | None) -> TimeSchedule | None:
    """The schedule; None for none."""
    return db.session.get(TimeSchedule, schedule_id) if schedule_id is not None else None


def scope_of(zones: Sequence[Zone], when: TimeSchedule | None) -> str:
    """Where and when, in words: what an order and its right say that they reach."""
    places = "; ".join(zone.name for zone in zones)
    return f"{places} ({when.name})" if places and when else places


def posts_asked(zones: Sequence[Zone], when: TimeSchedule | None, board: str) -> tuple[str, ...]:
    """The posts whose holders are asked about these zones, for somebody under ``board``; none for ordinary zones."""
    seen = [premises.Zone(zone.kind, zone.owner_post, zone.board) for zone in zones]
    return premises.posts_asked(seen, board=board, after_hours=bool(when and when.after_hours))


def owners(posts: Collection[str], today: date) -> dict[str, list[Person]]:
    """Who holds each of the posts today; one statement."""
    wanted = (
        select(Appointment.post, Person)
        .join(Person, Person.id == Appointment.person_id)
        .where(Appointment.role == "zone_owner", Appointment.post.in_(posts), Appointment.valid_from <= today)
        .where((Appointment.valid_to.is_(None)) | (Appointment.valid_to >= today))
        .order_by(Person.sort_key)
    )
    found: dict[str, list[Person]] = {}
    for post, person in db.session.execute(wanted):
        found.setdefault(post, []).append(person)
    return found
