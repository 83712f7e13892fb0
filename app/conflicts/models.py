"""Exemptions from a toxic pair."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import ToxicPair
from app.db import Model
from app.directory.models import MOMENT, Person

LONGEST_DAYS = 365


class ToxicExemption(Model):
    """One person may hold both levels of a pair until ``valid_to``, a local date, with a compensating control.

    ``status``: asked, approved (by owner and coordinator), rejected, ended (before its time). ``reason`` is why
    it was rejected or ended.
    """

    __tablename__ = "toxic_exemption"
    __table_args__ = (
        Index(
            "uq_toxic_exemption_open",
            "subject_id",
            "pair_id",
            unique=True,
            postgresql_where=text("status = 'asked'"),
        ),
        CheckConstraint("status IN ('asked', 'approved', 'rejected', 'ended')", "status"),
        CheckConstraint(
            "owner_id <> coordinator_id AND owner_id NOT IN (subject_id, asked_by_id)"
            " AND coordinator_id NOT IN (subject_id, asked_by_id)",
            "four_eyes",
        ),
        CheckConstraint("status <> 'approved' OR (owner_id IS NOT NULL AND coordinator_id IS NOT NULL)", "both"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("toxic_pair.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    control: Mapped[str]
    valid_to: Mapped[date]
    status: Mapped[str] = mapped_column(default="asked")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(MOMENT)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    owner_at: Mapped[datetime | None] = mapped_column(MOMENT)
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    coordinator_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    reason: Mapped[str] = mapped_column(default="")

    pair: Mapped[ToxicPair] = relationship()
    subject: Mapped[Person] = relationship(foreign_keys=[subject_id])
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    coordinator: Mapped[Person | None] = relationship(foreign_keys=[coordinator_id])
