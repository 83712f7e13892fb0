"""Who is employed as HR says it, where the municipality has a file from there (field.md B6: it wins over AD)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.directory.models import MOMENT


class HrPerson(Model):
    """Somebody in a file from HR, and what the employments said together on ``judged_on`` (a local date).

    ``gone_since``: a later file did not have the person any more. ``status_before``: what was said the time before.
    """

    __tablename__ = "hr_person"

    employee_number: Mapped[str] = mapped_column(primary_key=True)
    person_key: Mapped[str]
    given_name: Mapped[str]
    surname: Mapped[str]
    protected: Mapped[bool]
    gone_since: Mapped[datetime | None] = mapped_column(MOMENT)
    status: Mapped[str]
    status_before: Mapped[str] = mapped_column(default="")
    reason: Mapped[str]
    main_key: Mapped[str]
    form: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    title: Mapped[str]
    unit_code: Mapped[str]
    unit_name: Mapped[str]
    board: Mapped[str]
    manager: Mapped[str]
    search: Mapped[str]
    sort_key: Mapped[str]
    judged_on: Mapped[date] = mapped_column(index=True)


class HrEmploymentRow(Model):
    """One employment of the file that is in force (workflows/hr_employment.py)."""

    __tablename__ = "hr_employment"

    key: Mapped[str] = mapped_column(primary_key=True)
    employee_number: Mapped[str] = mapped_column(ForeignKey("hr_person.employee_number"), index=True)
    form: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    title: Mapped[str]
    unit_code: Mapped[str]
    unit_name: Mapped[str]
    board: Mapped[str]
    is_main: Mapped[bool]
    is_manual: Mapped[bool]
    manager: Mapped[str]
    hiring_manager: Mapped[str]
    event: Mapped[str]
    leave_from: Mapped[date | None]
    leave_to: Mapped[date | None]


class HrFile(Model):
    """One file that came. ``faults``: line, field, value and reason of each, when it was refused whole."""

    __tablename__ = "hr_file"
    __table_args__ = (CheckConstraint("state IN ('applied', 'held', 'refused')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    digest: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(MOMENT)
    read_at: Mapped[datetime] = mapped_column(MOMENT)
    state: Mapped[str]
    people: Mapped[int] = mapped_column(default=0)
    employments: Mapped[int] = mapped_column(default=0)
    why: Mapped[str] = mapped_column(default="")
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("directory_run.id"))
    told_late_at: Mapped[datetime | None] = mapped_column(MOMENT)
