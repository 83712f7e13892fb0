"""Findings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import System
from app.db import Model
from app.directory.models import MOMENT, Person
from workflows import findings as rules

OPEN = rules.OPEN
TYPES = ("paper_order_failed", "paper_form_missing")  # found on paper; the others are workflows/findings.py's
ACCEPTABLE = ("paper_form_missing", *(name for name, kind in rules.KINDS.items() if kind.acceptable))
STATES = (*OPEN, "resolved_removed", "resolved_regularised", "accepted_risk", "false_positive")


class Finding(Model):
    """Something found that must be removed, regularised, accepted or explained (rules.md C13).

    One is open for each person, system, thing and type; what is found again joins its ``evidence``, by key.
    ``person_id`` is None for what concerns nobody known: a lost form, a group. ``thing`` is the account's objectGUID or
    the group's name where neither person nor system says it; ``system_id`` None: about no one system. ``due_on`` is a
    local date. ``rung``: how many of the clock's reminders and escalations have gone. ``accepted_until``: the last day
    of an accepted risk. ``request_id``: the order that regularises it. ``first_reading_id`` and ``last_reading_id``:
    between which readings of memberships it was seen; None for what was found on paper.
    """

    __tablename__ = "finding"
    __table_args__ = (
        Index(
            "uq_finding_open",
            text("coalesce(person_id, 0)"),
            text("coalesce(system_id, 0)"),
            "type",
            "thing",
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
    thing: Mapped[str] = mapped_column(default="", server_default="")
    system_id: Mapped[int | None] = mapped_column(ForeignKey("system.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    state: Mapped[str] = mapped_column(default="open")
    found_at: Mapped[datetime] = mapped_column(MOMENT)
    last_seen_at: Mapped[datetime] = mapped_column(MOMENT)
    first_reading_id: Mapped[int | None] = mapped_column(ForeignKey("membership_reading.id"))
    last_reading_id: Mapped[int | None] = mapped_column(ForeignKey("membership_reading.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("access_request.id"))
    due_on: Mapped[date]
    rung: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    accepted_until: Mapped[date | None]
    resolved_at: Mapped[datetime | None] = mapped_column(MOMENT)
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    system: Mapped[System | None] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    resolved_by: Mapped[Person | None] = relationship(foreign_keys=[resolved_by_id])


class MembershipReading(Model):
    """One reading of who is in the groups. ``state``: done, or held when it is too strange to judge anything by.

    ``snapshot_id``: the latest reading of the whole directory before it. ``judged_at``: when findings were made of it.
    """

    __tablename__ = "membership_reading"
    __table_args__ = (CheckConstraint("state IN ('done', 'held')", "state"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    server: Mapped[str]
    read_at: Mapped[datetime] = mapped_column(MOMENT)
    groups: Mapped[int]
    members: Mapped[int]
    state: Mapped[str]
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("directory_snapshot.id"))
    judged_at: Mapped[datetime | None] = mapped_column(MOMENT)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class Baseline(Model):
    """Go-live: every membership of that day became a right with source legacy, to be attested (rules.md C8, C13)."""

    __tablename__ = "baseline"

    id: Mapped[int] = mapped_column(primary_key=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("membership_reading.id"), unique=True)
    taken_at: Mapped[datetime] = mapped_column(MOMENT)
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    rights: Mapped[int]
    people: Mapped[int]

    taken_by: Mapped[Person] = relationship()


class BaselineItem(Model):
    """One right of the baseline that somebody has to answer for. ``verdict``: empty, keep or remove."""

    __tablename__ = "baseline_item"
    __table_args__ = (
        Index("ix_baseline_item_open", "system_id", postgresql_where=text("verdict = ''")),
        CheckConstraint("verdict IN ('', 'keep', 'remove')", "verdict"),
        CheckConstraint("(verdict = '') = (decided_by_id IS NULL)", "decided"),
        CheckConstraint("decided_by_id <> subject_id", "not_self"),
    )

    grant_id: Mapped[int] = mapped_column(ForeignKey("access_grant.id"), primary_key=True)
    baseline_id: Mapped[int] = mapped_column(ForeignKey("baseline.id"), index=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    verdict: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)
