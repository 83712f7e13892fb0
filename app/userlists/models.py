"""Lists of accounts, how their columns are read, and service accounts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import System
from app.db import Model
from app.directory.models import MOMENT, Person

DRAFT, CURRENT, REPLACED, DROPPED = "draft", "current", "replaced", "dropped"


class UserList(Model):
    """One list that somebody handed in. The file itself is not kept: its name, its SHA-256 and what was read of it.

    ``state``: a draft is only looked at; one is current for each system; the rest was replaced, or dropped unused.
    ``taken_on``: the local date on which the system gave it. ``cells``: the rows as written, of a draft only, without
    what looks like a personnummer. ``hidden``: headings of columns that were not read for that reason.
    ``based_on_id``: the list that was current when this one was handed in. ``counts``: by state, when it was applied.
    """

    __tablename__ = "user_list"
    __table_args__ = (
        Index("uq_user_list_current", "system_id", unique=True, postgresql_where=text("state = 'current'")),
        CheckConstraint("state IN ('draft', 'current', 'replaced', 'dropped')", "state"),
        CheckConstraint("cells IS NULL OR state = 'draft'", "cells"),
        CheckConstraint("(applied_at IS NOT NULL) = (state IN ('current', 'replaced'))", "applied"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"), index=True)
    state: Mapped[str] = mapped_column(default=DRAFT)
    file_name: Mapped[str]
    digest: Mapped[str]
    taken_on: Mapped[date]
    headings: Mapped[list[str]] = mapped_column(JSONB)
    hidden: Mapped[list[str]] = mapped_column(JSONB)
    cells: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    rows: Mapped[int]
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("user_list.id"))
    uploaded_at: Mapped[datetime] = mapped_column(MOMENT)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    applied_at: Mapped[datetime | None] = mapped_column(MOMENT)
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    system: Mapped[System] = relationship()
    uploaded_by: Mapped[Person] = relationship(foreign_keys=[uploaded_by_id])
    applied_by: Mapped[Person | None] = relationship(foreign_keys=[applied_by_id])


class ListMapping(Model):
    """How the lists of a system are read. ``columns``: the heading of each field; ``levels``: the id of the level that
    a written role means, 0 for one that is not counted.
    """

    __tablename__ = "user_list_mapping"

    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"), primary_key=True)
    columns: Mapped[dict[str, str]] = mapped_column(JSONB)
    levels: Mapped[dict[str, int]] = mapped_column(JSONB)
    saved_at: Mapped[datetime] = mapped_column(MOMENT)
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class ListAccount(Model):
    """One account of the current list. ``matched_by``: number, login or mail; empty for nobody.

    ``who``: known, nobody or several. ``name`` is as written, and kept only where nobody was recognised. ``level_id``
    None: the list tells no level. ``used_on``: when somebody last logged in, a local date, where the list tells it.
    """

    __tablename__ = "user_list_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("user_list.id"), index=True)
    line: Mapped[int]
    login: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    who: Mapped[str]
    matched_by: Mapped[str] = mapped_column(default="")
    level_id: Mapped[int | None] = mapped_column(ForeignKey("access_level.id"))
    enabled: Mapped[bool]
    used_on: Mapped[date | None]


class ServiceAccount(Model):
    """An account without a person, for which somebody answers to a day. ``login`` is folded (columns.fold)."""

    __tablename__ = "service_account"
    __table_args__ = (
        UniqueConstraint("system_id", "login"),
        CheckConstraint("responsible_id <> accepted_by_id", "two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"))
    login: Mapped[str]
    responsible_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    until: Mapped[date]
    reason: Mapped[str]
    accepted_at: Mapped[datetime] = mapped_column(MOMENT)
    accepted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    responsible: Mapped[Person] = relationship(foreign_keys=[responsible_id])
