"""Reading packs and their forms."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, func, select
from sqlalchemy.orm import joinedload

from app.db import db
from app.errors import NotFound
from app.outages.models import PaperForm, PaperPack

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
