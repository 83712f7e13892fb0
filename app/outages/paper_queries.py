"""Reading registered forms, what is asked about them, and drills."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from app.catalogue.models import AccessLevel, System
from app.db import db
from app.errors import NotFound
from app.outages.models import Outage
from app.outages.paper_models import ContinuityTest, PaperOrder, PaperRegistration
from workflows import paper as rules

PEOPLE = ("subject", "orderer", "manager", "owner", "executor", "registered_by", "verified_by")
SHOWN = 20


def paper(paper_id: int) -> PaperOrder:
    """The registered form with everybody on it. Raises NotFound."""
    people = [joinedload(getattr(PaperOrder, name)) for name in PEOPLE]
    with_level = joinedload(PaperOrder.level).joinedload(AccessLevel.system)
    found = db.session.get(
        PaperOrder, paper_id, options=(*people, with_level, joinedload(PaperOrder.form), joinedload(PaperOrder.outage))
    )
    if found is None:
        raise NotFound()
    return found


def levels_of(system_ids: Collection[int]) -> Sequence[AccessLevel]:
    """The levels in use of the systems, by system."""
    wanted = select(AccessLevel).join(System).where(AccessLevel.system_id.in_(system_ids), AccessLevel.active)
    ordered = wanted.order_by(System.name, AccessLevel.position, AccessLevel.id)
    return db.session.scalars(ordered.options(joinedload(AccessLevel.system))).all()


def to_register() -> Sequence[int]:
    """What is asked about the forms of a system, and is not done; of outages that are not closed."""
    asked = select(PaperRegistration.id).join(Outage).where(PaperRegistration.done_at.is_(None))
    return db.session.scalars(asked.where(Outage.closed_at.is_(None)).order_by(PaperRegistration.id)).all()


def to_close() -> Sequence[int]:
    """Outages that are over and not closed."""
    over = select(Outage.id).where(Outage.ended_at.is_not(None), Outage.closed_at.is_(None))
    return db.session.scalars(over.order_by(Outage.id)).all()


def waiting() -> Sequence[int]:
    """Verified forms that wait for the directory."""
    return db.session.scalars(select(PaperOrder.id).where(PaperOrder.state == "waiting").order_by(PaperOrder.id)).all()


def drills_of(system_id: int) -> Sequence[ContinuityTest]:
    """The system's drills, newest first."""
    wanted = select(ContinuityTest).where(ContinuityTest.system_id == system_id)
    ordered = wanted.order_by(ContinuityTest.held_on.desc(), ContinuityTest.id.desc()).limit(SHOWN)
    return db.session.scalars(ordered.options(joinedload(ContinuityTest.held_by))).all()


def last_drill(system_id: int) -> date | None:
    """The day of the system's latest drill; None when there has been none."""
    return db.session.scalar(select(func.max(ContinuityTest.held_on)).where(ContinuityTest.system_id == system_id))


def to_drill(today: date) -> Sequence[int]:
    """The latest drill of each system in production whose next one is due, and of which nobody has been told."""
    later = aliased(ContinuityTest)
    newer = select(later.id).where(later.system_id == ContinuityTest.system_id, later.held_on > ContinuityTest.held_on)
    wanted = select(ContinuityTest.id, ContinuityTest.held_on).join(System)
    wanted = wanted.where(ContinuityTest.reminded_at.is_(None), ~newer.exists(), System.lifecycle == "production")
    found = db.session.execute(wanted.order_by(ContinuityTest.id)).all()
    return [test_id for test_id, held_on in found if rules.next_drill(held_on) <= today]
