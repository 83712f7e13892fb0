"""Reorganisations: whole units that become others, with everybody in them, as one decision (rules.md C5)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.directory.models import MOMENT, Person, Unit

OPEN = ("proposed", "approved")


class Reorganisation(Model):
    """One campaign of one board. ``state``: proposed, approved, refused, withdrawn, closed.

    ``last_on`` is local: who is seen in the new unit later has moved alone. Whoever proposes it does not decide it.
    """

    __tablename__ = "reorganisation"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'approved', 'refused', 'withdrawn', 'closed')", "state"),
        CheckConstraint("decided_by_id <> proposed_by_id", "four_eyes"),
        CheckConstraint("(state IN ('approved', 'refused', 'closed')) = (decided_by_id IS NOT NULL)", "decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    board: Mapped[str]
    last_on: Mapped[date]
    state: Mapped[str] = mapped_column(server_default="proposed")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(MOMENT)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)

    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    units: Mapped[list[ReorganisedUnit]] = relationship(order_by="ReorganisedUnit.id")


class ReorganisedUnit(Model):
    """A unit and what becomes of it: the code of the new one, which the directory need not have yet."""

    __tablename__ = "reorganised_unit"
    __table_args__ = (Index("uq_reorganised_unit", "reorganisation_id", "from_unit_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reorganisation_id: Mapped[int] = mapped_column(ForeignKey("reorganisation.id"))
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    to_code: Mapped[str]

    from_unit: Mapped[Unit] = relationship()
