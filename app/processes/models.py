"""What is looked at about a version, in the worker: whether it is safe, and what it would have made of real orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.directory.models import MOMENT


class VersionCheck(Model):
    """One check of one version. ``kind``: proof, or backtest over the orders sent on ``since`` (a local date) or later.

    ``status``: waiting, running, done or failed. ``engine`` is the fingerprint of the rules that it was made with: what
    another engine proved is not proved. ``result``: ``problems`` of a proof; of a backtest what ``backtesting`` says.
    """

    __tablename__ = "workflow_check"
    __table_args__ = (
        UniqueConstraint("version_id", "kind"),
        Index("ix_workflow_check_waiting", "id", postgresql_where=text("status IN ('waiting', 'running')")),
        CheckConstraint("kind IN ('proof', 'backtest')", "kind"),
        CheckConstraint("status IN ('waiting', 'running', 'done', 'failed')", "status"),
        CheckConstraint("(kind = 'backtest') = (since IS NOT NULL)", "since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("workflow_version.id"))
    kind: Mapped[str]
    since: Mapped[date | None]
    status: Mapped[str] = mapped_column(default="waiting")
    engine: Mapped[str] = mapped_column(default="", server_default="")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(MOMENT)
    started_at: Mapped[datetime | None] = mapped_column(MOMENT)
    finished_at: Mapped[datetime | None] = mapped_column(MOMENT)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))

    @property
    def is_under_way(self) -> bool:
        """True until the worker has answered."""
        return self.status in ("waiting", "running")
