"""One reading of the directory on its way into our tables: how far it has come, and what was read."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.directory.models import MOMENT


class RunKind(StrEnum):
    """The directory: everything, or what has changed since. Or a file from HR, which is always everything."""

    FULL = "full"
    INCREMENTAL = "incremental"
    HR = "hr"


OF_DIRECTORY = (RunKind.FULL, RunKind.INCREMENTAL)
OF_HR = (RunKind.HR,)


class RunState(StrEnum):
    """``held``: too strange to apply, nothing of it was. ``abandoned``: overtaken by a later reading."""

    APPLYING = "applying"
    DONE = "done"
    HELD = "held"
    ABANDONED = "abandoned"


class DirectoryRun(Model):
    """One reading. ``applied_up_to`` is the employee number up to which everybody is as it says, None before the first.

    ``accounts`` is how many were read, ``known`` how many people were known before, ``leaving`` how many of them it
    ends. ``marks`` says how far the server had come, ``gone`` which numbers no account has any more.
    """

    __tablename__ = "directory_run"
    __table_args__ = (
        CheckConstraint("kind IN ('full', 'incremental', 'hr')", name="kind"),
        CheckConstraint("state IN ('applying', 'done', 'held', 'abandoned')", name="state"),
        CheckConstraint(
            "released_by_id IS NULL OR (proposed_by_id IS NOT NULL AND released_by_id <> proposed_by_id)",
            name="four_eyes",
        ),
        Index("uq_directory_run_applying", "state", unique=True, postgresql_where=text("state = 'applying'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    server: Mapped[str]
    read_at: Mapped[datetime] = mapped_column(MOMENT)
    today: Mapped[date]
    finished_at: Mapped[datetime | None] = mapped_column(MOMENT)
    accounts: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    leaving: Mapped[int] = mapped_column(default=0)
    applied_up_to: Mapped[str | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    held_because: Mapped[str] = mapped_column(default="")
    marks: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    gone: Mapped[list[str]] = mapped_column(JSONB, default=list)
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("directory_snapshot.id"))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    release_reason: Mapped[str] = mapped_column(default="")
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None] = mapped_column(MOMENT)

    @property
    def is_whole(self) -> bool:
        """True when who was not read is not in the directory."""
        return self.kind == RunKind.FULL

    @property
    def family(self) -> tuple[RunKind, ...]:
        """The kinds of reading that are of the same source."""
        return OF_HR if self.kind == RunKind.HR else OF_DIRECTORY


class DirectoryLeaver(Model):
    """Somebody whose employment a held reading would end."""

    __tablename__ = "directory_leaver"

    run_id: Mapped[int] = mapped_column(ForeignKey("directory_run.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    before: Mapped[str]
    after: Mapped[str]
    reason: Mapped[str]


class Reading(Model):
    """An account as read, and what it alone says of an employment. Not logged: after a crash it is empty."""

    __tablename__ = "directory_reading"
    __table_args__ = (
        Index("ix_directory_reading_dn", text("lower(dn)")),
        {"prefixes": ["UNLOGGED"]},
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    object_guid: Mapped[str]
    employee_number: Mapped[str] = mapped_column(index=True)
    dn: Mapped[str]
    login: Mapped[str]
    employee_type: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str]
    form: Mapped[str]
    given_name: Mapped[str]
    surname: Mapped[str]
    display_name: Mapped[str]
    search: Mapped[str]
    sort_key: Mapped[str]
    mail: Mapped[str]
    language: Mapped[str]
    title: Mapped[str]
    unit_code: Mapped[str]
    unit_name: Mapped[str]
    board: Mapped[str]
    manager_dn: Mapped[str]
    enabled: Mapped[bool]
    in_disabled_ou: Mapped[bool]
    protected: Mapped[bool]
    start_readable: Mapped[bool]
    expires_on: Mapped[date | None]
    account_starts_on: Mapped[date | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime | None] = mapped_column(MOMENT)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Judgement(Model):
    """What several accounts with one number say together, and which of them names the person."""

    __tablename__ = "directory_judgement"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    employee_number: Mapped[str] = mapped_column(primary_key=True)
    main_guid: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str]
    form: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
