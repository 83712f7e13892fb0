"""What is attested of a system, and its risks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import System
from app.db import Model
from app.directory.models import MOMENT, Person


class Attestation(Model):
    """Somebody has said how one thing of a system stands. Never changed: the latest of a kind is the one in force.

    ``kind`` is of workflows/system_profile.py; ``matter_id`` the integration, for alarms. ``facts``: what the kind has
    beside (a plan's budget, an alarm's threshold). ``responsible_id``: who sees to it that it is done again by
    ``due_on``, a local date.
    """

    __tablename__ = "attestation"
    __table_args__ = (
        Index("ix_attestation_latest", "system_id", "kind", text("coalesce(matter_id, 0)"), text("id DESC")),
        CheckConstraint("due_on > done_on", "days"),
        CheckConstraint("(kind = 'alarms') = (matter_id IS NOT NULL)", "matter"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"))
    kind: Mapped[str]
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"))
    is_needed: Mapped[bool] = mapped_column(default=True)
    reference: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    done_on: Mapped[date]
    due_on: Mapped[date]
    responsible_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(MOMENT)

    system: Mapped[System] = relationship()
    responsible: Mapped[Person] = relationship(foreign_keys=[responsible_id])
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])


class SystemRisk(Model):
    """One risk of a system: likelihood and consequence 1 to 4, and what is done about it until ``due_on``.

    ``decision`` is the owner's: accept, reduce, avoid; empty until it is made. It holds to ``decided_until``.
    """

    __tablename__ = "system_risk"
    __table_args__ = (
        Index("ix_system_risk_open", "system_id", postgresql_where=text("closed_at IS NULL")),
        CheckConstraint("likelihood BETWEEN 1 AND 4 AND consequence BETWEEN 1 AND 4", "score"),
        CheckConstraint("decision IN ('', 'accept', 'reduce', 'avoid')", "decision"),
        CheckConstraint("(decision = '') = (decided_by_id IS NULL)", "decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"))
    text: Mapped[str]
    likelihood: Mapped[int]
    consequence: Mapped[int]
    measure: Mapped[str] = mapped_column(default="")
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]
    noted_at: Mapped[datetime] = mapped_column(MOMENT)
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decision: Mapped[str] = mapped_column(default="")
    decision_reason: Mapped[str] = mapped_column(default="")
    decided_until: Mapped[date | None]
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_note: Mapped[str] = mapped_column(default="")

    system: Mapped[System] = relationship()
    responsible: Mapped[Person | None] = relationship(foreign_keys=[responsible_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def score(self) -> int:
        """Likelihood times consequence."""
        return self.likelihood * self.consequence
