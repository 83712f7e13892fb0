"""Moves that wait: so many were seen at once that nobody is asked one by one (rules.md C5)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.directory.models import MOMENT, Person, Unit
from workflows.movers import Placement

WAITS = ("waiting", "released")


class HeldMove(Model):
    """A move that is certain and that nobody is asked about yet; a person has one at a time.

    ``state``: waiting; released by ``released_by``, and opened soon after; opened, a case of its own; undone, since the
    person is back or has left. ``seen_on`` is local; ``evidence`` is that of the reading.
    """

    __tablename__ = "held_move"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'released', 'opened', 'undone')", "state"),
        CheckConstraint("(state IN ('opened', 'undone')) = (settled_at IS NOT NULL)", "settled"),
        CheckConstraint("released_by_id <> person_id", "not_self"),
        Index("uq_held_move", "person_id", unique=True, postgresql_where=text("state IN ('waiting', 'released')")),
        Index("ix_held_move_held_at", "held_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    what: Mapped[list[str]] = mapped_column(JSONB)
    seen_on: Mapped[date]
    from_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    to_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    from_title: Mapped[str] = mapped_column(server_default="")
    to_title: Mapped[str] = mapped_column(server_default="")
    from_manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    to_manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    held_at: Mapped[datetime] = mapped_column(MOMENT)
    state: Mapped[str] = mapped_column(server_default="waiting")
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(MOMENT)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    from_unit: Mapped[Unit | None] = relationship(foreign_keys=[from_unit_id])
    to_unit: Mapped[Unit | None] = relationship(foreign_keys=[to_unit_id])

    @property
    def before(self) -> Placement:
        """Where the person was."""
        return Placement(self.from_unit_id, self.from_title, self.from_manager_id)

    @property
    def after(self) -> Placement:
        """Where the person is."""
        return Placement(self.to_unit_id, self.to_title, self.to_manager_id)
