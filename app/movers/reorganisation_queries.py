"""Reading reorganisations: which there are, whom each is about, and by which of them somebody moves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.db import db
from app.directory.models import Person, Unit
from app.errors import NotFound
from app.movers import held_queries
from app.movers.held_models import HeldMove
from app.movers.mapping import Known
from app.movers.models import Mover
from app.movers.reorganisation_models import OPEN, Reorganisation, ReorganisedUnit

PRESENT = ("active", "on_leave")
NEW = aliased(Unit)


def reorganisation(reorganisation_id: int) -> Reorganisation:
    """One of them with its units. Raises NotFound."""
    units = selectinload(Reorganisation.units).joinedload(ReorganisedUnit.from_unit)
    wanted = select(Reorganisation).where(Reorganisation.id == reorganisation_id).options(units)
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound()
    return found


def hold(reorganisation_id: int) -> Reorganisation:
    """It, read anew and held until the commit."""
    return db.session.get_one(Reorganisation, reorganisation_id, with_for_update=True, populate_existing=True)


def every() -> Sequence[Reorganisation]:
    """The hundred latest, what waits for an answer first."""
    wanted = select(Reorganisation).order_by((Reorganisation.state != "proposed"), Reorganisation.id.desc()).limit(100)
    return db.session.scalars(wanted).all()


def over(today: date) -> Sequence[int]:
    """Ids of the approved ones whose last day has been."""
    wanted = select(Reorganisation.id).where(Reorganisation.state == "approved", Reorganisation.last_on < today)
    return db.session.scalars(wanted.order_by(Reorganisation.id)).all()


def units() -> dict[str, Known]:
    """Every unit by its code."""
    taken = (
        select(ReorganisedUnit.id)
        .join(Reorganisation, Reorganisation.id == ReorganisedUnit.reorganisation_id)
        .where(ReorganisedUnit.from_unit_id == Unit.id, Reorganisation.state.in_(OPEN))
        .exists()
    )
    found = db.session.execute(select(Unit.code, Unit.id, Unit.board, taken)).all()
    return {code: Known(unit_id, board, is_taken) for code, unit_id, board, is_taken in found}


def matching(from_unit_id: int | None, to_unit_id: int | None, seen_on: date) -> Reorganisation | None:
    """The approved one by whose list somebody has moved on that day; None for a move of one's own.

    A unit that has come to another board does not match: that is asked about (G12).
    """
    if from_unit_id is None or to_unit_id is None:
        return None
    wanted = (
        select(Reorganisation)
        .join(ReorganisedUnit, ReorganisedUnit.reorganisation_id == Reorganisation.id)
        .join(Unit, Unit.id == ReorganisedUnit.from_unit_id)
        .join(NEW, (NEW.code == ReorganisedUnit.to_code) & (NEW.board == Unit.board))
        .where(Reorganisation.state == "approved", Reorganisation.last_on >= seen_on)
        .where(Unit.id == from_unit_id, NEW.id == to_unit_id)
    )
    return db.session.scalar(wanted.order_by(Reorganisation.id).limit(1))


def waiting_by_list() -> Sequence[int]:
    """Ids of the held moves that an approved list may be about."""
    wanted = (
        select(HeldMove.id)
        .join(ReorganisedUnit, ReorganisedUnit.from_unit_id == HeldMove.from_unit_id)
        .join(Reorganisation, Reorganisation.id == ReorganisedUnit.reorganisation_id)
        .join(NEW, (NEW.id == HeldMove.to_unit_id) & (NEW.code == ReorganisedUnit.to_code))
        .where(HeldMove.state == "waiting", Reorganisation.state == "approved")
        .where(Reorganisation.last_on >= HeldMove.seen_on, HeldMove.person_id != Reorganisation.decided_by_id)
    )
    return db.session.scalars(wanted.order_by(HeldMove.id)).all()


def cases(one: Reorganisation) -> Sequence[Mover]:
    """Whoever has moved by the list and holds something."""
    wanted = select(Mover).where(Mover.reorganisation_id == one.id).options(joinedload(Mover.person))
    return db.session.scalars(wanted.order_by(Mover.id)).all()


def affected(one: Reorganisation) -> Mapping[int, tuple[int, int, int]]:
    """By unit of the list: how many people, rights, and sensitive ones of them.

    They are those who work there today, and those whose move from there waits.
    """
    ids = [unit.from_unit_id for unit in one.units]
    here = select(Person.id, Person.unit_id).where(Person.unit_id.in_(ids), Person.employment_status.in_(PRESENT))
    gone = select(HeldMove.person_id, HeldMove.from_unit_id).where(
        HeldMove.from_unit_id.in_(ids), HeldMove.state == "waiting"
    )
    where = {row[0]: row[1] for row in (*db.session.execute(here), *db.session.execute(gone))}
    rights = held_queries.rights_of(list(where))
    found = dict.fromkeys(ids, (0, 0, 0))
    for person_id, unit_id in where.items():
        people, all_of, secret = found[unit_id]
        more, more_secret = rights.get(person_id, (0, 0))
        found[unit_id] = (people + 1, all_of + more, secret + more_secret)
    return found


def names_of(ids: Collection[int]) -> dict[int, str]:
    """What each is called."""
    found = db.session.execute(select(Reorganisation.id, Reorganisation.name).where(Reorganisation.id.in_(ids)))
    return {number: name for number, name in found}


def names() -> dict[str, str]:
    """Name of each unit by its code."""
    return {code: name for code, name in db.session.execute(select(Unit.code, Unit.name))}
