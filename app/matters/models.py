"""Matters, every version of their answers, and what was approved on condition."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import System
from app.db import Model
from app.directory.models import MOMENT, Person


class MatterNumber(Model):
    """The last number that a series has given in a year: INT-2026-0001. A number is never used again."""

    __tablename__ = "matter_number"

    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Matter(Model):
    """One integration, or one system on its way in or out. ``version`` counts writes: the slower of two loses.

    ``answers`` are those of today (workflows/form_answers.py says how each is kept); ``form_version`` numbers them.
    ``system_id`` is the source of an integration or the system that it is about, ``other_system_id`` the target or the
    successor. ``confidentiality`` and ``personal_data`` are of the content. ``valid_to``: the last local date before it
    must be approved anew. ``ends_on``: the day when a system's rights end. ``previous_id`` is what it renews.
    """

    __tablename__ = "matter"
    __table_args__ = (
        Index("ix_matter_state", "process", "state"),
        Index(
            "uq_matter_renewal",
            "previous_id",
            unique=True,
            postgresql_where=text("previous_id IS NOT NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(unique=True)
    process: Mapped[str]
    definition_version: Mapped[int]
    kind: Mapped[str] = mapped_column(default="new")
    title: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="draft")
    round: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    system_id: Mapped[int | None] = mapped_column(ForeignKey("system.id"), index=True)
    other_system_id: Mapped[int | None] = mapped_column(ForeignKey("system.id"), index=True)
    confidentiality: Mapped[int] = mapped_column(default=0)
    personal_data: Mapped[bool] = mapped_column(default=False)
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    form_version: Mapped[int] = mapped_column(default=0)
    question: Mapped[str] = mapped_column(default="")
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"))
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    submitted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    state_since: Mapped[datetime] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    valid_to: Mapped[date | None]
    ends_on: Mapped[date | None]

    system: Mapped[System | None] = relationship(foreign_keys=[system_id])
    other_system: Mapped[System | None] = relationship(foreign_keys=[other_system_id])
    opened_by: Mapped[Person] = relationship(foreign_keys=[opened_by_id])
    previous: Mapped[Matter | None] = relationship(remote_side=[id])


class MatterAnswers(Model):
    """The whole form as it stood after somebody had changed it: what a decision rests on. Never changed."""

    __tablename__ = "matter_answers"
    __table_args__ = (UniqueConstraint("matter_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    number: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(MOMENT)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class MatterCondition(Model):
    """What a matter was approved on condition of, or (``item``) what a system lacks with the owner's leave, to a date.

    ``status``: open, done or void (of a round that was returned). ``told_near`` and ``told_late``: when it was told.
    """

    __tablename__ = "matter_condition"
    __table_args__ = (CheckConstraint("status IN ('open', 'done', 'void')", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    item: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    due_on: Mapped[date]
    step: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(MOMENT)
    status: Mapped[str] = mapped_column(default="open")
    done_at: Mapped[datetime | None] = mapped_column(MOMENT)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(default="")
    told_near: Mapped[datetime | None] = mapped_column(MOMENT)
    told_late: Mapped[datetime | None] = mapped_column(MOMENT)

    matter: Mapped[Matter] = relationship()
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])


class MatterDocument(Model):
    """The matter as it stood when somebody made a file of it for the registry. Never changed (rules.md C10).

    ``digest`` is the SHA-256 of ``content``, in hexadecimal; the log has it too.
    """

    __tablename__ = "matter_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    state: Mapped[str]
    form_version: Mapped[int]
    diary_number: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(MOMENT)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    digest: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)

    matter: Mapped[Matter] = relationship()
    made_by: Mapped[Person] = relationship()


class SuccessorQuestion(Model):
    """Does somebody need the system that replaces another (W17)? ``answer``: needs, needs_not, empty until it is said.

    ``task_id`` is the task of whoever is asked; nobody answers for themselves.
    """

    __tablename__ = "successor_question"
    __table_args__ = (
        UniqueConstraint("matter_id", "subject_id"),
        CheckConstraint("answer IN ('', 'needs', 'needs_not')", "answer"),
        CheckConstraint("answered_by_id <> subject_id", "not_self"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(MOMENT)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    subject: Mapped[Person] = relationship(foreign_keys=[subject_id])
