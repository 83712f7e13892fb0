"""Who has what, until when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import AccessLevel
from app.db import Model
from app.directory.models import MOMENT, Employment, Person

LIVE = ("pending_activation", "active", "suspended", "revocation_pending", "expired")


class Grant(Model):
    """One access right of one person. The table is ``access_grant``: GRANT is a word of SQL.

    ``expired`` means: the end date has passed and the removal is not yet confirmed; ``revoked`` is the end.
    Dates are local and inclusive. ``pending_activation``: granted, and not to be used before the introduction is given
    and received (rules.md C3), or the tag is (C4), or the directory has confirmed the membership
    (``waits_for_directory``). ``source``: request, legacy, or emergency, which may live beside an
    ordinary right.
    """

    __tablename__ = "access_grant"
    __table_args__ = (
        Index(
            "uq_access_grant_live",
            "subject_id",
            "level_id",
            "scope",
            unique=True,
            postgresql_where=text("status IN ('pending_activation', 'active', 'suspended') AND source <> 'emergency'"),
        ),
        Index(
            "uq_access_grant_live_emergency",
            "subject_id",
            "level_id",
            "scope",
            unique=True,
            postgresql_where=text("status = 'active' AND source = 'emergency'"),
        ),
        Index("ix_access_grant_ends", "valid_to", postgresql_where=text("status = 'active'")),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", "period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("access_request.id"), unique=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    level_id: Mapped[int] = mapped_column(ForeignKey("access_level.id"), index=True)
    employment_id: Mapped[int | None] = mapped_column(ForeignKey("employment.id"))
    scope: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="active")
    source: Mapped[str] = mapped_column(default="request")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime] = mapped_column(MOMENT)
    target_user_id: Mapped[str] = mapped_column(default="")
    done_on: Mapped[date | None]
    revoke_reason: Mapped[str] = mapped_column(default="")
    revoke_ordered_at: Mapped[datetime | None] = mapped_column(MOMENT)
    revoke_ordered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(MOMENT)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    introduced_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    introduced_at: Mapped[datetime | None] = mapped_column(MOMENT)
    manual_version: Mapped[str] = mapped_column(default="", server_default="")
    received_at: Mapped[datetime | None] = mapped_column(MOMENT)
    waits_for_directory: Mapped[bool] = mapped_column(default=False, server_default="false")
    version: Mapped[int] = mapped_column(default=1)

    subject: Mapped[Person] = relationship(foreign_keys=[subject_id])
    granted_by: Mapped[Person | None] = relationship(foreign_keys=[granted_by_id])
    introduced_by: Mapped[Person | None] = relationship(foreign_keys=[introduced_by_id])
    level: Mapped[AccessLevel] = relationship()
    employment: Mapped[Employment | None] = relationship()


class GrantSuspension(Model):
    """A reason for which a right rests (suspending.py), from ``at`` to ``ended_at``; each reason once at a time.

    ``by_id`` and ``ended_by_id`` None: time, or the directory.
    """

    __tablename__ = "grant_suspension"
    __table_args__ = (
        Index("uq_grant_suspension_open", "grant_id", "reason", unique=True, postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("ended_at >= at", "period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("access_grant.id"))
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(MOMENT)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Emergency(Model):
    """The hours of an emergency right, and the control that follows it (rules.md C7). One for each such right.

    ``expires_at`` is a moment, not a day. ``ended_at``: when the right ended, by time or before. ``approved`` None:
    nobody has said yet. ``deviations`` are codes: disapproved, approval_late, follow_up_late, misused. ``deferred``:
    the courses and the agreement that were not asked for when it was granted. ``state``: open, closed or
    closed_deviation. ``approve_by``, ``follow_up_by`` and ``close_by`` are local dates.
    """

    __tablename__ = "emergency"
    __table_args__ = (
        Index("ix_emergency_expires", "expires_at", postgresql_where=text("ended_at IS NULL")),
        Index("ix_emergency_subject", "subject_id", "level_id"),
        CheckConstraint("state IN ('open', 'closed', 'closed_deviation')", "state"),
        CheckConstraint("expires_at <= granted_at + interval '72 hours'", "longest"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", "closed"),
        CheckConstraint("subject_id <> orderer_id AND subject_id <> granted_by_id", "not_self"),
        CheckConstraint("orderer_id <> granted_by_id AND approved_by_id NOT IN (subject_id, orderer_id)", "four_eyes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("access_grant.id"), unique=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("access_request.id"), unique=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    level_id: Mapped[int] = mapped_column(ForeignKey("access_level.id"), index=True)
    orderer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    granted_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime] = mapped_column(MOMENT)
    expires_at: Mapped[datetime] = mapped_column(MOMENT)
    deferred: Mapped[list[str]] = mapped_column(JSONB, default=list)
    extended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    extended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    extension_reason: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    end_reason: Mapped[str] = mapped_column(default="")
    approve_by: Mapped[date]
    follow_up_by: Mapped[date]
    close_by: Mapped[date]
    reminded_on: Mapped[date | None]
    approved: Mapped[bool | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(MOMENT)
    approval_reason: Mapped[str] = mapped_column(default="")
    followed_up_at: Mapped[datetime | None] = mapped_column(MOMENT)
    followed_up_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sample: Mapped[str] = mapped_column(default="")
    result: Mapped[str] = mapped_column(default="")
    lesson: Mapped[str] = mapped_column(default="")
    deviations: Mapped[list[str]] = mapped_column(JSONB, default=list)
    is_incident: Mapped[bool | None]
    state: Mapped[str] = mapped_column(default="open")
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    grant: Mapped[Grant] = relationship()
    level: Mapped[AccessLevel] = relationship()
    subject: Mapped[Person] = relationship(foreign_keys=[subject_id])
    orderer: Mapped[Person] = relationship(foreign_keys=[orderer_id])
    granted_by: Mapped[Person] = relationship(foreign_keys=[granted_by_id])
    extended_by: Mapped[Person | None] = relationship(foreign_keys=[extended_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    followed_up_by: Mapped[Person | None] = relationship(foreign_keys=[followed_up_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
