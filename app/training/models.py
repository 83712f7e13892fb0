"""Who has completed which course, who has signed which agreement, and each file of completions that was read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import Agreement, Course
from app.db import Model
from app.directory.models import MOMENT, Person


class Completion(Model):
    """A person has completed a course. ``expires_on`` is the last local date on which it counts; None: for ever.

    ``near_told_at`` and ``expiry_told_at``: when the person was told that it runs out, and that it has.
    """

    __tablename__ = "completion"
    __table_args__ = (UniqueConstraint("person_id", "course_id", "completed_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    completed_on: Mapped[date]
    expires_on: Mapped[date | None] = mapped_column(index=True)
    source: Mapped[str]
    imported_at: Mapped[datetime] = mapped_column(MOMENT)
    near_told_at: Mapped[datetime | None] = mapped_column(MOMENT)
    expiry_told_at: Mapped[datetime | None] = mapped_column(MOMENT)

    course: Mapped[Course] = relationship()


class Signature(Model):
    """A person has signed one version of an agreement. Never changed or deleted: it outlives the employment.

    ``method`` is how the person had logged in. The database refuses UPDATE and DELETE (migration 0012).
    """

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("person_id", "agreement_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    signed_at: Mapped[datetime] = mapped_column(MOMENT)
    method: Mapped[str]

    agreement: Mapped[Agreement] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def subject_id(self) -> int:
        """Whom it is about (``permissions``)."""
        return self.person_id


class TrainingImport(Model):
    """One file of completions that was read, with its report. ``refused`` holds line, column, value and reason.

    The file itself is not kept, only its SHA-256: it may hold names.
    """

    __tablename__ = "training_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    read_at: Mapped[datetime] = mapped_column(MOMENT)
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    digest: Mapped[str]
    added: Mapped[int]
    known: Mapped[int]
    refused: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)

    read_by: Mapped[Person | None] = relationship()
