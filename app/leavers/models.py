"""Somebody's end of employment, from when it is known until nothing is left; and what the manager goes through."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.directory.models import MOMENT, Person

UNDER_WAY = ("planned", "prepared", "removing", "verifying")
KINDS = ("equipment", "mailbox", "delegated", "other")


class Leaver(Model):
    """One end of employment; a person has one under way.

    ``source``: date, ended, notice or immediate; ``reason_code`` for the last alone. ``last_day`` is local and
    inclusive: it is over at 24:00. ``opened_by_id`` None: the directory. ``account_by``: when the account of who leaves
    at once must be closed. ``remains``: what a snapshot showed that should be gone, each with key, what, name and
    since; ``clean`` counts snapshots without any since everything was gone, ``snapshot_id`` is the last that was
    looked at. ``working_days``: from the end to the last removal.
    """

    __tablename__ = "leaver"
    __table_args__ = (
        CheckConstraint("source IN ('date', 'ended', 'notice', 'immediate')", "source"),
        CheckConstraint("(source = 'immediate') = (reason_code <> '')", "reason_code"),
        CheckConstraint("opened_by_id <> person_id AND prepared_by_id <> person_id", "not_self"),
        CheckConstraint("(state = 'closed') <= (working_days IS NOT NULL)", "measured"),
        Index(
            "uq_leaver_under_way",
            "person_id",
            unique=True,
            postgresql_where=text("state IN ('planned', 'prepared', 'removing', 'verifying')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    definition_version: Mapped[int]
    source: Mapped[str]
    reason_code: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str]
    last_day: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(MOMENT)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    told_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    told_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    account_by: Mapped[datetime | None] = mapped_column(MOMENT)
    gone_at: Mapped[datetime | None] = mapped_column(MOMENT)
    snapshot_id: Mapped[int | None]
    clean: Mapped[int] = mapped_column(server_default="0")
    remains: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    working_days: Mapped[int | None]
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    opened_by: Mapped[Person | None] = relationship(foreign_keys=[opened_by_id])
    prepared_by: Mapped[Person | None] = relationship(foreign_keys=[prepared_by_id])

    @property
    def subject_id(self) -> int:
        """Whom it is about, as the table of permissions asks."""
        return self.person_id


class LeaverItem(Model):
    """Something that the product does not know of and that must be handed back or over."""

    __tablename__ = "leaver_item"
    __table_args__ = (CheckConstraint("kind IN ('equipment', 'mailbox', 'delegated', 'other')", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    leaver_id: Mapped[int] = mapped_column(ForeignKey("leaver.id"), index=True)
    kind: Mapped[str]
    what: Mapped[str]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime | None] = mapped_column(MOMENT)

    leaver: Mapped[Leaver] = relationship()

    @property
    def subject_id(self) -> int:
        """Whose it is, as the table of permissions asks."""
        return self.leaver.person_id
