"""One leave of one person: its dates and what is asked about it. Why somebody is away is never known here."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.directory.models import MOMENT, Person

AWAY = ("away", "listed", "reviewed")


class Absence(Model):
    """A leave; a person has one under way.

    ``ends_on`` None: not known. Dates are local and inclusive. ``seen``: the directory has shown it.
    ``rested_on``: when what is secret was let rest. ``asked_on``: when the manager was asked what the state asks;
    ``told_id`` who that was, ``told_state`` in which state, ``reminded`` how often since.
    ``opened_by_id`` None: the directory.
    """

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("source IN ('directory', 'notice')", "source"),
        CheckConstraint("ends_on >= starts_on", "period"),
        CheckConstraint("opened_by_id <> person_id AND ended_by_id <> person_id", "not_self"),
        CheckConstraint("(state IN ('ended', 'withdrawn', 'overtaken')) = (ended_at IS NOT NULL)", "ended"),
        Index("uq_absence_under_way", "person_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    definition_version: Mapped[int]
    source: Mapped[str]
    state: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    seen: Mapped[bool] = mapped_column(server_default="false")
    opened_at: Mapped[datetime] = mapped_column(MOMENT)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rested_on: Mapped[date | None]
    asked_on: Mapped[date | None]
    told_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    told_state: Mapped[str] = mapped_column(server_default="")
    reminded: Mapped[int] = mapped_column(server_default="0")
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    opened_by: Mapped[Person | None] = relationship(foreign_keys=[opened_by_id])

    @property
    def subject_id(self) -> int:
        """Whom it is about, as the table of permissions asks."""
        return self.person_id
