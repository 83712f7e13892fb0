"""A campaign, what each reviewer has of it, and the rights that are answered for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import System
from app.db import Model
from app.directory.models import MOMENT, Person, Unit
from workflows import access_review as rules


class ReviewCampaign(Model):
    """One review. ``kind`` says what it is of: a system, a unit with those below it, or a person.

    ``due_on`` and ``grace_until`` are local dates. ``hindrances``: why it has not opened. ``stopped_at``: it would have
    removed too much, and waits for ``released_by``. ``statement``: what the owner signed when it closed. ``figures``:
    what came of it, kept when it closed.
    """

    __tablename__ = "review_campaign"
    __table_args__ = (
        CheckConstraint(f"state IN {rules.STATES}", "state"),
        CheckConstraint(f"kind IN {rules.KINDS}", "kind"),
        CheckConstraint(
            "(kind = 'system') = (system_id IS NOT NULL) AND (kind = 'unit') = (unit_id IS NOT NULL)"
            " AND (kind = 'person') = (person_id IS NOT NULL)",
            "scope",
        ),
        CheckConstraint(
            "state IN ('planned', 'cancelled') OR (opened_at IS NOT NULL AND due_on IS NOT NULL)", "opened"
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", "closed"),
        CheckConstraint("state <> 'closed' OR (statement <> '' AND closed_by_id IS NOT NULL)", "signed"),
        Index("ix_review_campaign_open", "state", postgresql_where=text("state NOT IN ('closed', 'cancelled')")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    system_id: Mapped[int | None] = mapped_column(ForeignKey("system.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(default="planned")
    reason: Mapped[str] = mapped_column(default="")
    planned_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hindrances: Mapped[list[str]] = mapped_column(JSONB, default=list)
    opened_at: Mapped[datetime | None] = mapped_column(MOMENT)
    item_count: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date | None]
    grace_until: Mapped[date | None]
    applied_at: Mapped[datetime | None] = mapped_column(MOMENT)
    stopped_at: Mapped[datetime | None] = mapped_column(MOMENT)
    released_at: Mapped[datetime | None] = mapped_column(MOMENT)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    statement: Mapped[str] = mapped_column(default="")
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    system: Mapped[System | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])

    @property
    def is_answerable(self) -> bool:
        """May answers be given and changed?"""
        return self.state in ("open", "grace")


class ReviewPart(Model):
    """What one reviewer has of a campaign. ``reminded``: how many reminders have gone. ``helper_ids``: who has been
    asked as well because nobody answered in time. ``done_at``: the reviewer has said that it is ready.
    """

    __tablename__ = "review_part"
    __table_args__ = (UniqueConstraint("campaign_id", "reviewer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("review_campaign.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reminded: Mapped[int] = mapped_column(default=0)
    helper_ids: Mapped[list[int]] = mapped_column(JSONB, default=list)
    done_at: Mapped[datetime | None] = mapped_column(MOMENT)

    campaign: Mapped[ReviewCampaign] = relationship()
    reviewer: Mapped[Person] = relationship()


class ReviewItem(Model):
    """One right, as it stood when the campaign opened, and what is answered for it.

    A campaign may have a million of these, made by one statement: so there are few indexes, no foreign keys, and what
    a page needs stands in the row (docs/decisions/0058). ``verdict`` empty: nobody has answered. ``outcome`` empty:
    nothing has come of it yet. ``remove_on``: on which local date the right goes, unless somebody acts before.
    ``seconds``: how long the answer took, shared by all that were saved at once.
    """

    __tablename__ = "review_item"
    __table_args__ = (
        CheckConstraint("reviewer_id <> subject_id AND decided_by_id <> subject_id", "not_self"),
        CheckConstraint("verdict IN ('', 'keep', 'change', 'remove')", "verdict"),
        CheckConstraint("(verdict = '') = (decided_by_id IS NULL)", "decided"),
        Index("ix_review_item_reviewer", "reviewer_id", "campaign_id", "subject_id"),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    grant_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reviewer_id: Mapped[int]
    subject_id: Mapped[int]
    level_id: Mapped[int]
    system_id: Mapped[int]
    profile: Mapped[str]
    is_strict: Mapped[bool]
    source: Mapped[str]
    since: Mapped[date]
    valid_to: Mapped[date | None]
    request_id: Mapped[int | None]
    verdict: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")
    decided_by_id: Mapped[int | None]
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)
    seconds: Mapped[int | None] = mapped_column(SmallInteger)
    is_bulk: Mapped[bool] = mapped_column(default=False, server_default="false")
    outcome: Mapped[str] = mapped_column(default="", server_default="")
    remove_on: Mapped[date | None]
