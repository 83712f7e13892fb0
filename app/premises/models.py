"""Tags, cards and keys, and which rights each of them carries."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import System
from app.db import Model
from app.directory.models import MOMENT, Person
from app.grants.models import Grant

LIVE = ("programmed", "handed_out", "lost")


class Credential(Model):
    """One tag, card or key in somebody's hand, from the programming to the hand-back. A PIN is never stored.

    ``status``: programmed (waits to be handed out), handed_out, lost, handed_back; the last is the end. One that is
    handed out again, to anybody, is a new row. ``id_method`` says how the holder showed who they are, never a number.
    ``receipt`` is screen or paper, ``received_at`` when it was signed; on paper ``receipt_note`` says where it is kept.
    ``block_reason`` says why it shall be blocked since ``block_ordered_at``; ``blocked_at``: somebody has done it.
    ``due_on``: the last day to fetch it and sign. ``not_back_at``: when the manager heard that it is not handed back.
    ``task_id``: the latest task about it. ``last_used_on`` is imported as a date; passages are not.
    """

    __tablename__ = "credential"
    __table_args__ = (
        Index(
            "uq_credential_serial",
            "system_id",
            "serial",
            unique=True,
            postgresql_where=text("status IN ('programmed', 'handed_out', 'lost')"),
        ),
        Index("ix_credential_subject", "subject_id"),
        CheckConstraint("kind IN ('tag', 'card', 'key')", "kind"),
        CheckConstraint("status IN ('programmed', 'handed_out', 'lost', 'handed_back')", "status"),
        CheckConstraint("receipt IN ('', 'screen', 'paper')", "receipt"),
        CheckConstraint("subject_id <> handed_out_by_id", "not_self"),
        CheckConstraint("blocked_at IS NULL OR block_ordered_at IS NOT NULL", "blocked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    serial: Mapped[str]
    status: Mapped[str] = mapped_column(default="programmed")
    programmed_at: Mapped[datetime] = mapped_column(MOMENT)
    programmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date]
    handed_out_at: Mapped[datetime | None] = mapped_column(MOMENT)
    handed_out_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    id_method: Mapped[str] = mapped_column(default="")
    receipt: Mapped[str] = mapped_column(default="")
    receipt_note: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime | None] = mapped_column(MOMENT)
    lost_at: Mapped[datetime | None] = mapped_column(MOMENT)
    lost_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lost_note: Mapped[str] = mapped_column(default="")
    block_ordered_at: Mapped[datetime | None] = mapped_column(MOMENT)
    block_reason: Mapped[str] = mapped_column(default="")
    blocked_at: Mapped[datetime | None] = mapped_column(MOMENT)
    blocked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    handed_back_at: Mapped[datetime | None] = mapped_column(MOMENT)
    handed_back_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    not_back_at: Mapped[datetime | None] = mapped_column(MOMENT)
    last_used_on: Mapped[date | None]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))

    system: Mapped[System] = relationship()
    subject: Mapped[Person] = relationship(foreign_keys=[subject_id])
    handed_out_by: Mapped[Person | None] = relationship(foreign_keys=[handed_out_by_id])
    handed_back_to: Mapped[Person | None] = relationship(foreign_keys=[handed_back_to_id])
    lost_by: Mapped[Person | None] = relationship(foreign_keys=[lost_by_id])
    blocked_by: Mapped[Person | None] = relationship(foreign_keys=[blocked_by_id])
    grants: Mapped[list[Grant]] = relationship(secondary="credential_grant", order_by="Grant.id")


class CredentialGrant(Model):
    """Which rights a tag carries: one tag opens what several orders have given."""

    __tablename__ = "credential_grant"

    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("access_grant.id"), primary_key=True, index=True)
