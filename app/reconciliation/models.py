"""Findings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import System
from app.db import Model
from app.directory.models import MOMENT, Person

TYPES = ("paper_order_failed", "paper_form_missing")
ACCEPTABLE = ("paper_form_missing",)  # what an owner may live with for a time
OPEN = ("open", "assigned", "reopened")
STATES = (*OPEN, "resolved_removed", "resolved_regularised", "accepted_risk", "false_positive")


class Finding(Model):
    """Something found that must be removed, regularised, accepted or explained (rules.md C13).

    One is open for each person, system and type; what is found again joins its ``evidence``. ``person_id`` is None for
    what concerns nobody known: a lost form. ``due_on`` is a local date. ``rung``: how many of the clock's reminders and
    escalations have gone. ``accepted_until``: the last day of an accepted risk.
    """

    __tablename__ = "finding"
    __table_args__ = (
        Index(
            "uq_finding_open",
            text("coalesce(person_id, 0)"),
            "system_id",
            "type",
            unique=True,
            postgresql_where=text("state IN ('open', 'assigned', 'reopened')"),
        ),
        Index("ix_finding_due", "due_on", postgresql_where=text("state IN ('open', 'assigned', 'reopened')")),
        CheckConstraint(f"state IN {STATES}", "state"),
        CheckConstraint("severity IN ('low', 'medium', 'high')", "severity"),
        CheckConstraint("(state = 'accepted_risk') = (accepted_until IS NOT NULL)", "accepted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    severity: Mapped[str]
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    state: Mapped[str] = mapped_column(default="open")
    found_at: Mapped[datetime] = mapped_column(MOMENT)
    due_on: Mapped[date]
    rung: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    accepted_until: Mapped[date | None]
    resolved_at: Mapped[datetime | None] = mapped_column(MOMENT)
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    system: Mapped[System] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    resolved_by: Mapped[Person | None] = relationship(foreign_keys=[resolved_by_id])
