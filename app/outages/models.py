"""Packs of numbered forms, as they were printed, and outages."""

from __future__ import annotations

from datetime import date, datetime

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
    """One numbered form. ``status``: issued (printed, and not accounted for), used, void or missing.

    ``outage_id``: in which outage it was used, made void or lost; None for what is blank, or void since its edition was
    replaced. ``note`` is what was said of a void or a missing one.
    """

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
    outage_id: Mapped[int | None] = mapped_column(ForeignKey("outage.id"), index=True)
    note: Mapped[str] = mapped_column(default="", server_default="")
    accounted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accounted_at: Mapped[datetime | None] = mapped_column(MOMENT)

    pack: Mapped[PaperPack] = relationship(back_populates="forms")
    system: Mapped[System] = relationship()


class Outage(Model):
    """A time when people order on paper. ``kind``: system (``system_id``), directory, network, product or mail.

    ``started_at`` and ``ended_at`` are when it was so; ``declared_at`` and ``recorded_at`` when somebody said so.
    ``escalated_at`` and ``asked_at`` are when day 3 and day 5 were told (working days after the first). ``measures``:
    what the owner has decided in writing for the time, at most to ``measures_until``, a local date.
    ``forms_issued`` and ``forms_void``: how many serials the owner counted at the end. ``closed_at``: when every serial
    was accounted for; ``closing_rung``: how many of the reminders to close it have gone. It and its forms follow
    ``definition_version`` of the paper routine to the end.
    """

    __tablename__ = "outage"
    __table_args__ = (
        CheckConstraint("kind IN ('system', 'directory', 'network', 'product', 'mail')", "kind"),
        CheckConstraint("(kind = 'system') = (system_id IS NOT NULL)", "system"),
        CheckConstraint("ended_at >= started_at", "period"),
        CheckConstraint("forms_void BETWEEN 0 AND forms_issued", "counted"),
        CheckConstraint("closed_at IS NULL OR ended_at IS NOT NULL", "closed"),
        Index(
            "uq_outage_open",
            "kind",
            text("coalesce(system_id, 0)"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    definition_version: Mapped[int] = mapped_column(server_default="1")
    kind: Mapped[str]
    system_id: Mapped[int | None] = mapped_column(ForeignKey("system.id"))
    started_at: Mapped[datetime] = mapped_column(MOMENT)
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime] = mapped_column(MOMENT)
    note: Mapped[str] = mapped_column(default="")
    escalated_at: Mapped[datetime | None] = mapped_column(MOMENT)
    asked_at: Mapped[datetime | None] = mapped_column(MOMENT)
    measures: Mapped[str] = mapped_column(default="")
    measures_until: Mapped[date | None]
    measures_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    measures_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime | None] = mapped_column(MOMENT)
    forms_issued: Mapped[int | None]
    forms_void: Mapped[int | None]
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closing_rung: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    system: Mapped[System | None] = relationship()
    declared_by: Mapped[Person] = relationship(foreign_keys=[declared_by_id])
    measures_by: Mapped[Person | None] = relationship(foreign_keys=[measures_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
