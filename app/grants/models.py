"""Who has what, until when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import AccessLevel
from app.db import Model
from app.directory.models import MOMENT, Employment, Person

LIVE = ("pending_activation", "active", "suspended", "revocation_pending", "expired")


class Grant(Model):
    """One access right of one person. The table is ``access_grant``: GRANT is a word of SQL.

    ``expired`` means: the end date has passed and the removal is not yet confirmed; ``revoked`` is the end.
    Dates are local and inclusive. ``pending_activation``: granted, and not to be used before the introduction is given
    and received (rules.md C3), or the tag is (C4).
    """

    __tablename__ = "access_grant"
    __table_args__ = (
        Index(
            "uq_access_grant_live",
            "subject_id",
            "level_id",
            "scope",
            unique=True,
            postgresql_where=text("status IN ('pending_activation', 'active', 'suspended')"),
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
