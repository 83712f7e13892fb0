"""Reading packs and their forms, and outages."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from app.db import db
from app.errors import NotFound
from app.outages.models import Outage, PaperForm, PaperPack

SHOWN = 100


def pack(pack_id: int) -> PaperPack:
    """The pack with its system and unit, without the PDF. Raises NotFound."""
    found = db.session.get(PaperPack, pack_id, options=(joinedload(PaperPack.system), joinedload(PaperPack.unit)))
    if found is None:
        raise NotFound()
    return found


def current_pack(system_id: int, unit_id: int | None) -> PaperPack | None:
    """The edition that is in force for the system and the unit, or for the system alone."""
    wanted = select(PaperPack).where(PaperPack.system_id == system_id, PaperPack.replaced_at.is_(None))
    return db.session.scalar(wanted.where(PaperPack.unit_id.is_not_distinct_from(unit_id)))


def current_pack_ids() -> Sequence[int]:
    """Every edition in force."""
    return db.session.scalars(select(PaperPack.id).where(PaperPack.replaced_at.is_(None)).order_by(PaperPack.id)).all()


def packs_of(system_id: int) -> Sequence[Row[PaperPack, str, str, int, int]]:
    """The system's editions, newest first: the pack, its first and last serial, how many forms, how many blank."""
    blank = func.count().filter(PaperForm.status == "issued")
    wanted = (
        select(PaperPack, func.min(PaperForm.serial), func.max(PaperForm.serial), func.count(), blank)
        .join(PaperForm, PaperForm.pack_id == PaperPack.id)
        .where(PaperPack.system_id == system_id)
        .options(joinedload(PaperPack.unit), joinedload(PaperPack.made_by))
        .group_by(PaperPack.id)
        .order_by(PaperPack.id.desc())
        .limit(SHOWN)
    )
    return db.session.execute(wanted).all()


def may_be_in_use(system_id: int) -> bool:
    """True while an outage lasts that concerns the system, its own or of what all systems stand on, and until every
    form that may have been used in it is accounted for.
    """
    concerns = or_(Outage.system_id.is_(None), Outage.system_id == system_id)
    return db.session.scalar(select(Outage.id).where(concerns, Outage.closed_at.is_(None)).limit(1)) is not None


def outage(outage_id: int) -> Outage:
    """The outage with its system and people. Raises NotFound."""
    found = db.session.get(Outage, outage_id, options=_with_people())
    if found is None:
        raise NotFound()
    return found


def outages(system_ids: Collection[int] | None) -> Sequence[Outage]:
    """Outages, those that last first, then the newest; of these systems and of what is no system, or all."""
    wanted = select(Outage).options(*_with_people())
    if system_ids is not None:
        wanted = wanted.where(or_(Outage.system_id.is_(None), Outage.system_id.in_(system_ids)))
    return db.session.scalars(wanted.order_by(Outage.ended_at.is_not(None), Outage.id.desc()).limit(SHOWN)).all()


def lasting() -> Sequence[int]:
    """Every outage that has not ended and is not told of to the end."""
    wanted = select(Outage.id).where(Outage.ended_at.is_(None), Outage.asked_at.is_(None))
    return db.session.scalars(wanted.order_by(Outage.id)).all()


def _with_people() -> tuple[ORMOption, ...]:
    people = (Outage.declared_by, Outage.measures_by, Outage.ended_by)
    return (joinedload(Outage.system), *map(joinedload, people))
