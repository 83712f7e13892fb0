"""What is asked of whom, by when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.directory.models import MOMENT, Person


class Task(Model):
    """One thing to do. Whoever of its addressees acts first closes it for all.

    ``kind`` is a row of rules.md C0.4: manager_approval, owner_approval, grant, revoke,
    complete_request; receiving_approval of C2, with the manager's terms; and other_board_approval of G12, with the
    owner's.
    ``step`` is the step's name in the definition. ``due_on`` and ``lapses_on`` are local dates; a task
    without ``lapses_on`` never lapses. ``status``: open, done, lapsed, closed (not needed any more).
    ``chairs``: of a step that needs several answers, which of its chairs this one counts for, with spaces between.
    ``board``: of the other side's approval, the nämnd that it was asked for (G20).
    ``due_unfrozen``: the due date as it was before a freeze window moved it (G15).
    """

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_open_due", "due_on", postgresql_where=text("status = 'open'")),
        Index("ix_task_request", "request_id"),
        Index("ix_task_grant", "grant_id"),
        Index("ix_task_matter", "matter_id"),
        Index("ix_task_log_check", "log_check_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    step: Mapped[str] = mapped_column(default="")
    request_id: Mapped[int | None] = mapped_column(ForeignKey("access_request.id"))
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("access_grant.id"))
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"))
    log_check_id: Mapped[int | None] = mapped_column(ForeignKey("log_check.id"))
    round: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(default="open")
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    due_on: Mapped[date]
    due_unfrozen: Mapped[date | None]
    lapses_on: Mapped[date | None]
    verdict: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    mail_trouble: Mapped[str] = mapped_column(default="")
    chairs: Mapped[str] = mapped_column(default="", server_default="")
    board: Mapped[str] = mapped_column(default="", server_default="")

    addressees: Mapped[list[TaskAddressee]] = relationship(back_populates="task", order_by="TaskAddressee.id")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])


class TaskAddressee(Model):
    """Somebody who is asked. ``role``: addressee, deputy, escalation; a deputy acts ``on_behalf_of``."""

    __tablename__ = "task_addressee"
    __table_args__ = (UniqueConstraint("task_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(default="addressee")
    why: Mapped[str] = mapped_column(default="")
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(MOMENT)
    removed_at: Mapped[datetime | None] = mapped_column(MOMENT)

    task: Mapped[Task] = relationship(back_populates="addressees")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class TaskClock(Model):
    """One thing that time will do to a task: remind, escalate or lapse, from a local date on.

    ``fired_at`` is set by the conditional UPDATE that claims the row: twice is impossible, late is not lost.
    """

    __tablename__ = "task_clock"
    __table_args__ = (
        UniqueConstraint("task_id", "act"),
        Index("ix_task_clock_due", "fires_on", postgresql_where=text("fired_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    act: Mapped[str]
    ask: Mapped[str] = mapped_column(default="")
    fires_on: Mapped[date]
    fired_at: Mapped[datetime | None] = mapped_column(MOMENT)
