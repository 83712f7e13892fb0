"""Changing a right to another level of its system: which rights, and to what (rules.md C2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import db
from app.errors import Conflict, NotAllowed
from app.grants.models import Grant
from app.requests import definitions
from app.requests.models import AccessRequest

TEMPORARY = "temporary_other_unit"


def levels_for(grant: Grant, today: date) -> list[AccessLevel]:
    """The other levels of the system that can be ordered instead, in the catalogue's order."""
    wanted = select(AccessLevel).where(AccessLevel.system_id == grant.level.system_id).order_by(AccessLevel.position)
    others = [level for level in db.session.scalars(wanted) if level.id != grant.level_id]
    return orderable(others, today)


def changeable(grants: Sequence[Grant], today: date) -> frozenset[int]:
    """Ids of those rights for which there is another level to order; three statements however many they are."""
    active = [g for g in grants if g.status == "active" and not g.level.is_base and g.source != "emergency"]
    systems = {g.level.system_id for g in active}
    levels = db.session.scalars(select(AccessLevel).where(AccessLevel.system_id.in_(systems))).all() if systems else ()
    targets = orderable(levels, today)
    elsewhere = temporary(active)
    return frozenset(
        g.id
        for g in active
        if g.id not in elsewhere
        and any(level.system_id == g.level.system_id and level.id != g.level_id for level in targets)
    )


def temporary(grants: Sequence[Grant]) -> frozenset[int]:
    """Ids of those rights that are for a time in another unit; one statement."""
    ordered = {g.request_id: g.id for g in grants if g.request_id is not None}
    wanted = select(AccessRequest.id).where(AccessRequest.id.in_(ordered), AccessRequest.kind == TEMPORARY)
    return frozenset(ordered[request_id] for request_id in (db.session.scalars(wanted) if ordered else ()))


def require_changeable(grant: Grant) -> None:
    """Nothing for a right whose level can be changed. Raises Conflict for one that has ended, else NotAllowed.

    A right in another unit was approved there too, for that level: another level is another order.
    """
    if grant.level.is_base:
        raise NotAllowed("base_ends_with_employment")
    if grant.status != "active":
        raise Conflict("grant_ended")
    if grant.source == "emergency":
        raise NotAllowed("emergency_not_changed")
    if temporary([grant]):
        raise NotAllowed("temporary_not_changed")


def orderable(levels: Sequence[AccessLevel], today: date) -> list[AccessLevel]:
    """Those that a right can be changed to; one statement, none where there are no levels."""
    active = definitions.all_active() if levels else {}
    able = [level for level in levels if definitions.handles(level, "change", active)]
    return [level for level in able if catalogue.orderable(level, today, active)]
