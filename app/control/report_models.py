"""The round of a year, its reports with their frozen data, and the controls that people made by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import System
from app.db import Model
from app.directory.models import MOMENT, Person
from workflows.internal_control import STATES


class ControlRound(Model):
    """The reports about ``year``. ``frozen_at``: when their data was read, as of 31 December 23:59 local time.

    ``rung``: how many of the round's reminders have gone.
    """

    __tablename__ = "control_round"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opened_at: Mapped[datetime] = mapped_column(MOMENT)
    frozen_at: Mapped[datetime | None] = mapped_column(MOMENT)
    drafted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    rung: Mapped[int] = mapped_column(default=0)


class ControlReport(Model):
    """One report: of a system, or of a board (``system_id`` None). ``data`` is frozen: never changed once it is there,
    and ``digest`` is the SHA-256 of its canonical JSON.

    ``remarks``: what people have written beside the figures, by control point: comment, measure, responsible, due_on,
    followed_up. ``author_ids``: everybody who has written in it; none of them approves. ``rating``: the owner's, empty
    until the report is approved. ``version`` counts writes.
    """

    __tablename__ = "control_report"
    __table_args__ = (
        Index(
            "uq_control_report",
            "year",
            "board",
            text("coalesce(system_id, 0)"),
            unique=True,
        ),
        CheckConstraint(f"state IN {STATES}", "state"),
        CheckConstraint("(data IS NULL) = (digest = '')", "frozen"),
        CheckConstraint("rating IN ('', 'green', 'amber', 'red')", "rating"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("control_round.year"))
    board: Mapped[str]
    system_id: Mapped[int | None] = mapped_column(ForeignKey("system.id"), index=True)
    state: Mapped[str] = mapped_column(default="expected")
    data: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    digest: Mapped[str] = mapped_column(default="")
    remarks: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    author_ids: Mapped[list[int]] = mapped_column(JSONB, default=list)
    judgement: Mapped[str] = mapped_column(default="")
    rating: Mapped[str] = mapped_column(default="")
    rating_reason: Mapped[str] = mapped_column(default="")
    question: Mapped[str] = mapped_column(default="")
    answer_by: Mapped[date | None]
    diary_number: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(MOMENT)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    received_at: Mapped[datetime | None] = mapped_column(MOMENT)
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(default=1)

    system: Mapped[System | None] = relationship()
    submitted_by: Mapped[Person | None] = relationship(foreign_keys=[submitted_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    received_by: Mapped[Person | None] = relationship(foreign_keys=[received_by_id])


class ControlSupplement(Model):
    """A correction of a closed report: number 1, 2 and so on. Never changed."""

    __tablename__ = "control_supplement"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("control_report.id"))
    number: Mapped[int]
    text: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(MOMENT)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    made_by: Mapped[Person] = relationship()


class ControlActivity(Model):
    """A control that somebody made in a system by hand. Never changed. ``kind``: other, or fixed_data (IK-13).

    ``attachment`` is the file as it was given, with its name, kind and SHA-256; None where there is none.
    """

    __tablename__ = "control_activity"
    __table_args__ = (
        CheckConstraint("kind IN ('other', 'fixed_data')", "kind"),
        CheckConstraint("deviations BETWEEN 0 AND sample", "counted"),
        CheckConstraint("(attachment IS NULL) = (attachment_digest = '')", "attachment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"), index=True)
    kind: Mapped[str]
    made_on: Mapped[date]
    what: Mapped[str]
    method: Mapped[str] = mapped_column(default="")
    sample: Mapped[int]
    deviations: Mapped[int]
    result: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    attachment: Mapped[bytes | None] = mapped_column(deferred=True)
    attachment_name: Mapped[str] = mapped_column(default="")
    attachment_kind: Mapped[str] = mapped_column(default="")
    attachment_digest: Mapped[str] = mapped_column(default="")

    system: Mapped[System] = relationship()
    recorded_by: Mapped[Person] = relationship()
