"""Who has come, as the directory showed it, and what became of the base order that they need."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.directory.models import MOMENT, Person

# existing: was here when the watch began; open: the manager has it to do; the others end it.
STATES = ("existing", "open", "ordered", "declined", "left")


class Arrival(Model):
    """Somebody employed whom the watch has seen, once for each time that they come.

    ``noticed_on`` is a local date. ``told_id``: which manager had the mail, ``told_on`` when, ``reminded`` how many
    reminders went after it; another manager is told anew. ``reason``: why it is not needed, by ``decided_by``.
    """

    __tablename__ = "arrival"
    __table_args__ = (
        CheckConstraint("state IN ('existing', 'open', 'ordered', 'declined', 'left')", "state"),
        CheckConstraint("(state = 'declined') <= (decided_by_id IS NOT NULL AND reason <> '')", "declined"),
        CheckConstraint("decided_by_id <> person_id", "not_self"),
        Index("uq_arrival_here", "person_id", unique=True, postgresql_where=text("state <> 'left'")),
        Index("ix_arrival_open", "person_id", postgresql_where=text("state = 'open'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str]
    noticed_on: Mapped[date]
    told_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    told_on: Mapped[date | None]
    reminded: Mapped[int] = mapped_column(server_default="0")
    reason: Mapped[str] = mapped_column(server_default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def subject_id(self) -> int:
        """Whom it is about, as the table of permissions asks."""
        return self.person_id


class ArrivalWatch(Model):
    """The one row that says when somebody last looked; after a long pause everybody counts as having been here."""

    __tablename__ = "arrival_watch"
    __table_args__ = (CheckConstraint("id = 1", "one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    looked_at: Mapped[datetime] = mapped_column(MOMENT)
