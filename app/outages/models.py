"""Packs of numbered forms, as they were printed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import System
from app.db import Model
from app.directory.models import MOMENT, Person, Unit


class PaperPack(Model):
    """One printed edition for a system, and for a unit where it lies in one. ``content`` is the PDF as it was made.

    ``replaced_at``: when a newer edition took its place; the forms that were blank then are void.
    ``made_by_id`` is None for the quarterly job.
    """

    __tablename__ = "paper_pack"
    __table_args__ = (
        Index(
            "uq_paper_pack_current",
            "system_id",
            text("coalesce(unit_id, 0)"),
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    made_at: Mapped[datetime] = mapped_column(MOMENT)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    roles_digest: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    digest: Mapped[str]
    replaced_at: Mapped[datetime | None] = mapped_column(MOMENT)

    system: Mapped[System] = relationship()
    unit: Mapped[Unit | None] = relationship()
    made_by: Mapped[Person | None] = relationship()
    forms: Mapped[list[PaperForm]] = relationship(back_populates="pack", order_by="PaperForm.number")


class PaperForm(Model):
    """One numbered form. ``status``: issued (printed, and not accounted for), used, void or missing."""

    __tablename__ = "paper_form"
    __table_args__ = (
        UniqueConstraint("system_id", "number"),
        CheckConstraint("status IN ('issued', 'used', 'void', 'missing')", "status"),
        CheckConstraint("number > 0", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"))
    number: Mapped[int]
    serial: Mapped[str] = mapped_column(unique=True)
    pack_id: Mapped[int] = mapped_column(ForeignKey("paper_pack.id"), index=True)
    status: Mapped[str] = mapped_column(default="issued")

    pack: Mapped[PaperPack] = relationship(back_populates="forms")
    system: Mapped[System] = relationship()
