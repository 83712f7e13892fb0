"""What was done on paper: each form as it was registered, its scan, what is asked of whom, and the yearly drill."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import AccessLevel, System
from app.db import Model
from app.directory.models import MOMENT, Person
from app.grants.models import Grant
from app.outages.models import Outage, PaperForm
from app.reconciliation.models import Finding


class PaperScan(Model):
    """The picture of a form, as it came, with its SHA-256. Never changed: a better one is a new row.

    ``media_type`` is what the content is, not what was said of it.
    """

    __tablename__ = "paper_scan"
    __table_args__ = (CheckConstraint("media_type IN ('application/pdf', 'image/jpeg', 'image/png')", "media_type"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("paper_form.id"), index=True)
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    kept_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kept_at: Mapped[datetime] = mapped_column(MOMENT)


class PaperOrder(Model):
    """One form that was used, as it is written on it, and what became of it (paper_routine.yaml).

    ``occurred_at`` is the manager's signature and ``done_at`` the executor's, as they are written; ``registered_at``
    when it was registered here. ``employment_checked``: phone or id. ``trials``: each guard of each act as of then and
    as of now (``workflows.retrace``). ``grant_id``: the right that it led to; ``request_id``: the order that
    regularised it. ``evidence``: what the directory said at the verification.
    """

    __tablename__ = "paper_order"
    __table_args__ = (
        Index("ix_paper_order_waiting", "state", postgresql_where=text("state = 'waiting'")),
        CheckConstraint("valid_to >= valid_from", "period"),
        CheckConstraint("done_at >= occurred_at", "times"),
        CheckConstraint("verified_by_id NOT IN (registered_by_id, subject_id)", "second_person"),
        CheckConstraint("registered_by_id <> subject_id", "not_self"),
        CheckConstraint("employment_checked IN ('phone', 'id', 'no')", "employment_checked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("paper_form.id"), unique=True)
    outage_id: Mapped[int] = mapped_column(ForeignKey("outage.id"), index=True)
    scan_id: Mapped[int] = mapped_column(ForeignKey("paper_scan.id"))
    state: Mapped[str] = mapped_column(default="registered")
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    level_id: Mapped[int] = mapped_column(ForeignKey("access_level.id"))
    scope: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    purpose: Mapped[str]
    need_analysis_ref: Mapped[str] = mapped_column(default="")
    is_licensed: Mapped[bool] = mapped_column(default=False)
    has_siths: Mapped[bool] = mapped_column(default=False)
    orderer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    manager_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    employment_checked: Mapped[str]
    occurred_at: Mapped[datetime] = mapped_column(MOMENT)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    owner_note: Mapped[str] = mapped_column(default="")
    executor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done: Mapped[str]
    done_at: Mapped[datetime] = mapped_column(MOMENT)
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    registered_at: Mapped[datetime] = mapped_column(MOMENT)
    question: Mapped[str] = mapped_column(default="")
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[datetime | None] = mapped_column(MOMENT)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    trials: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    judged_at: Mapped[datetime | None] = mapped_column(MOMENT)
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("access_grant.id"), unique=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("access_request.id"))

    form: Mapped[PaperForm] = relationship()
    outage: Mapped[Outage] = relationship()
    scan: Mapped[PaperScan] = relationship()
    level: Mapped[AccessLevel] = relationship()
    grant: Mapped[Grant | None] = relationship()
    finding: Mapped[Finding | None] = relationship()
    subject: Mapped[Person] = relationship(foreign_keys=[subject_id])
    orderer: Mapped[Person] = relationship(foreign_keys=[orderer_id])
    manager: Mapped[Person] = relationship(foreign_keys=[manager_id])
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    executor: Mapped[Person] = relationship(foreign_keys=[executor_id])
    registered_by: Mapped[Person] = relationship(foreign_keys=[registered_by_id])
    verified_by: Mapped[Person | None] = relationship(foreign_keys=[verified_by_id])

    @property
    def system_id(self) -> int:
        """The system that the form is for."""
        return self.form.system_id


class PaperRegistration(Model):
    """That the forms of one system are to be registered after an outage (rules.md C0.4 ``paper_registration``).

    ``rung``: how many of the clock's reminders and escalations have gone. ``confirmed_at``: when somebody said that the
    forms that are left lie blank in the binder. ``done_at``: when every form of the system was registered and verified.
    """

    __tablename__ = "paper_registration"
    __table_args__ = (UniqueConstraint("outage_id", "system_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outage_id: Mapped[int] = mapped_column(ForeignKey("outage.id"))
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"))
    asked_on: Mapped[date]
    due_on: Mapped[date]
    rung: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime | None] = mapped_column(MOMENT)

    outage: Mapped[Outage] = relationship()
    system: Mapped[System] = relationship()
    confirmed_by: Mapped[Person | None] = relationship()


class ContinuityTest(Model):
    """A drill of a system's paper routine: when, who held it, how it went (rules.md C12, IK-09).

    ``reminded_at``: when the system's people were told that the next one is due.
    """

    __tablename__ = "continuity_test"
    __table_args__ = (CheckConstraint("result IN ('worked', 'partly', 'failed')", "result"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"), index=True)
    held_on: Mapped[date]
    held_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    result: Mapped[str]
    notes: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)
    reminded_at: Mapped[datetime | None] = mapped_column(MOMENT)

    system: Mapped[System] = relationship()
    held_by: Mapped[Person] = relationship()
