"""The register of assignments."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.directory.models import MOMENT, Person, Unit


class Assignment(Model):
    """One assignment of one person, open until ``ended_at``; a person has one at a time. Dates are local, inclusive.

    ``confirmed_on``: the day from which its twelve months count, its first or that of the last extension.
    ``account``: what the directory had of accounts when it was last asked (workflows/assignment_guard.py).
    ``vacant_since``: the sponsor has left; ``suspended_at``: nobody took over in time, and the rights rest.
    ``reminded``: working days before the end of the last reminder that was sent, 0 for none.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        Index("uq_assignment_open", "person_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_assignment_sponsor", "sponsor_id", postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("ends_on >= starts_on", "period"),
        CheckConstraint("ends_on <= (confirmed_on + interval '12 months')::date", "longest"),
        CheckConstraint("sponsor_id <> person_id AND registered_by_id <> person_id", "not_self"),
        CheckConstraint("agreement_ref <> ''", "agreement"),
        CheckConstraint("(ended_at IS NULL) = (end_reason = '')", "ended"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    sponsor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    agreement_ref: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    confirmed_on: Mapped[date]
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    registered_at: Mapped[datetime] = mapped_column(MOMENT)
    account: Mapped[str] = mapped_column(server_default="none")
    vacant_since: Mapped[date | None]
    suspended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    reminded: Mapped[int] = mapped_column(server_default="0")
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    end_reason: Mapped[str] = mapped_column(server_default="")
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    sponsor: Mapped[Person] = relationship(foreign_keys=[sponsor_id])
    unit: Mapped[Unit] = relationship()
    registered_by: Mapped[Person] = relationship(foreign_keys=[registered_by_id])

    @property
    def subject_id(self) -> int:
        """Whom it is about, as the table of permissions asks."""
        return self.person_id
