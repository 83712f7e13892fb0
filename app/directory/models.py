"""People, units, employments and accounts, as last read from the directory."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model

MOMENT = DateTime(timezone=True)


class Unit(Model):
    """An organisational unit. ``manager`` is who the directory says leads it; it may be vacant."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    board: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    priority_site: Mapped[bool] = mapped_column(default=False)


class Person(Model):
    """Somebody with an employee number. Never deleted: history points here.

    ``employment_status`` is what the last sync or look-up said (field.md B6), ``checked_at`` when.
    ``manager_id`` is the line manager as the directory says, unchecked: may be the person, may have left.
    ``ended_here_at``: somebody here has ended it, and the directory does not say so yet (rules.md C6).
    ``sort_key`` orders å ä ö last (the embedded database has no Swedish collation).
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        Index("ix_person_login", text("lower(login)")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_number: Mapped[str] = mapped_column(unique=True)
    given_name: Mapped[str] = mapped_column(default="")
    surname: Mapped[str] = mapped_column(default="")
    display_name: Mapped[str]
    search: Mapped[str] = mapped_column(default="")
    sort_key: Mapped[str] = mapped_column(default="", index=True)
    login: Mapped[str] = mapped_column(default="")
    mail: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="sv")
    title: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    employment_status: Mapped[str] = mapped_column(default="unknown")
    employment_form: Mapped[str] = mapped_column(default="permanent")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    protected_identity: Mapped[bool] = mapped_column(default=False)
    checked_at: Mapped[datetime | None] = mapped_column(MOMENT)
    last_active_on: Mapped[date | None]
    ended_here_at: Mapped[datetime | None] = mapped_column(MOMENT)

    unit: Mapped[Unit | None] = relationship(lazy="joined")
    manager: Mapped[Person | None] = relationship(remote_side=[id])


class Employment(Model):
    """One of a person's employments. From AD alone there is exactly one, the main one."""

    __tablename__ = "employment"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    form: Mapped[str] = mapped_column(default="permanent")
    title: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    is_main: Mapped[bool] = mapped_column(default=True)


class DirectoryAccount(Model):
    """One account in AD, keyed by objectGUID. Several may share an employee number (adm accounts)."""

    __tablename__ = "directory_account"
    __table_args__ = (Index("ix_directory_account_dn", text("lower(dn)")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    object_guid: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    employee_number: Mapped[str] = mapped_column(default="", index=True)
    dn: Mapped[str]
    login: Mapped[str] = mapped_column(default="")
    enabled: Mapped[bool] = mapped_column(default=True)
    employee_type: Mapped[str] = mapped_column(default="")
    expires_on: Mapped[date | None]
    created_at: Mapped[datetime | None] = mapped_column(MOMENT)
    seen_at: Mapped[datetime] = mapped_column(MOMENT)
    missing_since: Mapped[datetime | None] = mapped_column(MOMENT)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class DirectorySnapshot(Model):
    """One finished reading of the whole directory; evidence and findings cite its number."""

    __tablename__ = "directory_snapshot"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    server: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(MOMENT)
    finished_at: Mapped[datetime] = mapped_column(MOMENT)
    people: Mapped[int]
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class DirectoryMark(Model):
    """How far a server has been read and applied: ``changes`` is its own count, ``copy`` whose count it is."""

    __tablename__ = "directory_mark"

    server: Mapped[str] = mapped_column(primary_key=True)
    copy: Mapped[str]
    changes: Mapped[int] = mapped_column(BigInteger)


class DirectoryGroup(Model):
    """A group that the catalogue names. ``missing_since``: the directory does not have it any more."""

    __tablename__ = "directory_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    object_guid: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(index=True)
    dn: Mapped[str]
    seen_at: Mapped[datetime] = mapped_column(MOMENT)
    missing_since: Mapped[datetime | None] = mapped_column(MOMENT)


class DirectoryMembership(Model):
    """A direct member of a group, an account or another group, from one reading to another.

    Now: ``gone_at`` is None. As a snapshot saw it: ``seen_at`` is not after its start, and ``gone_at`` is.
    """

    __tablename__ = "directory_membership"
    __table_args__ = (
        Index(
            "uq_directory_membership_now",
            "group_id",
            "member_guid",
            unique=True,
            postgresql_where=text("gone_at IS NULL"),
        ),
        Index("ix_directory_membership_member_guid", "member_guid"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("directory_group.id"))
    member_guid: Mapped[str]
    member_dn: Mapped[str]
    seen_at: Mapped[datetime] = mapped_column(MOMENT)
    gone_at: Mapped[datetime | None] = mapped_column(MOMENT)
