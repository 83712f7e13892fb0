"""What has been told about privileged access (rules.md C3): each right once, and each quarter's list once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.directory.models import MOMENT


class PrivilegedNotice(Model):
    """A privileged right that the coordinators hear of; ``told_at`` is None until they have."""

    __tablename__ = "privileged_notice"
    __table_args__ = (Index("ix_privileged_notice_untold", "noted_at", postgresql_where=text("told_at IS NULL")),)

    grant_id: Mapped[int] = mapped_column(ForeignKey("access_grant.id"), primary_key=True)
    noted_at: Mapped[datetime] = mapped_column(MOMENT)
    told_at: Mapped[datetime | None] = mapped_column(MOMENT)


class PrivilegedList(Model):
    """A quarterly list that has gone out. ``day`` is the quarter's last local day, at whose end it is.

    The list itself is read from the rights and the log, as of any past day; ``rights``: how many there were.
    """

    __tablename__ = "privileged_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    rights: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(MOMENT)
