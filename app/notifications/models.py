"""The outbox: nothing leaves the house before the commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.directory.models import MOMENT


class OutboxMail(Model):
    """A mail to be. It is rendered and its link made when it is sent: no token lies in the database.

    ``key`` is unique: queued at most once. ``status``: queued, sent, dropped (not needed any more), failed.
    ``recipient_id`` is a person, or ``mailbox`` a functional mailbox, which never gets a decision link.
    """

    __tablename__ = "outbox_mail"
    __table_args__ = (Index("ix_outbox_mail_queue", "next_attempt_at", postgresql_where=text("status = 'queued'")),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    template: Mapped[str]
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    mailbox: Mapped[str] = mapped_column(default="")
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    status: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime] = mapped_column(MOMENT)
    next_attempt_at: Mapped[datetime] = mapped_column(MOMENT)
    sent_at: Mapped[datetime | None] = mapped_column(MOMENT)
    sent_to: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")
