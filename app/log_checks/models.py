"""The check of one system's log for one month, and whom it looks at."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import System
from app.db import Model
from app.directory.models import MOMENT, Person


class LogCheck(Model):
    """``month`` is the first day of the month that is looked at. ``users`` are the ids of everybody who had access then
    (read only when asked for: there may be many), and ``seed`` is what the sample was drawn with: who has both can draw
    it again (workflows/log_check.py).

    ``colleague_cases`` and ``protected_cases``: how many look-ups of the person's own colleagues, and of people with
    protected identity, the owner found and looked at (rules.md C3); None until it is signed. ``action``: what was done
    about deviations. ``done_for_id``: in whose stead a deputy signed. ``version`` counts what was saved.
    """

    __tablename__ = "log_check"
    __table_args__ = (
        UniqueConstraint("system_id", "month"),
        CheckConstraint("extract(day FROM month) = 1", "month"),
        CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", "done"),
        CheckConstraint("colleague_cases >= 0 AND protected_cases >= 0", "cases"),
        Index("ix_log_check_open", "due_on", postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"))
    month: Mapped[date]
    seed: Mapped[str]
    users: Mapped[list[int]] = mapped_column(JSONB, deferred=True)
    user_count: Mapped[int]
    drawn_at: Mapped[datetime] = mapped_column(MOMENT)
    due_on: Mapped[date]
    colleague_cases: Mapped[int | None]
    protected_cases: Mapped[int | None]
    action: Mapped[str] = mapped_column(default="", server_default="")
    done_at: Mapped[datetime | None] = mapped_column(MOMENT)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    system: Mapped[System] = relationship()
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])
    done_for: Mapped[Person | None] = relationship(foreign_keys=[done_for_id])
    items: Mapped[list[LogCheckItem]] = relationship(back_populates="check", order_by="LogCheckItem.id")


class LogCheckItem(Model):
    """One person who was drawn, and what the log showed. ``result``: fine, deviation, unchecked, or empty until then.

    Nobody answers about themselves; the database refuses it.
    """

    __tablename__ = "log_check_item"
    __table_args__ = (
        UniqueConstraint("check_id", "person_id"),
        CheckConstraint("result IN ('', 'fine', 'deviation', 'unchecked')", "result"),
        CheckConstraint("(result = '') = (answered_by_id IS NULL)", "answered"),
        CheckConstraint("answered_by_id <> person_id", "not_self"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("log_check.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    result: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None] = mapped_column(MOMENT)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    check: Mapped[LogCheck] = relationship(back_populates="items")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
