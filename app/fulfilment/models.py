"""What is to be changed in the directory: an outbox, as the one of the mails."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import AccessLevel
from app.db import Model
from app.directory.models import MOMENT, Person
from app.grants.models import Grant


class DirectoryWrite(Model):
    """Somebody is to be in a group, or not to be: queued with the act that it follows from, done when confirmed.

    ``status``: waiting, done, dropped (not needed any more), handed_over (a person does it). ``leased_until``: a worker
    has it, and it alone deals with this person and group. ``refusals``: how often the directory has said no.
    ``reason`` is the code of what it waits for or why it ended, ``detail`` what the server said.
    """

    __tablename__ = "directory_write"
    __table_args__ = (
        Index("uq_directory_write_open", "grant_id", "act", unique=True, postgresql_where=text("status = 'waiting'")),
        Index("ix_directory_write_queue", "next_attempt_at", postgresql_where=text("status = 'waiting'")),
        Index("ix_directory_write_grant", "grant_id"),
        Index("ix_directory_write_tried", "tried_at"),
        CheckConstraint("act IN ('add', 'remove')", "act"),
        CheckConstraint("status IN ('waiting', 'done', 'dropped', 'handed_over')", "status"),
        CheckConstraint("(status = 'waiting') = (ended_at IS NULL)", "ended"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("access_grant.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    level_id: Mapped[int] = mapped_column(ForeignKey("access_level.id"))
    group_name: Mapped[str]
    act: Mapped[str]
    status: Mapped[str] = mapped_column(default="waiting")
    reason: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    server: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime] = mapped_column(MOMENT)
    next_attempt_at: Mapped[datetime] = mapped_column(MOMENT)
    tried_at: Mapped[datetime | None] = mapped_column(MOMENT)
    leased_until: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)

    grant: Mapped[Grant] = relationship()
    person: Mapped[Person] = relationship()
    level: Mapped[AccessLevel] = relationship()
